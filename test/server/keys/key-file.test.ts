import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { addKey, newSecret, readKeyFile } from '../../../src/server/keys/edit-key-file.ts';

async function newFile(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-keys-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, name);
}

test.each(['keys.yaml', 'keys.json'])('keys are added to %s, which only its owner may read', async (name) => {
  const file = await newFile(name);
  await addKey(file, { id: 'a', secret: newSecret() });
  await addKey(file, { id: 'b', secret: newSecret(), scopes: ['metrics'], ratePerSecond: 2 });
  const keys = (await readKeyFile(file)).map(({ key }) => [key.id, key.scopes, key.ratePerSecond]);
  expect(keys).toEqual([
    ['a', ['infer'], undefined],
    ['b', ['metrics'], 2],
  ]);
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('comments of a YAML file stay, and an id that is there is refused', async () => {
  const file = await newFile('keys.yaml');
  await writeFile(file, '# for the shop\nkeys:\n  - {id: a, secret: first-secret}\n');
  await addKey(file, { id: 'b', secret: 'second-secret' });
  const text = await readFile(file, 'utf8');
  expect(text).toContain('# for the shop');
  await expect(addKey(file, { id: 'a', secret: 'third-secret' })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  });
  expect(await readFile(file, 'utf8')).toBe(text);
});
