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

describe('a listing while another process changes what is listed', () => {
  it('is read again, and is whole, when changes come now and then', async () => {
    await inStorm('sleep 0.002', async () => {
      const results: Listed[] = [];
      const end = Date.now() + 10_000;
      const hadAgain = () => results.filter((result) => isWhole(result) && result.interrupted > 0).length;
      while (hadAgain() < 5 && Date.now() < end) results.push(await list());
      expect(hadAgain()).toBeGreaterThanOrEqual(5);
      expect(results.filter(isWhole).length).toBeGreaterThan(results.length / 2);
      for (const result of results.filter(isWhole)) expect(result.asked).toBe(result.interrupted + 1);
    });
  });

  it('is refused after ten tries when changes never stop', async () => {
    await inStorm(':', async () => {
      const end = Date.now() + 20_000;
      let refused: Listed | undefined;
      while (refused === undefined && Date.now() < end) {
        const result = await list();
        if (!isWhole(result)) refused = result;
      }
      expect(refused).toMatchObject({ asked: 10, interrupted: 10, outcome: { code: 'INTERRUPTED' } });
    });
  });

  it('rejects so for a user of the driver too', async () => {
    await using driver = await createLinuxNetDev({ namespace: { name: namespace } });
    await inStorm(':', async () => {
      const end = Date.now() + 20_000;
      let error: unknown;
      while (error === undefined && Date.now() < end) {
        await driver.listAddresses({ link: 'br0' }).then(
          (found) => expect(found.length).toBeGreaterThanOrEqual(STEADY.length),
          (reason: unknown) => {
            error = reason;
          },
        );
      }
      expect(error).toMatchObject({
        code: 'INTERRUPTED',
        operation: 'list addresses of',
        object: 'br0',
      });
    });
  });
});
