import { createIptablesFirewall, type IptablesFirewall } from 'firewall-iptables';
import type { Intent } from 'netdev-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPort, postIn } from './agent/agent.js';
import { createLab, type Lab } from './host.js';

/** An ICMPv6 router advertisement (RFC 4861, 4.2): router lifetime 1800 s, no options. Perl, as Node has no raw sockets. */
const advertise = `use Socket qw(:DEFAULT inet_pton pack_sockaddr_in6); my $device = shift;
  socket(my $s, 10, SOCK_RAW, 58) or die $!;
  my $request = pack('a16 x24', $device); ioctl($s, 0x8933, $request) or die $!; # SIOCGIFINDEX
  setsockopt($s, 41, 17, pack('i', unpack('x16 i', $request))) or die $!; # IPV6_MULTICAST_IF
  setsockopt($s, 41, 18, pack('i', 255)) or die $!; # IPV6_MULTICAST_HOPS
  send($s, pack('CCnCCnNN', 134, 0, 0, 64, 0, 1800, 0, 0), 0, pack_sockaddr_in6(0, inet_pton(10, 'ff02::1'))) or die $!;`;

describe('frames between guests of one bridge', () => {
  let lab: Lab;
  let firewall: IptablesFirewall;
  const put = async (...intents: Intent[]): Promise<void> => {
    await firewall.put({ key: 'test', intents });
    await firewall.apply();
  };
  /** Starts a receiver; gives the words that it got so far. */
  const receive = async (where: string, port: number, family: 'ipv4' | 'ipv6'): Promise<() => string[]> => {
    const words: string[] = [];
    await openPort(lab.spaceOf(where), port, family, (data) => words.push(String(data)));
    return () => words;
  };
  const send = (where: string, from: number, to: string, port: number, word: string): Promise<void> =>
    postIn(lab.spaceOf(where), { from, to, port, data: word });
  const defaultRoutes = (where: string): Promise<string> =>
    lab.run(where, 'ip', '-6', 'route', 'show', 'default');

  beforeEach(async () => {
    lab = await createLab();
    firewall = await createIptablesFirewall({ namespace: { name: lab.router } });
    for (const [index, where] of ['a1', 'a2'].entries())
      await lab.run(where, 'ip', 'address', 'add', `fd00:1::${index + 1}/64`, 'dev', 'eth0', 'nodad');
  });
  afterEach(async () => {
    await firewall.close();
    await lab.remove();
  });

  it('dhcp-guard: what is behind the port cannot play the DHCP server, and can do everything else', async () => {
    const client = await receive('a2', 68, 'ipv4');
    const other = await receive('a1', 68, 'ipv4');
    const server = await receive('a2', 67, 'ipv4');
    await send('a1', 67, '10.1.0.12', 68, 'before');
    await eventually(() => client().includes('before'));

    await put({ kind: 'dhcp-guard', ports: ['p-a1'] });
    await send('a1', 67, '10.1.0.12', 68, 'unicast');
    await send('a1', 67, '10.1.0.255', 68, 'broadcast');
    await send('a2', 67, '10.1.0.11', 68, 'trusted');
    await send('a1', 68, '10.1.0.12', 67, 'request');
    await send('a1', 1067, '10.1.0.12', 68, 'otherport');
    await eventually(() => client().includes('otherport') && server().includes('request'));
    await eventually(() => other().includes('trusted'));
    expect(client()).toEqual(['before', 'otherport']);

    await firewall.clear();
    await send('a1', 67, '10.1.0.12', 68, 'after');
    await eventually(() => client().includes('after'));
  });

  it('dhcp-guard: nor the DHCPv6 server', async () => {
    const client = await receive('a2', 546, 'ipv6');
    await put({ kind: 'dhcp-guard', ports: ['p-a1'] });
    await send('a1', 547, 'fd00:1::2', 546, 'guarded');
    await send('a1', 546, 'fd00:1::2', 546, 'asking');
    await eventually(() => client().includes('asking'));
    expect(client()).toEqual(['asking']);
  });

  it('dhcp-guard: nor the router', async () => {
    await lab.run('a2', 'sysctl', '-qw', 'net.ipv6.conf.eth0.accept_ra=1');
    // A router speaks from its link-local address, once that is known to be unique.
    for (const where of ['a1', 'a2']) {
      const usable = ['address', 'show', 'dev', 'eth0', 'scope', 'link', '-tentative'];
      await eventually(async () => (await lab.run(where, 'ip', '-6', ...usable)).includes('fe80:'));
    }
    await put({ kind: 'dhcp-guard', ports: ['p-a1'] });
    await lab.run('a1', 'perl', '-e', advertise, 'eth0');
    await pause(300);
    expect(await defaultRoutes('a2')).toBe('');
    await put();
    await lab.run('a1', 'perl', '-e', advertise, 'eth0');
    await eventually(async () => (await defaultRoutes('a2')).includes('proto ra'));
  });

  it('dhcp-guard counts what it stops', async () => {
    await put({ kind: 'dhcp-guard', ports: ['p-a1'] });
    await lab.run('a1', 'busybox', 'ping', '-c', '1', '10.1.0.12');
    await send('a1', 67, '10.1.0.12', 68, 'x');
    await eventually(async () => (await firewall.status())[0]?.packets === 1n);
  });

  it('isolate-address: neither asked for, nor claimed by somebody else, nor any DHCP through the port', async () => {
    const host = await receive('router', 67, 'ipv4');
    await put({ kind: 'isolate-address', interface: 'p-a1', address: '10.1.0.1' });
    await send('a1', 68, '10.1.0.255', 67, 'beyond');
    await send('a2', 68, '10.1.0.255', 67, 'inside');
    await eventually(() => host().includes('inside'));
    expect(host()).toEqual(['inside']);

    const neighbour = async (): Promise<string> =>
      /lladdr (\S+)/.exec(await lab.run('a2', 'ip', 'neigh', 'show', '10.1.0.1'))?.[1] ?? '';
    await lab.run('a2', 'busybox', 'ping', '-c', '1', '10.1.0.1');
    const before = await neighbour();
    expect(before).toMatch(/:/);
    await lab.run('a1', 'ip', 'address', 'add', '10.1.0.1/32', 'dev', 'eth0');
    await lab.run('a1', 'arping', '-q', '-A', '-c', '1', '-I', 'eth0', '10.1.0.1');
    await pause(200);
    expect(await neighbour()).toBe(before);
    await put();
    await lab.run('a1', 'arping', '-q', '-A', '-c', '1', '-I', 'eth0', '10.1.0.1');
    await eventually(async () => (await neighbour()) !== before);
  });

  it('keeps frame rules of others with their counters', async () => {
    const saved = async (): Promise<string[]> =>
      (await lab.run('router', 'ebtables-nft-save', '-c')).split('\n').filter((line) => line.includes('-A '));
    await lab.run('router', 'ebtables-nft', '-A', 'FORWARD', '-i', 'p-a1', '-j', 'ACCEPT');
    await lab.run('a1', 'busybox', 'ping', '-c', '2', '10.1.0.12');
    // Its kernel goes on to tell of multicast groups and to look for routers.
    await lab.run('a1', 'ip', 'link', 'set', 'eth0', 'down');
    const before = await saved();
    expect(before[0]).toMatch(/^\[[1-9]/);
    await put({ kind: 'dhcp-guard', ports: ['p-a1'] });
    await put({ kind: 'dhcp-guard', ports: ['p-a2'] });
    expect((await saved()).filter((line) => !line.includes('netdev'))).toEqual(before);
    await firewall.clear();
    expect(await saved()).toEqual(before);
  });
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await holds()) return;
    await pause(30);
  }
  throw new Error(`never came true: ${holds}`);
}
