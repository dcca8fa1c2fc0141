// Writes docs/errors.md from the error table.
import { writeFileSync } from 'node:fs';
import { ERROR_TABLE } from '../src/errors.ts';

const rows = Object.entries(ERROR_TABLE)
  .map(
    ([code, entry]) =>
      `| \`${code}\` | ${entry.status} | ${entry.retryable ? 'yes' : 'no'} | ${entry.title} |`,
  )
  .join('\n');

export const errorsPage = `# Errors

[中文](zh/errors.md)

Every failure carries one of these codes. The native HTTP API answers with the status and
\`{"error":{"code","message","requestId"}}\`; the library throws a \`PictorError\` with \`code\`, \`status\`,
\`retryable\` and a message that says what was expected, what was received and what to do. *Retryable* means that the
same call may succeed later, unchanged.

This page is written from \`src/errors.ts\` by \`npm run docs:errors\`; a test compares the two.

| code | status | retryable | meaning |
| --- | --- | --- | --- |
${rows}
`;

if (process.argv[1]?.endsWith('docs-errors.ts')) {
  writeFileSync(new URL('../docs/errors.md', import.meta.url), errorsPage);
}
