import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { moveLayer3 } from '../src/driver/move-layer3.js';
import { createSession } from '../src/driver/session.js';
import { type DirectKernel, directKernel } from './direct-kernel.js';
import { ipAll, testNamespace } from './host.js';
import { makeLayer3, removeLayer3, shownLayer3 } from './layer3.js';

const namespace = testNamespace('layer3refused');
let kernel: DirectKernel;

beforeAll(() => {
  kernel = directKernel(namespace);
});
afterAll(() => kernel.close());
beforeEach(() => makeLayer3(namespace));
afterEach(() => removeLayer3(namespace));

/** Moves, with the requests of the move as the argument leaves them, and says how many there were. */
async function move(spoil: (requests: Uint8Array[]) => void = () => {}): Promise<number> {
  let count = 0;
  kernel.beforeExchange = (requests) => {
    // The move itself is the only send of many requests before something was refused.
    if (count > 0 || requests.length === 1) return;
    count = requests.length;
    spoil(requests);
  };
  try {
    await moveLayer3(createSession(kernel), () => {}, { from: 'eth0', to: 'br0' });
  } finally {
    kernel.beforeExchange = undefined;
  }
  return count;
}

/** A copy that the kernel refuses as a request that it does not know. */
function unknownRequest(request: Uint8Array): Uint8Array {
  const copy = request.slice();
  copy.set([0xff, 0x7f], 4);
  return copy;
}

describe('a move of layer 3 that fails half-way', () => {
  it('puts everything back as it was, whichever step the kernel refused', async () => {
    const before = await shownLayer3(namespace);
    const steps = await move();
    expect(steps).toBeGreaterThan(50);
    expect(await shownLayer3(namespace)).not.toBe(before);
    removeLayer3(namespace);

    makeLayer3(namespace);
    const start = await shownLayer3(namespace);
    for (let refused = 0; refused < steps; refused++) {
      const moved = move((requests) => {
        requests[refused] = unknownRequest(requests[refused] ?? new Uint8Array(0));
      });
      await expect(moved, `step ${refused}`).rejects.toMatchObject({
        code: 'UNSUPPORTED',
        errno: 'EOPNOTSUPP',
      });
      expect(await shownLayer3(namespace), `after step ${refused}`).toBe(start);
    }
  });

  it('puts everything back when the gateway of a route is the bridge itself', async () => {
    ipAll(namespace, '-6 address add fe80::99/64 dev br0 nodad');
    const before = await shownLayer3(namespace);
    await expect(move()).rejects.toMatchObject({
      errno: 'EINVAL',
      object: expect.stringContaining('route ::/0'),
    });
    expect(await shownLayer3(namespace)).toBe(before);
  });

  it('says what the kernel would not take back', async () => {
    // The gateway has become an address of this host: the kernel keeps the route, and takes it again nowhere.
    ipAll(namespace, 'address add 172.31.0.1/32 dev br0');
    await expect(move()).rejects.toMatchObject({
      code: 'PARTIAL',
      errno: 'EINVAL',
      left: ['route 10.1.0.0/16 could not be put back'],
    });
  });

  it('puts everything back when the bridge takes no IPv6 address', async () => {
    await withDriver(async (driver) => {
      ipAll(namespace, 'link set dev br0 mtu 1000');
      const before = await shownLayer3(namespace);
      await expect(driver.moveLayer3('eth0', 'br0')).rejects.toMatchObject({
        object: expect.stringContaining('address 2001:db8'),
      });
      expect(await shownLayer3(namespace)).toBe(before);
    });
  });

  it('says beforehand that the bridge has one of the IPv6 addresses in another network', async () => {
    await withDriver(async (driver) => {
      ipAll(namespace, '-6 address add 2001:db8::1/128 dev br0 nodad');
      const before = await shownLayer3(namespace);
      await expect(driver.moveLayer3('eth0', 'br0')).rejects.toThrow(
        /br0 has 2001:db8::1\/128, and 2001:db8::1\/64 is to move/,
      );
      expect(await shownLayer3(namespace)).toBe(before);
    });
  });
});

async function withDriver(
  work: (driver: Awaited<ReturnType<typeof createLinuxNetDev>>) => Promise<void>,
): Promise<void> {
  await using driver = await createLinuxNetDev({ namespace: { name: namespace } });
  await work(driver);
}
