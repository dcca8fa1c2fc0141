import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Native modules (onnxruntime-node, sharp) break in vm contexts and do not like many threads: one process a file.
    pool: 'forks',
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
  },
});
