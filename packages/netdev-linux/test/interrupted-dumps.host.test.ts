import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { InterruptedReadError } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAddresses } from '../src/driver/addresses.js';
import { createSession } from '../src/driver/session.js';
import { RTM } from '../src/netlink/index.js';
import { type DirectKernel, directKernel } from './direct-kernel.js';
import { ipAll, sh, testNamespace } from './host.js';

const namespace = testNamespace('interrupted');

/** More than fits one part of a dump, so that changes can come between two. */
const STEADY = Array.from({ length: 3000 }, (_, index) => `10.1.${index >> 8}.${index & 255}/32`);

let kernel: DirectKernel;

beforeAll(() => {
  ipAll(namespace, 'link add name br0 type bridge\n link add name br1 type bridge');
  const lines = STEADY.map((cidr) => `address add ${cidr} dev br0`).join('\n');
  sh('sh', '-c', 'printf "%s\\n" "$2" | ip -n "$1" -batch -', 'sh', namespace, lines);
  kernel = directKernel(namespace);
});
afterAll(() => kernel.close());

/** Another process changes addresses of another link all the time, with a pause between two changes or without. */
async function inStorm(pause: string, work: () => Promise<void>): Promise<void> {
  const change = 'echo address add 10.2.0.1/32 dev br1; echo address delete 10.2.0.1/32 dev br1';
  const script = `while :; do ${change}; ${pause}; done | ip -n ${namespace} -batch -`;
  const storm = spawn('sh', ['-c', script], { detached: true, stdio: 'ignore' });
  const ended = once(storm, 'exit');
  try {
    await work();
  } finally {
    process.kill(-(storm.pid ?? 0), 'SIGKILL');
    await ended;
    sh('sh', '-c', `ip -n ${namespace} address flush dev br1`);
  }
}

interface Listed {
  /** How often the kernel was asked for all, and how often it said that a change overtook the answer. */
  asked: number;
  interrupted: number;
  outcome: readonly string[] | Error;
}

async function list(): Promise<Listed> {
  const counts = { asked: 0, interrupted: 0 };
  kernel.afterExchange = ([answer]) => {
    if (answer?.messages[0]?.type !== RTM.NEWADDR) return;
    counts.asked += 1;
    if (answer.interrupted) counts.interrupted += 1;
  };
  const addresses = createAddresses(createSession(kernel), () => {});
  try {
    const found = await addresses.list({ family: 'ipv4' });
    const steady = found.filter(({ link }) => link === 'br0');
    return { ...counts, outcome: steady.map(({ cidr }) => cidr) };
  } catch (error) {
    return { ...counts, outcome: error as Error };
  }
}

/** Whole, or the error: nothing else may come of it. */
function isWhole({ outcome }: Listed): boolean {
  if (outcome instanceof Error) {
    expect(outcome).toBeInstanceOf(InterruptedReadError);
    expect(outcome.message).toContain('NLM_F_DUMP_INTR');
    return false;
  }
  expect(outcome).toEqual(STEADY);
  return true;
}

/** Another process changes something between two parts of each of so many answers. */
async function listWithChanges(count: number): Promise<Listed> {
  let left = count;
  let isAboutAddresses = false;
  kernel.beforeExchange = ([request]) => {
    isAboutAddresses = request?.[4] === RTM.GETADDR;
  };
  kernel.afterFirstPart = () => {
    if (left === 0 || !isAboutAddresses) return;
    left -= 1;
    ipAll(namespace, 'address add 10.2.0.1/32 dev br1\n address delete 10.2.0.1/32 dev br1');
  };
  try {
    return await list();
  } finally {
    kernel.beforeExchange = undefined;
    kernel.afterFirstPart = undefined;
  }
}

describe('a listing while another process changes what is listed', () => {
  it('is read again until no change came between', async () => {
    const result = await listWithChanges(3);
    expect(isWhole(result)).toBe(true);
    expect(result).toMatchObject({ interrupted: 3, asked: 4 });
  });

  it('is refused after ten tries', async () => {
    const result = await listWithChanges(Number.POSITIVE_INFINITY);
    expect(isWhole(result)).toBe(false);
    expect(result).toMatchObject({ asked: 10, interrupted: 10, outcome: { code: 'INTERRUPTED' } });
  });

  it('is whole or refused in a storm of changes, and whole as a rule when they come now and then', async () => {
    await inStorm('sleep 0.002', async () => {
      const results: Listed[] = [];
      const end = Date.now() + 20_000;
      const again = () => results.some((result) => isWhole(result) && result.interrupted > 0);
      while ((results.length < 20 || !again()) && Date.now() < end) results.push(await list());
      // How often it happens is up to the machine; that it did is not.
      expect(again()).toBe(true);
      const whole = results.filter(isWhole);
      expect(whole.length).toBeGreaterThan(results.length / 2);
      for (const { asked, interrupted } of whole) expect(asked).toBe(interrupted + 1);
    });
  });

  it('is whole or refused for a user of the driver too', async () => {
    await using driver = await createLinuxNetDev({ namespace: { name: namespace } });
    await inStorm(':', async () => {
      const counts = { whole: 0, refused: 0 };
      for (let tries = 0; tries < 10; tries++) {
        try {
          const found = await driver.listAddresses({ link: 'br0', family: 'ipv4' });
          expect(found.map(({ cidr }) => cidr)).toEqual(STEADY);
          counts.whole += 1;
        } catch (error) {
          expect(error).toBeInstanceOf(InterruptedReadError);
          counts.refused += 1;
        }
      }
      expect(counts.whole + counts.refused).toBe(10);
    });
  });
});
