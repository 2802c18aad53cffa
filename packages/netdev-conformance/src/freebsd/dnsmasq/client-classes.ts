import { BadLine } from './config-line.js';

/** What a client sends that a server can tell its class by. */
export interface ClientWords {
  mac: string;
  vendorClass?: string | undefined;
  userClass?: string | undefined;
}

/** A class of clients: what they are tagged with, and who is in it. */
export interface ClientClass {
  tag: string;
  fits(client: ClientWords): boolean;
}

type Reader = (tag: string, value: readonly string[]) => ClientClass;

const text = ([value = '', ...more]: readonly string[]): string => {
  if (value === '' || more.length > 0) throw new BadLine('bad option');
  return value;
};

/** The words that set a tag by what a client sends (dnsmasq(8)). */
export const classReaders: Readonly<Record<string, Reader>> = {
  // A part of what the client says of itself is enough.
  'dhcp-vendorclass': (tag, value) => {
    const part = text(value);
    return { tag, fits: ({ vendorClass }) => vendorClass?.includes(part) === true };
  },
  'dhcp-userclass': (tag, value) => {
    const part = text(value);
    return { tag, fits: ({ userClass }) => userClass?.includes(part) === true };
  },
  'dhcp-mac': (tag, value) => {
    const pattern = text(value).split(':');
    if (pattern.length !== 6 || !pattern.every((byte) => /^(?:\*|[0-9a-f]{2})$/i.test(byte)))
      throw new BadLine('bad option');
    return {
      tag,
      fits: ({ mac }) =>
        mac
          .split(':')
          .every((byte, place) => pattern[place] === '*' || pattern[place]?.toLowerCase() === byte),
    };
  },
  // Nobody boots here.
  'dhcp-match': (tag, [option = '', number = '', ...more]) => {
    if (option !== 'option:client-arch' || !/^\d+$/.test(number) || more.length > 0)
      throw new BadLine('bad dhcp-match');
    return { tag, fits: () => false };
  },
};

/** Reads `set:TAG,…`. @throws BadLine */
export function readClass(word: string, [set = '', ...value]: readonly string[]): ClientClass {
  const read = classReaders[word];
  if (read === undefined || !/^set:[\w.-]+$/.test(set)) throw new BadLine('bad option');
  return read(set.slice('set:'.length), value);
}
