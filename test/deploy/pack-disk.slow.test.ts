import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startEmulator } from '../../src/deploy/emulate/emulator.ts';
import { openWorkshop, type Workshop } from './support.ts';

let shop: Workshop;
beforeAll(async () => {
  shop = await openWorkshop();
});
afterAll(() => shop[Symbol.asyncDispose]());

/** A file system of its own; undefined where this process may not mount one. */
async function mounted(options: string): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-test-disk-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return folder;
}

describe('the temporary folder', () => {
  it('is full when an archive is unpacked: a clear error, and nothing left', async (context) => {
    const folder = await mounted('size=1m');
    if (folder === undefined) return context.skip('may not mount a file system');
    const { file } = await shop.pack('packed.zip', { platform: 'lambda', backend: 'wasm', boot: false });
    vi.stubEnv('TMPDIR', folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(startEmulator({ platform: 'lambda', archive: file, port: 0 })).rejects.toMatchObject({
      code: 'FILE_WRITE_FAILED',
      message: expect.stringContaining('ENOSPC'),
    });
    expect(await readdir(folder)).toEqual([]);
  }, 60_000);
});

describe('the disk that the archive goes to', () => {
  it('is full: a clear error, and nothing half-written', async (context) => {
    const folder = await mounted('size=2m');
    if (folder === undefined) return context.skip('may not mount a file system');
    const out = join(folder, 'function.zip');
    const packing = shop.pack('', { platform: 'lambda', backend: 'wasm', out });
    await expect(packing).rejects.toMatchObject({
      code: 'FILE_WRITE_FAILED',
      message: expect.stringContaining('the disk is full'),
    });
    expect(await readdir(folder)).toEqual([]);
  }, 60_000);

  it('is read-only: said before the work begins', async (context) => {
    const folder = await mounted('size=2m');
    if (folder === undefined) return context.skip('may not mount a file system');
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    const steps: string[] = [];
    const packing = shop.pack('', {
      platform: 'lambda',
      backend: 'wasm',
      out: join(folder, 'function.zip'),
      onStep: (step) => steps.push(step),
    });
    await expect(packing).rejects.toMatchObject({
      code: 'FILE_WRITE_FAILED',
      message: expect.stringContaining('read-only'),
    });
    expect(steps).toHaveLength(1);
  }, 60_000);
});
