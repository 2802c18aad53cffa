import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { DhcpLab } from './lab.js';

/** What a client was told by a server. */
export interface ClientAnswer {
  mac: string;
  address: string;
  type: 'ack' | 'nak';
  /** Milliseconds since its first word. */
  ms: number;
  /** Milliseconds since 1970. */
  at: number;
}

/** Real exchanges over one socket: the clients that dhcp-dnsmasq tests its servers with. */
const program = fileURLToPath(new URL('../../packages/dhcp-dnsmasq/test/dhcp-clients.mjs', import.meta.url));

/** Lets clients, numbered from `first`, get their addresses, so many at once, or one after another with a pause after each. */
export async function runClients(
  { clients }: DhcpLab,
  { first, count, atOnce }: { first: number; count: number; atOnce: number | 'paced' },
  onAnswer: (answer: ClientAnswer) => void = () => {},
): Promise<ClientAnswer[]> {
  const words = [
    'netns',
    'exec',
    clients,
    process.execPath,
    program,
    String(first),
    String(count),
    ...(atOnce === 'paced' ? ['1', 'paced'] : [String(atOnce)]),
  ];
  const child = spawn('ip', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const answers: ClientAnswer[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const answer = JSON.parse(line) as ClientAnswer;
    answers.push(answer);
    onAnswer(answer);
  });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`the clients ended with status ${code}`);
  return answers;
}
