import { parseKey } from 'netdev-core';
import { createMemoryFiles } from 'netdev-exec';
import { describe, expect, it } from 'vitest';
import { serverPaths } from '../src/config/paths.js';
import { followLog } from '../src/log/follow-log.js';
import { parseLogLine } from '../src/log/parse-log-line.js';
import { trimLog } from '../src/log/trim-log.js';

const key = parseKey('lab');
const paths = serverPaths('/d', key);
const dhcp = (text: string): string => `dnsmasq-dhcp[71]: ${text}`;

describe('parseLogLine', () => {
  it.each([
    ['dnsmasq[7]: started, version 2.90 cachesize 150', { source: 'dns', kind: 'started' }],
    // Of a server that keeps its privileges.
    ['dnsmasq: exiting on receipt of SIGTERM', { source: 'dns', kind: 'stopped' }],
    ['dnsmasq[7]: read /run/x/names - 3 names', { source: 'dns', kind: 'read', file: '/run/x/names' }],
    [dhcp('read /run/x/hosts'), { source: 'dhcp', kind: 'read', file: '/run/x/hosts' }],
    [
      dhcp('DHCPDISCOVER(br0) 02:00:00:00:00:01 no address available'),
      { kind: 'exchange', message: 'DHCPDISCOVER', interface: 'br0', mac: '02:00:00:00:00:01' },
    ],
    [
      dhcp('DHCPNAK(br0) 10.0.0.9 02:00:00:00:00:01 wrong address'),
      { kind: 'exchange', message: 'DHCPNAK', address: '10.0.0.9', mac: '02:00:00:00:00:01' },
    ],
    [
      dhcp('not using configured address 10.0.0.11 because it is leased to 02:00:00:00:00:09'),
      { kind: 'address', address: '10.0.0.11' },
    ],
    [dhcp('no address range available for DHCP request via br0'), { kind: 'no-range', interface: 'br0' }],
    [dhcp('failed to write /run/x/leases: No space left on device (retry in 60 s)'), { kind: 'failure' }],
    [
      'dnsmasq-script[7]: failed to execute /run/x/notify: No such file',
      { source: 'script', kind: 'failure' },
    ],
    ['dnsmasq-tftp[7]: sent /a to 10.0.0.9', { source: 'tftp', kind: 'other' }],
    ['dnsmasq[7]: using nameserver 192.0.2.1#53', { source: 'dns', kind: 'other' }],
  ])('knows %j', (line, entry) => {
    const text = line.replace(/^\S+: /, '');
    expect(parseLogLine(line)).toMatchObject({ text, ...entry });
  });

  it.each(['', 'sh: 1: cannot open', 'dnsmasq', ' dnsmasq[1]: x'])('passes over %j', (line) => {
    expect(parseLogLine(line)).toBeUndefined();
  });

  it('lets nothing through that a terminal would obey, and nothing endless', () => {
    const hostile = 'vendor class: \u001b[31m\u009b2J\u202e\\x41\r';
    expect(parseLogLine(dhcp(hostile))?.text).toBe('vendor class: \\x1b[31m\\x9b2J\\x202e\\\\x41\\x0d');
    expect(parseLogLine(dhcp('x'.repeat(1_000_000)))?.text).toHaveLength(1000);
  });
});

describe('a log that grows', () => {
  it('is emptied when it is too long, its end is kept, and who follows it misses nothing that comes then', async () => {
    const files = createMemoryFiles({ [paths.log]: `${dhcp('before')}\n` });
    const stop = new AbortController();
    const entries = followLog(files, { key, paths }, stop.signal, async () => {})[Symbol.asyncIterator]();
    const first = entries.next();
    await new Promise((resolve) => setTimeout(resolve, 10));
    const long = `${dhcp('before')}\n`.repeat(50_000);
    await files.write(paths.log, `${long}${dhcp('last')}\n`);
    expect((await first).value?.network).toBe('lab');
    let text = '';
    while (text !== 'last') text = (await entries.next()).value?.text ?? 'end';
    expect(await trimLog(files, paths)).toBe(0);
    expect(await files.read(paths.log)).toBe('');
    expect((await files.read(paths.formerLog))?.split('\n').slice(-2)).toEqual([dhcp('last'), '']);
    expect((await files.read(paths.formerLog))?.split('\n')[0]).toBe(dhcp('before'));
    expect((await files.read(paths.formerLog))?.length).toBeLessThanOrEqual(65_536);
    const next = entries.next();
    await new Promise((resolve) => setTimeout(resolve, 10));
    await files.write(paths.log, `${dhcp('after')}\n${dhcp('half a line')}`);
    expect((await next).value?.text).toBe('after');
    stop.abort();
    expect((await entries.next()).done).toBe(true);
  });
});
