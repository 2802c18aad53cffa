import { describe, expect, it } from 'vitest';
import { gratuitousArp } from '../src/announce/arp.js';
import { checksum, unsolicitedAdvertisement } from '../src/announce/neighbour-advertisement.js';
import { bytesOfHex, hexOf } from './recorded-messages.js';

const mac = bytesOfHex('02005e100001');

it('announces an IPv4 address by an ARP request about itself', () => {
  expect(hexOf(gratuitousArp(mac, Uint8Array.of(192, 0, 2, 10)))).toBe(
    [
      'ffffffffffff' + '02005e100001' + '0806',
      '0001' + '0800' + '06' + '04' + '0001',
      '02005e100001' + 'c000020a',
      '000000000000' + 'c000020a',
    ].join(''),
  );
});

describe('an unsolicited neighbour advertisement', () => {
  const address = bytesOfHex('20010db8000000000000000000000001');
  const frame = unsolicitedAdvertisement(mac, address);

  it('is laid out as RFC 4861, 4.4 says', () => {
    const checksumAt = 14 + 40 + 2;
    const blank = frame.slice();
    blank.fill(0, checksumAt, checksumAt + 2);
    expect(hexOf(blank)).toBe(
      [
        '333300000001' + '02005e100001' + '86dd',
        '60000000' + '0020' + '3a' + 'ff',
        '20010db8000000000000000000000001' + 'ff020000000000000000000000000001',
        '88' + '00' + '0000' + '20000000',
        '20010db8000000000000000000000001',
        '02' + '01' + '02005e100001',
      ].join(''),
    );
  });

  it('has a checksum that sums up to nothing, over the pseudo-header of RFC 8200, 8.1', () => {
    const header = frame.subarray(14, 54);
    const message = frame.subarray(54);
    const pseudo = [header.subarray(8, 24), header.subarray(24, 40), Uint8Array.of(0, 0, 0, 32, 0, 0, 0, 58)];
    expect(checksum([...pseudo, message])).toBe(0);
    expect(hexOf(message.subarray(2, 4))).not.toBe('0000');
  });
});

it('sums as the example of RFC 1071, 3', () => {
  expect(checksum([bytesOfHex('0001f203f4f5f6f7')])).toBe(~0xddf2 & 0xffff);
});
