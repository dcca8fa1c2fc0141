import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireWithinLimits } from '../../src/deploy/pack/packages/sizes.ts';
import { PACKAGE_ROOT } from '../../src/deploy/pack/source.ts';
import type { PackReport } from '../../src/deploy/pack/types.ts';
import { PictorError } from '../../src/errors.ts';
import { platformOf } from '../../src/platforms/registry.ts';
import { dataPath, describeWithData } from '../support/data.ts';
import { openWorkshop, type Workshop } from './support.ts';

const MB = 1e6;
let shop: Workshop;
beforeAll(async () => {
  shop = await openWorkshop();
});
afterAll(() => shop[Symbol.asyncDispose]());

describe('a native archive', () => {
  let report: PackReport;
  beforeAll(async () => {
    report = await shop.pack('native.zip', { platform: 'scf' });
  }, 120_000);

  it('was started in an empty folder and answered', () => {
    expect(report.proof).toMatchObject({
      kind: 'booted',
      answer: {
        model: 'colours',
        predictions: expect.arrayContaining([expect.objectContaining({ label: 'red' })]),
      },
    });
  });

  it('holds what is loaded and nothing else', async () => {
    const names = Object.keys(unzipSync(await readFile(report.file)));
    const [code, others] = [
      names.filter((name) => name.endsWith('.js')),
      names.filter((name) => !name.endsWith('.js')),
    ];
    expect(others.sort().map((name) => name.replace(/\d+\.\d+\.\d+/, 'VERSION'))).toEqual([
      'THIRD-PARTY-LICENSES',
      'manifest.json',
      'model/colours.onnx',
      'native/onnxruntime/libonnxruntime.so.1',
      'native/onnxruntime/onnxruntime_binding.node',
      'native/sharp-libvips-linux-x64/lib/libvips-cpp.so.VERSION',
      'native/sharp-linux-x64/lib/sharp-linux-x64-VERSION.node',
    ]);
    // What is imported dynamically lies apart: a cold start reads neither the application nor sharp before the model.
    expect(code).toEqual(expect.arrayContaining(['index.js', 'thread.js']));
    for (const part of [/^application-\w+\.js$/, /^encode-\w+\.js$/, /^fetch-picture-\w+\.js$/]) {
      expect(
        code.filter((name) => part.test(name)),
        String(part),
      ).toHaveLength(1);
    }
    expect(code.filter((name) => name.startsWith('undici'))).toEqual([]);
  });

  it('starts with little code: what comes before the model is small', async () => {
    const files = unzipSync(await readFile(report.file));
    const eager = (name: string, seen = new Set<string>()): Set<string> => {
      seen.add(name);
      const text = Buffer.from(files[name] ?? []).toString('utf8');
      // A lazy file is required inside `.then(…)`.
      for (const [, lazy, next = ''] of text.matchAll(
        /(\.then\(\(\) ?=> ?[^;]{0,40})?require\("\.\/([\w-]+\.js)"\)/g,
      )) {
        if (lazy === undefined && !seen.has(next)) eager(next, seen);
      }
      return seen;
    };
    const bytes = [...eager('index.js')].reduce((sum, name) => sum + (files[name]?.length ?? 0), 0);
    expect(bytes).toBeGreaterThan(5_000);
    expect(bytes).toBeLessThan(60_000);
  });

  it('tells nothing of the machine that packed it', async () => {
    const files = unzipSync(await readFile(report.file));
    for (const [name, bytes] of Object.entries(files)) {
      if (name.startsWith('native/')) continue;
      const text = Buffer.from(bytes).toString('latin1');
      expect(text.includes(PACKAGE_ROOT.replace(/\/$/, '')), name).toBe(false);
      expect(text.includes(shop.folder), name).toBe(false);
    }
  });

  it('names the licences of everything in it', async () => {
    const text = Buffer.from(unzipSync(await readFile(report.file))['THIRD-PARTY-LICENSES'] ?? []).toString(
      'utf8',
    );
    for (const name of [
      'hono',
      'zod',
      'onnxruntime-node',
      'sharp',
      '@img/sharp-libvips-linux-x64',
      'Model colours',
    ]) {
      expect(text).toContain(name);
    }
    expect(text).toContain('LGPL-3.0-or-later');
  });

  it('has a size table that adds up', () => {
    const sum = (pick: (part: PackReport['parts'][number]) => number) =>
      report.parts.reduce((all, part) => all + pick(part), 0);
    expect(sum(({ bytes }) => bytes)).toBe(report.unpackedBytes);
    expect(sum(({ files }) => files)).toBe(report.files);
    expect(sum(({ packed }) => packed)).toBeLessThan(report.bytes);
  });

  it('is the same, byte for byte, whatever the folder, the time zone and the umask', async () => {
    const { TZ } = process.env;
    const umask = process.umask(0o077);
    process.env.TZ = 'Asia/Tokyo';
    try {
      await using other = await openWorkshop();
      const again = await other.pack('again.zip', { platform: 'scf', boot: false });
      expect(again.sha256).toBe(report.sha256);
    } finally {
      process.umask(umask);
      if (TZ === undefined) delete process.env.TZ;
      else process.env.TZ = TZ;
    }
  }, 120_000);
});

describe('a WebAssembly archive', () => {
  it.each(['lambda', 'functiongraph', 'azure', 'gcf', 'container'])(
    'for %s is small, starts and answers',
    async (platform) => {
      const report = await shop.pack(`${platform}.zip`, { platform, backend: 'wasm' });
      expect(report.proof).toMatchObject({ kind: 'booted', answer: { model: 'colours' } });
      expect(report.bytes).toBeLessThan(14 * MB);
    },
    120_000,
  );
});

describe('a web function', () => {
  it('has an executable to start it with, and serves', async () => {
    const report = await shop.pack('web.zip', { platform: 'scf', kind: 'web', backend: 'wasm' });
    expect(report.proof).toMatchObject({ kind: 'booted', answer: { model: 'colours' } });
    const bytes = await readFile(report.file);
    const script = Buffer.from(unzipSync(bytes)['scf_bootstrap'] ?? []).toString('utf8');
    expect(script).toBe('#!/bin/bash\nexec /var/lang/node20/bin/node server.js\n');
    expect(modeOf(bytes, 'scf_bootstrap')).toBe(0o755);
    expect(modeOf(bytes, 'server.js')).toBe(0o644);
  }, 60_000);
});

/** The mode of a file, from the zip's central directory. */
function modeOf(zip: Buffer, name: string): number | undefined {
  for (let at = zip.indexOf('PK\x01\x02'); at >= 0; at = zip.indexOf('PK\x01\x02', at + 4)) {
    const length = zip.readUInt16LE(at + 28);
    if (zip.toString('utf8', at + 46, at + 46 + length) === name)
      return (zip.readUInt32LE(at + 38) >>> 16) & 0o777;
  }
  return undefined;
}

describe('an archive for another processor', () => {
  it('is checked by its files, and says so', async () => {
    const arch = process.arch === 'arm64' ? 'x64' : 'arm64';
    const report = await shop.pack('foreign.zip', { platform: 'lambda', arch });
    expect(report.proof).toMatchObject({
      kind: 'files-checked',
      libraries: 4,
      reason: expect.stringContaining(arch),
    });
  }, 120_000);
});

describe('a model outside the archive', () => {
  it('gets an archive of its own for a layer', async () => {
    const report = await shop.pack('with-layer.zip', { platform: 'fc', backend: 'wasm', modelLayer: true });
    expect(report.proof.kind).toBe('booted');
    expect(Object.keys(unzipSync(await readFile(report.layer?.file ?? '')))).toEqual(['model/colours.onnx']);
    expect(report.parts.map(({ name }) => name)).not.toContain('model');
  }, 120_000);
});

describe('nothing is written', () => {
  const failed: readonly [string, Parameters<Workshop['pack']>[1], string][] = [
    ['for an unknown platform', { platform: 'heroku' }, 'PLATFORM_UNKNOWN'],
    ['for a missing model', { platform: 'scf', model: 'no/such.onnx' }, 'MODEL_UNKNOWN'],
    ['for a processor that the platform has not', { platform: 'scf', arch: 'arm64' }, 'OPTION_INVALID'],
    ['for a runtime that is too old', { platform: 'scf', node: 16 }, 'OPTION_INVALID'],
    ['for a runtime that does not exist', { platform: 'fc', node: 24 }, 'OPTION_INVALID'],
    ['for a web function where there are none', { platform: 'lambda', kind: 'web' }, 'OPTION_INVALID'],
    [
      'for two places of one model',
      { platform: 'lambda', modelLayer: true, modelUrl: 'https://a/b' },
      'OPTION_INVALID',
    ],
    ['for an address that is none', { platform: 'lambda', modelUrl: 's3://bucket/model' }, 'OPTION_INVALID'],
  ];
  it.each(failed)('%s', async (_, options, code) => {
    const before = await readdir(shop.folder);
    await expect(shop.pack('never.zip', options)).rejects.toMatchObject({ code });
    expect(await readdir(shop.folder)).toEqual(before);
  });

  it('into a folder that is none', async () => {
    await writeFile(join(shop.folder, 'file'), '');
    for (const out of ['file/a.zip', 'missing/a.zip']) {
      await expect(shop.pack(out, { platform: 'scf' })).rejects.toMatchObject({ code: 'FILE_WRITE_FAILED' });
    }
  });

  it.each(['Libraries', 'Code', 'Archive', 'Boot'])(
    'when it is interrupted at the step %s',
    async (at) => {
      const before = await readdir(shop.folder);
      const controller = new AbortController();
      const packing = shop.pack('interrupted.zip', {
        platform: 'fc',
        backend: 'wasm',
        signal: controller.signal,
        onStep: (step) => {
          if (step.startsWith(at)) controller.abort(new PictorError('ABORTED'));
        },
      });
      await expect(packing).rejects.toMatchObject({ code: 'ABORTED' });
      expect(await readdir(shop.folder)).toEqual(before);
    },
    60_000,
  );

  it('when the archive does not answer', async () => {
    const before = await readdir(shop.folder);
    // A model that the store takes for good, but no library does.
    const bad = join(shop.folder, 'colours', 'bad.onnx');
    const { createHash } = await import('node:crypto');
    const bytes = Buffer.from('not a graph');
    const manifest = JSON.parse(await readFile(join(shop.folder, 'colours', 'manifest.json'), 'utf8'));
    manifest.files = [
      { path: 'bad.onnx', bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
    ];
    await writeFile(bad, bytes);
    await writeFile(bad.replace('.onnx', '.manifest.json'), JSON.stringify(manifest));
    const packing = shop.pack('bad.zip', { platform: 'fc', backend: 'wasm', model: bad });
    await expect(packing).rejects.toMatchObject({ code: 'PACK_FAILED' });
    expect(await readdir(shop.folder)).toEqual(before);
  }, 60_000);
});

describe('limits', () => {
  const target = {
    platform: platformOf('functiongraph'),
    runtime: { name: 'Node.js20.15', node: 20 },
    arch: 'x64',
    backend: 'native',
    kind: 'event',
    maxZipBytes: 40 * MB,
  } as const;
  const parts = [{ name: 'model', files: 1, bytes: 60 * MB, packed: 55 * MB }];

  it('are those of the platform', () => {
    expect(() => requireWithinLimits(target, 40 * MB, 1500 * MB, parts)).not.toThrow();
    expect(() => requireWithinLimits(target, 40 * MB + 1, 50 * MB, parts)).toThrow(
      /at most 40\.0 MB zipped.*model 55/,
    );
    expect(() => requireWithinLimits(target, 1, 1500 * MB + 1, parts)).toThrow(/at most 1500\.0 MB unpacked/);
  });
});

describeWithData('SqueezeNet for linux/x64', () => {
  it('is at most 31 MB zipped and 75 MB unpacked, starts and knows a cat', async () => {
    const model = dataPath('models', 'squeezenet1.1.onnx');
    const report = await shop.pack('squeezenet.zip', { platform: 'scf', model, arch: 'x64' });
    expect(report.bytes).toBeLessThan(31 * MB);
    expect(report.bytes).toBeGreaterThan(25 * MB);
    expect(report.unpackedBytes).toBeLessThan(75 * MB);
    if (process.arch === 'x64' && process.platform === 'linux') {
      expect(report.proof).toMatchObject({
        kind: 'booted',
        answer: { predictions: expect.arrayContaining([expect.objectContaining({ label: 'Egyptian_cat' })]) },
      });
    }
  }, 120_000);
});
