import { setTimeout as wait } from 'node:timers/promises';
import { openConnection, serveIn } from './agent/agent.js';

/** A TCP connection that stays open. */
export interface Conversation {
  /** Whether what is said comes back. */
  isAnswered(): Promise<boolean>;
}

/** Answers whatever is said at some ports of a network namespace, for as long as somebody is in it. */
export async function startEcho(space: string, ports: readonly number[]): Promise<void> {
  for (const port of ports) await serveIn(space, port, 'echo');
}

/** @throws when nobody takes the connection within a second */
export async function openConversation(space: string, host: string, port: number): Promise<Conversation> {
  let heard = '';
  const line = await openConnection(space, { address: host, port, withinMs: 1000 }, (text) => {
    heard += text.toString('latin1');
  });
  let said = 0;
  return {
    async isAnswered() {
      said += 1;
      const word = `<${said}>`;
      await line.send(Buffer.from(word));
      const until = Date.now() + 600;
      while (Date.now() < until) {
        if (heard.includes(word)) return true;
        await wait(10);
      }
      return false;
    },
  };
}
