/**
 * An address as the tools print it: inet_ntop(3) of glibc writes the last four bytes of an IPv6
 * address that embeds an IPv4 one with dots.
 */
export function kernelAddress(address: string): string {
  if (!address.startsWith('::')) return address;
  const embedded = /^(::(?:ffff:)?)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (embedded === null) return address;
  const [, prefix = '', high = '', low = ''] = embedded;
  const bytes = [high, low].flatMap((word) => {
    const value = Number.parseInt(word, 16);
    return [value >> 8, value & 0xff];
  });
  return `${prefix}${bytes.join('.')}`;
}
