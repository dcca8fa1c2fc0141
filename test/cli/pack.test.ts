import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { pictor, type Workshop, workshop } from './support.ts';

/** A folder of its own for what `pack` leaves. */
async function project() {
  const it = await workshop('colours');
  const cwd = it.path('project');
  await mkdir(cwd);
  const run = (args: readonly string[], options: Parameters<typeof pictor>[1] = {}) =>
    pictor(['pack', ...args], { cwd, env: it.env, ...options });
  return { ...it, cwd, run };
}

/** A model of which nothing can be compressed. */
async function bigModel({ path }: Workshop, size: number): Promise<string> {
  const bytes = randomBytes(size);
  await writeFile(path('big.onnx'), bytes);
  const colours = JSON.parse(await readFile(path('embedded/colours/manifest.json'), 'utf8'));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const files = [{ path: 'big.onnx', sha256, bytes: bytes.length }];
  await writeFile(path('big.json'), JSON.stringify({ ...colours, id: 'big', files }));
  return path('big.json');
}

test('steps on standard error; sizes beside the limits, the proof and the hash on standard output', async () => {
  const { run, cwd } = await project();
  const { code, stdout, stderr } = await run(['-p', 'fc', '-m', 'colours', '--backend', 'wasm']);
  expect(stderr).toMatch(/^· Model colours\n.*· Code\n· Archive\n· Boot\n$/s);
  expect(stdout).toMatch(/^part +files +unpacked +zipped$/m);
  expect(stdout).toMatch(/^together +\d+ +[\d.]+ MB +[\d.]+ MB$/m);
  expect(stdout).toMatch(/^limit +500\.0 MB +100\.0 MB$/m);
  expect(stdout).toMatch(/started in an empty folder and answered: (red|green|blue)/);
  expect(stdout).toMatch(/sha256 [0-9a-f]{64}\n/);
  expect(code).toBe(0);
  expect(await readdir(cwd)).toEqual(['pictor-fc-colours.zip']);
});

test('an archive over the limit: what is in it, the limit, what can be done; no file', async () => {
  const it = await project();
  const model = await bigModel(it, 45_000_000);
  const args = ['-p', 'functiongraph', '-m', model, '--backend', 'wasm', '--no-boot'];
  const { code, stdout, stderr } = await it.run(args);
  expect(stderr).toMatch(/^model +1 +45\.0 MB +45\.0 MB$/m);
  expect(stderr).toMatch(/^limit +1\.5 GB +40\.0 MB$/m);
  expect(stderr).toMatch(/at most 40\.0 MB zipped for Huawei.*--via-storage.*--model-url.*PACK_TOO_LARGE\n$/);
  expect([code, stdout]).toEqual([1, '']);
  expect(await readdir(it.cwd)).toEqual([]);

  const through = await it.run([...args, '--via-storage']);
  expect(through.stdout).toMatch(/^limit +1\.5 GB +300\.0 MB$/m);
  expect(through.code).toBe(0);
});

test.each([
  ['an unknown platform', ['-p', 'heroku'], 1, /PLATFORM_UNKNOWN/],
  ['no platform', [], 2, /--platform/],
  ['a missing model', ['-p', 'scf', '-m', './none.onnx'], 1, /no file at \.\/none\.onnx.*MODEL_UNKNOWN/],
  [
    'a bucket where there is none',
    ['-p', 'gcf', '-m', 'colours', '--via-storage'],
    2,
    /--via-storage on gcf.*OPTION_INVALID/,
  ],
  ['a folder that is not there', ['-p', 'scf', '-m', 'colours', '-o', 'none/a.zip'], 1, /FILE_WRITE_FAILED/],
] as const)('%s is one clear line, and leaves nothing', async (_, args, expected, message) => {
  const { run, cwd } = await project();
  const { code, stdout, stderr } = await run(args);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/ at .*\.ts:/);
  expect([code, stdout]).toEqual([expected, '']);
  expect(await readdir(cwd)).toEqual([]);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s leaves nothing half-written', async (signal) => {
  const { run, cwd, path, env } = await project();
  await mkdir(path('tmp'));
  const { code, stderr } = await run(['-p', 'scf', '-m', 'colours', '--backend', 'wasm'], {
    env: { ...env, TMPDIR: path('tmp') },
    onStderr: (text, kill) => {
      if (text.includes('· Archive')) kill(signal);
    },
  });
  expect(stderr).toMatch(/ABORTED\n$/);
  expect(code).toBe(130);
  expect(await readdir(cwd)).toEqual([]);
  // A loader may keep a cache of its own there.
  expect((await readdir(path('tmp'))).filter((name) => name.startsWith('pictor'))).toEqual([]);
});
