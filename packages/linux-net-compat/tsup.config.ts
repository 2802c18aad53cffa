import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Options } from 'tsup';

/** Goes with what is bundled of others, as their licence asks. */
const notice = readFileSync('../netdev-core/node_modules/ipaddr.js/LICENSE', 'utf8');

const library: Options = { entry: ['src/index.ts'], dts: true, target: 'node20', sourcemap: true };

/** Takes NAME.require.ts for NAME.ts: a CommonJS module cannot wait for an import. */
const requiring: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'requiring',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/iptables-package\.js$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace(/\.js$/, '.require.ts')),
    })),
};

export default defineConfig([
  { ...library, format: ['esm'] },
  { ...library, format: ['cjs'], esbuildPlugins: [requiring] },
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
