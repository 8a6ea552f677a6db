import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Two workers: the machines this runs on have two cores, and the tests that start a process want one of them.
    maxWorkers: 2,
  },
});
