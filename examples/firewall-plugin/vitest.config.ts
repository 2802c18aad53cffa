import { defineConfig } from 'vitest/config';

// Each requirement gets a host of its own, and most wait for packets that do not come: several run at once.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    sequence: { concurrent: true },
    maxConcurrency: 4,
  },
});
