import { openDevice } from '../agent/agent.js';

/** The end of a cable: frames as they are. */
export interface Wire {
  /** Settles when the frame is on its way. */
  send(frame: Buffer): Promise<void>;
  /** Whether a frame with these bytes in it came in. */
  has(label: Buffer): boolean;
  /** The frames that came in since they were last taken, in hex. */
  take(): string[];
}

/** Opens a device of a network namespace. */
export async function openWire(namespace: string, device: string): Promise<Wire> {
  let seen = '';
  let taken: string[] = [];
  const { send } = await openDevice(namespace, device, (frame) => {
    const text = frame.toString('hex');
    seen += `${text}\n`;
    taken.push(text);
  });
  return {
    send,
    has: (label) => seen.includes(label.toString('hex')),
    take() {
      const frames = taken;
      taken = [];
      return frames;
    },
  };
}
