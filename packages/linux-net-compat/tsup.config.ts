import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';

/** Goes with what is bundled of others, as their licence asks. */
const notice = readFileSync('../netdev-core/node_modules/ipaddr.js/LICENSE', 'utf8');

export default defineConfig([
  {
    entry: ['src/index.ts'],
    format: ['esm', 'cjs'],
    dts: true,
    target: 'node20',
    sourcemap: true,
  },
  {
    entry: {
      dhcpbridge: 'src/dhcpbridge/main.ts',
      'dhcpbridge-deliverer': 'src/dhcpbridge/deliverer.ts',
    },
    format: ['esm'],
    target: 'node20',
    // dnsmasq starts it for every lease: one file with nothing that it does not use starts the fastest.
    noExternal: [/.*/],
    splitting: false,
    footer: { js: `/*! ipaddr.js\n${notice}*/` },
    sourcemap: true,
  },
]);
