import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { pruneLibraries } from '../../src/cli/doctor/prune.ts';

async function packageWith(platforms: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-test-prune-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const libraries = join(folder, 'bin/napi-v6');
  await mkdir(libraries, { recursive: true });
  for (const platform of platforms) {
    await mkdir(join(libraries, platform, 'x64'), { recursive: true });
    await writeFile(join(libraries, platform, 'x64', 'library'), Buffer.alloc(1000));
  }
  return { folder, left: async () => (await readdir(libraries)).sort() };
}

test('libraries of other systems go; this one’s, and Linux’s for archives, stay', async () => {
  const { folder, left } = await packageWith(['darwin', 'linux', 'win32']);
  const pruned = await pruneLibraries(folder, 'darwin');
  expect(pruned).toMatchObject({
    removed: [{ platform: 'win32', bytes: 1000 }],
    kept: ['darwin', 'linux'],
  });
  expect(await left()).toEqual(['darwin', 'linux']);
  expect((await pruneLibraries(folder, 'darwin')).removed).toEqual([]);
});

test('a package with nothing for this machine is left alone', async () => {
  const { folder, left } = await packageWith(['plan9']);
  expect((await pruneLibraries(folder, 'win32')).removed).toEqual([]);
  expect(await left()).toEqual(['plan9']);
});
