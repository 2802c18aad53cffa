import { defineConfig } from 'vitest/config';
import { BalancedSequencer } from './scripts/testing/balanced-sequencer.js';

const everywhere = [
  'packages/*/test/**',
  'examples/virtual-network/test/**',
  'bench/test/**',
  'scripts/test/**',
];

// Packages import each other by name and so get what is in dist, as a user of theirs would: build first.
export default defineConfig({
  test: {
    sequence: { sequencer: BalancedSequencer },
    projects: [
      {
        test: {
          name: 'unit',
          pool: 'forks',
          // A process and all packages anew for each of 130 files took two fifths of the time.
          isolate: false,
          testTimeout: 30_000,
          include: everywhere.map((folder) => `${folder}/*.test.ts`),
          exclude: ['**/*.host.test.ts', '**/*.vm.test.ts', '**/*.freebsd.test.ts', '**/node_modules/**'],
        },
      },
      {
        test: {
          name: 'host',
          include: everywhere.map((folder) => `${folder}/*.host.test.ts`),
          exclude: ['**/node_modules/**'],
          setupFiles: ['scripts/testing/require-sandbox.ts'],
          pool: 'forks',
          // To load all packages anew for each file took an eighth of the time: one process does for all files.
          isolate: false,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'freebsd',
          include: everywhere.map((folder) => `${folder}/*.freebsd.test.ts`),
          exclude: ['**/node_modules/**'],
          pool: 'forks',
          // Jails and names of jails are the whole host's.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'vm',
          include: everywhere.map((folder) => `${folder}/*.vm.test.ts`),
          exclude: ['**/node_modules/**'],
          setupFiles: ['scripts/testing/require-vm.ts'],
          pool: 'forks',
          // To start a process takes seconds on an emulated processor: one does for all files.
          isolate: false,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
