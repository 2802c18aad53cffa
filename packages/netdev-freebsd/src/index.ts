import { CONTRACT_VERSION, register } from 'netdev-core';
import { createFreeBsdNetDev } from './driver/create-driver.js';

register('netdev', 'netdev-freebsd', { contract: CONTRACT_VERSION, create: createFreeBsdNetDev });

export { createFreeBsdNetDev, type FreeBsdNetDevOptions } from './driver/create-driver.js';
