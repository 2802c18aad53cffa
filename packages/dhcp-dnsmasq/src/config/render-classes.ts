import type { ParsedBootFile, ParsedClientClass } from 'netdev-core';
import { classTag } from './subnet-tags.js';

/** Which clients are of a class (dnsmasq(8): dhcp-match, dhcp-vendorclass, dhcp-userclass, dhcp-mac). */
export function renderClass({ name, match }: ParsedClientClass): string {
  const set = `set:${classTag(name)}`;
  switch (match.by) {
    case 'architecture':
      return `dhcp-match=${set},option:client-arch,${match.number}`;
    case 'vendorClass':
      return `dhcp-vendorclass=${set},${match.text}`;
    case 'userClass':
      return `dhcp-userclass=${set},${match.text}`;
    case 'mac': {
      const bytes = match.prefix.split(':');
      return `dhcp-mac=${set},${[...bytes, ...Array<string>(6 - bytes.length).fill('*')].join(':')}`;
    }
  }
}

/** What to boot; dnsmasq takes one with a tag that fits before one without. */
export function renderBootFile(boot: ParsedBootFile): string {
  return `dhcp-boot=${[
    ...(boot.class === undefined ? [] : [`tag:${classTag(boot.class)}`]),
    boot.file,
    ...(boot.serverAddress === undefined ? [] : ['', boot.serverAddress]),
  ].join(',')}`;
}
