import { defineConfig } from 'tsup';

export default defineConfig([
  {
    entry: ['src/index.ts'],
    format: ['esm', 'cjs'],
    dts: true,
    target: 'node20',
    sourcemap: true,
    // import.meta.url, by which the worker is found, also in the CommonJS build.
    shims: true,
  },
  {
    entry: { worker: 'src/worker/worker.ts' },
    format: ['esm'],
    // A thread loads all of netdev-core for its errors otherwise, which took a quarter of its start.
    noExternal: ['netdev-core'],
    treeshake: true,
    target: 'node20',
    sourcemap: true,
  },
]);
