import { defineConfig } from 'vitest/config';

// A machine-readable report beside the readable one, for whoever counts (CI).
const report = process.env.PICTOR_TEST_REPORT;

export default defineConfig({
  test: {
    // Native modules (onnxruntime-node, sharp) break in vm contexts and do not like many threads: one process a file.
    pool: 'forks',
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
  },
});
