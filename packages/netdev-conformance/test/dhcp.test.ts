import { describeDhcpDriver } from '../src/dhcp.js';
import { memoryDhcp } from './memory-dhcp.js';

describeDhcpDriver('the memory host', memoryDhcp(), { capabilities: ['dns', 'events', 'release'] });
describeDhcpDriver('a memory host that lacks all it can', memoryDhcp(['dns', 'events', 'release']));
