import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { environment, workshop } from '../cli/support.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(name: string, args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  const child = spawn(process.execPath, ['--import', LOADER, `examples/${name}`, ...args], {
    cwd: ROOT,
    env: environment(env),
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function run(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const child = start(name, args, env);
  const seen = { stdout: '', stderr: '' };
  child.stdout?.on('data', (text) => {
    seen.stdout += text;
  });
  child.stderr?.on('data', (text) => {
    seen.stderr += text;
  });
  await once(child, 'close');
  return { code: child.exitCode, ...seen };
}

/** Starts an example that serves, and gives the address that it prints. */
async function served(name: string, env: Readonly<Record<string, string>>) {
  const child = start(name, [], { ...env, PORT: '0' });
  let stderr = '';
  child.stderr?.on('data', (text) => {
    stderr += text;
  });
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (text) => resolve(String(text).trim()));
    child.once('close', () => reject(new Error(stderr)));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await once(child, 'close');
    return child.exitCode;
  };
  const post = async (path: string, body: Uint8Array<ArrayBuffer> | string) =>
    fetch(`${address}${path}`, { method: 'POST', body, headers: { 'Content-Type': 'image/png' } });
  return { post, stop };
}

test('classify.ts', async () => {
  const { env, picture } = await workshop('colours');
  const { code, stdout, stderr } = await run('classify.ts', [await picture('a.png', 'red'), 'missing.png'], {
    ...env,
    MODEL: 'colours',
  });
  expect(stdout).toMatch(/a\.png: red 100\.0 %, green 0\.0 %, blue 0\.0 % \(\d+ ms\)/);
  expect(stderr).toMatch(/^missing\.png: The picture does not exist/);
  expect(code).toBe(1);
});

test('detect.ts', async () => {
  const { env, picture, path } = await workshop('halves');
  const { code, stdout } = await run('detect.ts', [await picture('a.png', 'white'), path('out')], {
    ...env,
    MODEL: 'halves',
  });
  expect(code).toBe(0);
  expect(stdout).toBe('person 90.0 %: 32×48 at 0,0\ndog 80.0 %: 32×48 at 32,0\n');
  expect((await readdir(path('out'))).sort()).toEqual(['1-person.jpg', '2-dog.jpg', 'annotated.jpg']);
});

test('sort-photos.ts', async () => {
  const { env, picture, path } = await workshop('colours');
  await mkdir(path('in'));
  await picture('in/rose.png', 'red');
  await picture('in/mud.png', '#808080');
  await writeFile(path('in', 'notes.txt'), 'no picture');
  const { code, stdout, stderr } = await run('sort-photos.ts', [path('in'), path('out')], {
    ...env,
    MODEL: 'colours',
  });
  expect(stderr).toMatch(/^notes\.txt: The picture has no supported format/);
  expect(code).toBe(1);
  expect(stdout).toBe('mud.png → unsure\nrose.png → Other\n');
  expect(await readdir(path('out', 'unsure'))).toEqual(['mud.png']);
  expect(await readdir(path('out', 'Other'))).toEqual(['rose.png']);
});

test('similarity-search.ts', async () => {
  const { env, picture, folder } = await workshop('colours');
  await picture('rose.png', '#ee2020');
  await picture('leaf.png', '#20ee20');
  const query = await picture('query.png', '#ff0000');
  const { code, stdout } = await run('similarity-search.ts', [folder, query], { ...env, MODEL: 'colours' });
  expect(code).toBe(0);
  const names = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/)[1]);
  expect(names).toEqual(['query.png', 'rose.png', 'leaf.png']);
});

test('train.ts', async () => {
  const { env, picture, path } = await workshop('colours');
  for (const [name, red] of [
    ['rose', true],
    ['leaf', false],
  ] as const) {
    await mkdir(path('plants', name), { recursive: true });
    for (let i = 0; i < 12; i++) {
      const bright = (0x90 + 7 * i).toString(16);
      const dark = (0x08 + 3 * i).toString(16).padStart(2, '0');
      const colour = red ? `#${bright}${dark}${dark}` : `#${dark}${bright}${dark}`;
      await picture(join('plants', name, `${i}.png`), colour);
    }
  }
  const photo = await picture('photo.png', '#ee2020');
  const { code, stdout, stderr } = await run('train.ts', [path('plants'), 'plants', photo], {
    ...env,
    MODEL: 'colours',
  });
  expect(stderr).not.toContain('Error');
  expect(stdout).toMatch(/^plants version 1: 100\.0 % right/);
  expect(stdout).toContain(`${photo}: rose`);
  expect(code).toBe(0);
}, 60_000);

test('hono.ts', async () => {
  const { env, picture } = await workshop('halves');
  const { post, stop } = await served('hono.ts', { ...env, MODEL: 'halves' });
  const bytes = new Uint8Array(await readFile(await picture('a.png', 'red')));
  expect(await (await post('/alt-text', bytes)).json()).toEqual({ alt: 'A picture of person, dog' });
  expect(await (await post('/vision/v1/tag', bytes)).json()).toMatchObject({
    tags: [{ label: 'person' }, {}],
  });
  const bad = await post('/alt-text', 'text');
  expect(bad.status).toBe(415);
  expect(await bad.json()).toMatchObject({ error: { code: 'IMAGE_FORMAT_UNSUPPORTED' } });
  expect(await stop()).toBe(0);
});

test('express.ts', async () => {
  const { env, picture } = await workshop('safety');
  const { post, stop } = await served('express.ts', { ...env, MODEL: 'safety' });
  const good = await post('/uploads', new Uint8Array(await readFile(await picture('good.png', 'cyan'))));
  expect(good.status).toBe(201);
  const bad = await post('/uploads', new Uint8Array(await readFile(await picture('bad.png', 'red'))));
  expect(bad.status).toBe(422);
  expect(await bad.json()).toMatchObject({ verdict: 'block' });
  expect((await post('/uploads', 'text')).status).toBe(415);
  expect(await stop()).toBe(0);
});
