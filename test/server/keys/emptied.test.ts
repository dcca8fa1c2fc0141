import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openApp, picture } from '../support.ts';

const red = await picture('red');
const post = { method: 'POST', body: red, headers: { 'x-api-key': 'first-secret' } };

async function openWithFile() {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-keys-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'keys.yaml');
  await writeFile(file, '- {id: a, secret: first-secret}\n');
  let now = Date.now();
  const { send } = await openApp({ keys: { file }, clock: () => now });
  expect((await send('/image', post)).status).toBe(200);
  return {
    file,
    later: () => {
      now += 2000;
      return send('/image', post);
    },
  };
}

test.each(['', '\n', '[]', 'keys: []'])('a key file that holds %j lets nobody in', async (text) => {
  const { file, later } = await openWithFile();
  await writeFile(file, text);
  expect((await later()).status).toBe(401);
});

test('neither does one that was cut to nothing, nor one that is gone, until it is back', async () => {
  const { file, later } = await openWithFile();
  await truncate(file);
  expect((await later()).status).toBe(401);
  await rm(file);
  expect((await later()).status).toBe(401);
  await writeFile(file, '- {id: a, secret: first-secret}\n');
  expect((await later()).status).toBe(200);
});
