import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { complaintsAbout, examplesIn, moduleOf } from './support/examples-in-comments.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const PICTURES = ['photo.jpg', 'cat.jpg', 'dog.jpg', 'street.jpg', 'upload.jpg'];

/** Examples that need what is not in a fresh checkout: a classifier, a network, a cloud, files of the reader's own. */
const NOT_RUN: readonly RegExp[] = [
  /^(convert|deploy|platforms|training)\//,
  /^engine\/types|^models\/(store|types|onnx\/)|^image\/sources\/fetch\/fetch-picture/,
  /^server\/(app|serve|keys\/|protocols\/types|configuration\/)/,
  /^tasks\/(classify|embed|load|default-model)/,
  /^evaluation\/(classifier|datasets\/open-dataset)/,
  /^evaluation\/tracking\/sequences|^video\/(output\/(video-writer|annotated-video|open-result-writer)|track|watch|open-video|tracker\/evaluate-tracker|ffmpeg\/find-ffmpeg)/,
];

test('every @example in a comment compiles against what it is about', { timeout: 180_000 }, () => {
  const examples = examplesIn(`${root}src`);
  expect(examples.length).toBeGreaterThan(40);
  expect(complaintsAbout(examples, root, `${root}test/support/example-context.ts`)).toEqual([]);
});

test('examples that need only the package run, and their values are what they say', {
  timeout: 180_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pictor-examples-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of PICTURES) copyFileSync(`${root}examples/photos/astronaut.jpg`, join(folder, name));
  const run = examplesIn(`${root}src`).filter(({ where }) => !NOT_RUN.some((needs) => needs.test(where)));
  expect(run.length).toBeGreaterThan(25);
  const runtime = `${root}test/support/example-runtime.ts`;
  run.forEach((example, i) => {
    writeFileSync(join(folder, `example-${i}.ts`), moduleOf(example, runtime));
  });
  const imports = run.map(
    ({ where }, i) => `console.log('run: ${where}'); await import('./example-${i}.ts');`,
  );
  const closing = `const { detector, moderator } = await import(${JSON.stringify(runtime)});
    await detector.close(); await moderator.close();`;
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'all.ts'), [...imports, closing].join('\n'));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', LOADER, 'all.ts'], {
    cwd: folder,
    env: { ...process.env, PICTOR_HOME: join(folder, 'store'), PICTOR_OFFLINE: '1' },
  });
  expect(stdout.match(/^run: /gm)).toHaveLength(run.length);
  expect(stdout.match(/^held: /gm)?.length).toBeGreaterThan(15);
});
