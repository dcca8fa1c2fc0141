import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cpuQuota } from '../../src/engine/cpu-quota.ts';
import { defaultWorkers } from '../../src/engine/default-workers.ts';
import { resolveEngineOptions } from '../../src/engine/options.ts';

async function cgroup(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'pictor-cgroup-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  return root;
}

const all = availableParallelism();

test.each([
  ['no cgroup', {}, all],
  ['version 2 without a quota', { 'cpu.max': 'max 100000\n' }, all],
  ['version 2 with half a processor', { 'cpu.max': '50000 100000\n' }, 1],
  ['version 2 with more than there are', { 'cpu.max': '99900000 100000\n' }, all],
  ['version 1 without a quota', v1(-1), all],
  ['version 1 with a third of a processor', v1(33_000), 1],
  ['nonsense', { 'cpu.max': 'many\n' }, all],
] as const)('%s', async (_, files, expected) => {
  expect(cpuQuota(await cgroup(files))).toBe(expected);
});

test('one and a half processors are rounded up', async () => {
  expect(cpuQuota(await cgroup({ 'cpu.max': '150000 100000\n' }))).toBe(Math.min(all, 2));
  expect(cpuQuota(await cgroup(v1(150_000)))).toBe(Math.min(all, 2));
});

test.each([
  [8, undefined, 8],
  [8, 0, 8],
  [8, 2 ** 63, 8],
  [2, 64, 1],
  [2, 128, 1],
  [2, 256, 1],
  [2, 512, 2],
  [8, 512, 4],
])('%i processors with a memory limit of %s MiB: %i workers', (processors, mib, expected) => {
  expect(defaultWorkers(processors, mib === undefined ? undefined : mib * 2 ** 20)).toBe(expected);
});

test('options that cannot be meant are refused by name', () => {
  for (const [option, name] of [
    [{ workers: 0 }, 'workers'],
    [{ workers: 1.5 }, 'workers'],
    [{ intraOpThreads: 257 }, 'intraOpThreads'],
    [{ queue: { maxPictures: -1 } }, 'queue.maxPictures'],
    [{ inferenceTimeoutMs: Number.NaN }, 'inferenceTimeoutMs'],
  ] as const) {
    expect(() => resolveEngineOptions(option)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining(name) }),
    );
  }
});

function v1(quota: number): Record<string, string> {
  return { 'cpu/cpu.cfs_quota_us': `${quota}\n`, 'cpu/cpu.cfs_period_us': '100000\n' };
}
