import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createConf } from '../src/conf/create-conf.js';
import { optionSpecs } from '../src/conf/options.js';

const recorded = JSON.parse(readFileSync(new URL('./data/defaults.json', import.meta.url), 'utf8')) as object;

describe('options', () => {
  it('has the defaults of the original', () => {
    const defaults = Object.entries(recorded).map(([name]) => [
      name,
      optionSpecs[name as keyof typeof optionSpecs]?.default,
    ]);
    expect(Object.fromEntries(defaults)).toEqual(recorded);
  });

  it('writes other options out where a text names them', () => {
    const conf = createConf({ my_ip: '192.0.2.1', state_path: '/srv' });
    expect(conf.metadata_host).toBe('192.0.2.1');
    expect(conf.networks_path).toBe('/srv/networks');
  });

  it('refuses a name that there is not', () => {
    expect(() => createConf({ metadata_prot: 1 } as object)).toThrow(/conf\.metadata_prot/);
  });

  it.each([
    { metadata_port: '8775' },
    { use_ipv6: 1 },
    { dns_server: '8.8.8.8' },
    { flat_interface: 3 },
    { network_device_mtu: 1.5 },
    { ebtables_retry_interval: Number.NaN },
  ])('refuses a value of the wrong type: %o', (given) => {
    const name = Object.keys(given)[0];
    expect(() => createConf(given as object)).toThrow(`conf.${name}`);
  });

  it('gives every instance lists of its own', () => {
    createConf().dns_server.push('8.8.8.8');
    expect(createConf().dns_server).toEqual([]);
  });
});
