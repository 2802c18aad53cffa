import { type Link, type NetDevOperation, PlatformError, parseInterfaceName } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { takeDeletions } from '../src/driver/batch/deletions.js';
import { type LinkTable, linkTable } from '../src/driver/batch/link-table.js';
import { addressTable } from '../src/driver/batch/plan/address-table.js';
import { entryTable } from '../src/driver/batch/plan/entry-table.js';
import type { Plan, PlannedOperation } from '../src/driver/batch/plan/plan.js';
import { planOperation as planBy } from '../src/driver/batch/plan/plan-operation.js';
import { routeTable } from '../src/driver/batch/plan/route-table.js';
import { ruleTable } from '../src/driver/batch/plan/rule-table.js';
import { vlanTable } from '../src/driver/batch/plan/vlan-table.js';
import { namedLinks } from '../src/driver/batch/read-links.js';
import { sortAnswers } from '../src/driver/batch/send-planned.js';
import { nothingTouched } from '../src/driver/batch/touched.js';
import { type Answer, decodeLink } from '../src/netlink/index.js';

function link(name: string, fields: Partial<Link> = {}): Link {
  const plain = { index: 7, kind: 'veth', mtu: 1500, flags: new Set<never>(), up: false, operState: 'down' };
  return { ...plain, ...fields, name: parseInterfaceName(name) };
}

const pair: NetDevOperation = {
  do: 'create-link',
  spec: { kind: 'veth', name: 'x', master: 'br0', up: true, peer: { name: 'y', up: true } },
};
const raise = (name: string): NetDevOperation => ({ do: 'update-link', name, changes: { up: true } });
const remove = (name: string): NetDevOperation => ({ do: 'delete-link', name });

/** Plans by links alone, on a host that has nothing else. */
function planOperation(links: LinkTable, operation: NetDevOperation): Plan {
  const known = {
    addresses: addressTable([]),
    routes: routeTable([], new Map()),
    permanent: new Map<string, string>(),
    entries: entryTable([], []),
    rules: ruleTable([]),
    vlans: vlanTable([]),
  };
  return planBy({ links, known, touched: nothingTouched() }, operation);
}

/** The requests of a plan as link messages, of what was said in them. */
function messages(plan: unknown): unknown[] {
  return (plan as PlannedOperation).steps.map(({ request }) => {
    if (!(request instanceof Uint8Array)) return request;
    return Object.fromEntries(
      Object.entries(decodeLink(request.subarray(16))).filter(([, value]) => value !== 0),
    );
  });
}

describe('the plan of an operation of a batch', () => {
  it('makes a pair and says the rest by name, with the number of the bridge', () => {
    const plan = planOperation(linkTable([link('br0', { kind: 'bridge', index: 3 })]), pair);
    expect(messages(plan)).toMatchObject([
      { name: 'x', info: { kind: 'veth' } },
      { name: 'x', master: 3, flags: 1, change: 1 },
      { name: 'y', flags: 1, change: 1 },
    ]);
    expect(plan).toMatchObject({ makes: ['x', 'y'], told: pair, takeBack: { delete: 'x' } });
  });

  it('makes a tap by the other way', () => {
    const plan = planOperation(linkTable([]), {
      do: 'create-link',
      spec: { kind: 'tap', name: 't', owner: 5, up: true },
    });
    expect(messages(plan)).toMatchObject([
      { tap: { name: 't', owner: 5, multiQueue: false } },
      { name: 't' },
    ]);
  });

  it('wants the number of a bridge that the batch makes', () => {
    const links = linkTable([]);
    planOperation(links, { do: 'create-link', spec: { kind: 'bridge', name: 'br0' } });
    const plan = planOperation(links, pair);
    expect(plan).toMatchObject({ numberOf: { name: 'br0' } });
    if (typeof plan === 'object' && 'numberOf' in plan) plan.numberOf.index = 9;
    expect(messages(planOperation(links, pair))[1]).toMatchObject({ name: 'x', master: 9 });
  });

  it('says only what differs of a link that is as it was read, and how it was', () => {
    const links = linkTable([link('x', { up: true, mtu: 1400 })]);
    const changes = { up: true, mtu: 1300 };
    const plan = planOperation(links, { do: 'update-link', name: 'x', changes });
    expect(messages(plan)).toEqual(
      [{ family: undefined, index: 7, mtu: 1300 }].map(({ family: _, ...rest }) => rest),
    );
    expect(plan).toMatchObject({
      told: { changes: { mtu: 1300 } },
      takeBack: { update: 'x', changes: { mtu: 1400, up: true } },
    });
    expect(planOperation(linkTable([link('x', { up: true })]), raise('x'))).toMatchObject({
      steps: [],
      told: undefined,
    });
  });

  it('says all that is wanted of a link that may have changed: itself, or a bridge by its ports', () => {
    const links = linkTable([link('x', { up: true }), link('br0', { kind: 'bridge', mtu: 1500 })]);
    expect(messages(planOperation(links, raise('x')))).toHaveLength(0);
    planOperation(links, { do: 'update-link', name: 'x', changes: { mtu: 1400 } });
    expect(messages(planOperation(links, raise('x')))).toHaveLength(1);
    const plan = planOperation(links, { do: 'update-link', name: 'br0', changes: { mtu: 1500 } });
    expect(messages(plan)).toMatchObject([{ mtu: 1500 }]);
  });

  it.each<[string, NetDevOperation]>([
    ['a name that is taken', { do: 'create-link', spec: { kind: 'bridge', name: 'x' } }],
    [
      'the name of an end that is taken',
      { do: 'create-link', spec: { kind: 'veth', name: 'z', peer: { name: 'x' } } },
    ],
    ['a master that is not there', { do: 'update-link', name: 'x', changes: { master: 'br9' } }],
    [
      'a parent that is not there',
      { do: 'create-link', spec: { kind: 'vlan', name: 'z', parent: 'q', vlanId: 1 } },
    ],
    ['a link that is not there', raise('q')],
    ['a name that is taken', { do: 'update-link', name: 'x', changes: { name: 'y' } }],
    [
      'a far end elsewhere',
      { do: 'create-link', spec: { kind: 'veth', name: 'z', peer: { name: 'w', namespace: { name: 'n' } } } },
    ],
    [
      'an address of a link that is not there',
      { do: 'add-address', spec: { link: 'q', cidr: '192.0.2.1/24' } },
    ],
    ['what has no plan', { do: 'set-forwarding', family: 'ipv4', enabled: true }],
  ])('leaves to the driver: %s', (_, operation) => {
    expect(planOperation(linkTable([link('x'), link('y')]), operation)).toBe('alone');
  });

  it('refuses what is no specification', () => {
    const operation = { do: 'update-link', name: 'x', changes: { mtu: 3 } } as const;
    expect(() => planOperation(linkTable([link('x')]), operation)).toThrow(/mtu/);
  });
});

