import { linesOf, splitParts } from './config-line.js';

/** A host of the file that dhcp-hostsfile names. */
export interface DhcpHost {
  /** `undefined`: it is known by something else. */
  mac: string | undefined;
  tags: readonly string[];
  /** An IPv4 address. */
  address: string | undefined;
  hostname: string | undefined;
  /** Seconds. */
  leaseTime: number | undefined;
  /** It is never answered. */
  ignored: boolean;
}

const MAC = /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i;

/** What a part is, by its form; the rest is a name. */
const forms = {
  mac: MAC,
  id: /^id:/,
  tag: /^set:/,
  address: /^\d+\.\d+\.\d+\.\d+$/,
  address6: /^\[[0-9a-f:.]+\]$/i,
  time: /^\d+s$/,
  ignore: /^ignore$/,
} as const;

/** Reads `[MAC,][id:ID,][set:TAG,…][ADDRESS,][NAME,][TIMEs]`, or `…,ignore` (dnsmasq(8), --dhcp-host). */
export function readHosts(text: string): DhcpHost[] {
  return linesOf(text).map(({ line }) => {
    const parts = splitParts(line);
    const those = (form: keyof typeof forms): string[] => parts.filter((part) => forms[form].test(part));
    const [time] = those('time');
    return {
      mac: those('mac')[0]?.toLowerCase(),
      tags: those('tag').map((part) => part.slice('set:'.length)),
      address: those('address')[0],
      hostname: parts.find((part) => !Object.values(forms).some((form) => form.test(part))),
      leaseTime: time === undefined ? undefined : Number(time.slice(0, -1)),
      ignored: those('ignore').length > 0,
    };
  });
}

/** Reads a file of hosts(5): the addresses by name. */
export function readNames(text: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [address, ...own] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (address) for (const name of own) names.set(name.toLowerCase(), address);
  }
  return names;
}
