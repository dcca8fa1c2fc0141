import { defineConfig } from 'vitest/config';

// A machine-readable report beside the readable one, for whoever counts (CI).
const report = process.env.PICTOR_TEST_REPORT;
const SLOW = 'test/**/*.slow.test.ts';

export default defineConfig({
  test: {
    // Native modules (onnxruntime-node, sharp) break in vm contexts and do not like many threads: one process a file.
    pool: 'forks',
    setupFiles: ['test/setup.ts'],
    globalSetup: ['test/web/build.ts'],
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    // `npm test` and `npm run test:slow` (packing, the platforms' real tools, whole models); CI runs both.
    projects: [
      { extends: true, test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: [SLOW] } },
      { extends: true, test: { name: 'slow', include: [SLOW] } },
    ],
  },
});
