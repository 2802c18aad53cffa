import { type FileHandle, open, readFile } from 'node:fs/promises';
import type { LeaseEvent } from './lease-handler.js';
import { parseLeaseEvent } from './parse-lease.js';

/** What a journal holds that is not handed on yet. */
export interface Pending {
  events: LeaseEvent[];
  /** Lines that cannot be read: what a machine that lost its power was about to write. */
  damaged: string[];
  /** Bytes that were read. */
  size: number;
}

/**
 * The events of a network in the order in which they were told, a JSON line each, and a line
 * `{"delivered": ID}` for each that was handed on. Lines are only ever added, each in one write.
 */
export class Journal {
  constructor(readonly path: string) {}

  /** Adds an event, and is done when the disk has it. */
  append(event: LeaseEvent): Promise<void> {
    return this.#add(event, { sync: true });
  }

  /** Notes that an event was handed on. Lost with the machine's power: then it is handed on once more. */
  acknowledge({ id }: LeaseEvent): Promise<void> {
    return this.#add({ delivered: id }, { sync: false });
  }

  async pending(): Promise<Pending> {
    const bytes = await this.#bytes();
    const lines = bytes
      .toString()
      .split('\n')
      .filter((line) => line !== '');
    const events = new Map<string, LeaseEvent>();
    const damaged: string[] = [];
    for (const line of lines) {
      const entry = parseLine(line);
      if (entry === undefined) damaged.push(line);
      else if (typeof entry === 'string') events.delete(entry);
      else events.set(entry.id, entry);
    }
    return { events: [...events.values()], damaged, size: bytes.length };
  }

  /** Begins anew, if the file still has the size that it had when it was read; answers whether it did. */
  async clear(size: number): Promise<boolean> {
    const file = await open(this.path, 'r+');
    try {
      if ((await file.stat()).size !== size) return false;
      await file.truncate();
      return true;
    } finally {
      await file.close();
    }
  }

  async #bytes(): Promise<Buffer> {
    try {
      return await readFile(this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    }
  }

  async #add(entry: object, { sync }: { sync: boolean }): Promise<void> {
    // `a+` is O_APPEND, so that lines of two processes never mix, and lets the end be looked at.
    const file = await open(this.path, 'a+', 0o600);
    try {
      const start = (await endsInLine(file)) ? '' : '\n';
      const line = Buffer.from(`${start}${JSON.stringify(entry)}\n`);
      const { bytesWritten } = await file.write(line);
      if (bytesWritten !== line.length) throw new Error(`${this.path}: written in part only`);
      if (sync) await file.sync();
    } finally {
      await file.close();
    }
  }
}

/** Whether a new line can begin at the end of the file: not behind one that was cut off. */
async function endsInLine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return true;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString() === '\n';
}

/** An event, the id of one that was handed on, or `undefined`. */
function parseLine(line: string): LeaseEvent | string | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const delivered: unknown = Object(value).delivered;
    return typeof delivered === 'string' ? delivered : parseLeaseEvent(value);
  } catch {
    return undefined;
  }
}
