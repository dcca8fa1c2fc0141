/**
 * What a process loads before it does anything: each library on this way is felt at every start.
 */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Packages that are imported statically, directly or not. */
async function packagesAt(entry: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir: 'never-written',
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
  });
  const packages = new Set<string>();
  const seen = new Set<string>();
  const walk = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { path, kind, external } of metafile.inputs[file]?.imports ?? []) {
      if (kind !== 'import-statement') continue;
      if (external) packages.add(path);
      else walk(path);
    }
  };
  walk(entry);
  return [...packages].filter((name) => !name.startsWith('node:')).sort();
}

test('`pictor --help` needs the parser of the command line', async () => {
  expect(await packagesAt('src/cli/run.ts')).toEqual(['commander']);
});

test('an inference worker starts without any library, and loads the one that infers', async () => {
  expect(await packagesAt('src/engine/worker/worker.ts')).toEqual([]);
});

test('a program that imports Pictor loads the checks of manifests, and nothing for pictures or the network', async () => {
  expect(await packagesAt('src/index.ts')).toEqual(['zod']);
});