describe('the links that a batch names', () => {
  it('are each read once; what is no name is not read', () => {
    const operations = [pair, raise('x'), remove('a b'), remove('z'), { do: 'add-route', spec: {} }];
    expect(namedLinks(operations as NetDevOperation[])).toEqual(['x', 'br0', 'y', 'z']);
    expect(namedLinks([{ do: 'create-link' } as never, { do: 'update-link' } as never])).toEqual([]);
  });
});

describe('deletions next to each other', () => {
  it('go together, an end of a pair with the other', () => {
    const links = linkTable([
      link('x', { parent: parseInterfaceName('y') }),
      link('y', { parent: parseInterfaceName('x') }),
      link('z'),
    ]);
    expect(takeDeletions(links, [remove('x'), remove('y'), remove('z'), raise('x')], 0)).toEqual({
      names: ['x', 'z'],
      count: 3,
    });
    expect(links.get('y')).toBeUndefined();
  });

  it('end before a link that is not known', () => {
    const links = linkTable([link('x'), link('z')]);
    expect(takeDeletions(links, [remove('x'), remove('q'), remove('z')], 0)).toEqual({
      names: ['x'],
      count: 1,
    });
    expect(takeDeletions(links, [remove('q'), remove('z')], 0)).toEqual({ names: [], count: 0 });
  });

  it('leave nothing certain of the ports of a deleted bridge', () => {
    const port = link('x', { master: parseInterfaceName('br0') });
    const links = linkTable([port, link('br0', { kind: 'bridge' })]);
    takeDeletions(links, [remove('br0')], 0);
    const entry = links.get('x');
    expect(entry && links.certain(entry)).toBeUndefined();
  });
});

describe('the answers to operations that were sent together', () => {
  const answer = (errno: number): Answer => ({ errno, extended: {}, messages: [], interrupted: false });
  const planned = (name: string, steps: number, makes: string[]): PlannedOperation => ({
    operation: raise(name),
    makes,
    told: raise(name),
    takeBack: { delete: name },
    disturbs: false,
    steps: Array.from({ length: steps }, () => ({
      request: new Uint8Array(),
      link: name,
      accept: ['ENOENT'],
      refusal: ({ errno }) => new PlatformError({ operation: 'test', detail: String(errno) }),
    })),
  });

  it('say what failed first, and what was done before and behind it', () => {
    const sent = sortAnswers(
      [planned('a', 1, []), planned('b', 2, []), planned('c', 1, []), planned('d', 1, [])],
      [0, 0, 22, 0, 95].map(answer),
    );
    expect(sent.failed).toMatchObject({ operation: { name: 'b' }, cause: { detail: '22' } });
    expect(sent.takeBack).toEqual([{ delete: 'a' }, { delete: 'b' }, { delete: 'c' }]);
    expect(sent.told).toEqual([raise('a'), raise('c')]);
    expect(sent.lost).toEqual([]);
  });

  it('never take a link back that another program made first', () => {
    const update = { ...planned('b', 1, []), takeBack: undefined };
    const sent = sortAnswers([planned('b', 2, ['b']), update], [17, 0, 0].map(answer));
    expect(sent.takeBack).toEqual([]);
    expect(sent.failed).toMatchObject({ cause: { detail: '17' } });
    expect(sent.lost).toHaveLength(2);
  });
});
