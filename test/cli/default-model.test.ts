import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { writeSmallModel } from '../support/small-models.ts';
import { pictor, workshop } from './support.ts';

test('without a classifier the embedded detector tags, and one line says so', async () => {
  const { env, picture } = await workshop('halves', 'safety');
  const { code, stdout, stderr } = await pictor(['classify', await picture('a.png', 'red')], { env });
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^! No classifier is here, and downloads are off: halves answers as a tagger\. [^\n]+\n$/,
  );
  expect(stdout).toMatch(/person +90\.0 %.*Person\n.*dog +80\.0 %.*Animal/);
});

test('an address that does not resolve costs no minutes', { timeout: 20_000 }, async () => {
  const { env, picture } = await workshop('halves');
  const { code, stderr } = await pictor(['classify', await picture('a.png', 'red'), '--json'], {
    env: {
      ...env,
      PICTOR_OFFLINE: '',
      PICTOR_MODEL_MIRROR: 'http://mirror.invalid',
      HF_ENDPOINT: 'http://hf.invalid',
    },
  });
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^! No classifier is here, and none could be downloaded: halves answers as a tagger/m,
  );
});

test('a classifier that is here answers', async () => {
  const { env, picture } = await workshop('halves', 'colours');
  const { stdout, stderr } = await pictor(['classify', await picture('a.png', 'red')], { env });
  expect(stderr).toBe('');
  expect(stdout).toContain('· colours');
});

test('without any model the error says what to do', async () => {
  const { env, picture } = await workshop();
  const file = await picture('a.png', 'red');
  const { code, stderr } = await pictor(['detect', file], { env });
  expect(code).toBe(1);
  expect(stderr).toMatch(/MODEL_NOT_LOCAL/);
  expect(stderr).toMatch(/pictor models pull \S+/);
});

test('an added model answers with a notice, and without one once it was chosen', async () => {
  const { env, picture, path } = await workshop('halves');
  const file = await picture('a.png', 'red');
  const model = await writeSmallModel(path('mine'), 'colours');
  const own = { ...env, PICTOR_HOME: path('home') };
  const added = await pictor(['models', 'add', model.path], { env: own });
  expect(added.stderr).toBe('');
  const before = await pictor(['classify', file], { env: own });
  expect(before.stderr).toMatch(
    /^! colours answers: the only model for classify here\..*pictor models default colours\n$/,
  );
  expect(before.stdout).toContain('· colours');
  const chosen = await pictor(['models', 'default', 'colours'], { env: own });
  expect(chosen.stdout).toMatch(/✓ classify +colours\n/);
  const after = await pictor(['classify', file], { env: own });
  expect(after.stderr).toBe('');
  const back = await pictor(['models', 'default', '--unset', 'colours', '--json'], { env: own });
  expect(JSON.parse(back.stdout)).toMatchObject({ classify: { model: 'colours', chosen: false } });
});

test('a chosen model answers in a server too', async () => {
  const { env, path } = await workshop('halves');
  const own = { ...env, PICTOR_HOME: path('home') };
  for (const id of ['alpha', 'beta']) {
    const model = await writeSmallModel(path(id), 'colours');
    const manifest = path(id, 'renamed.json');
    await writeFile(manifest, JSON.stringify({ ...model.manifest, id }));
    const added = await pictor(['models', 'add', model.path, '--manifest', manifest], { env: own });
    expect(added.stderr).toBe('');
  }
  await pictor(['models', 'default', 'beta'], { env: own });
  let said = '';
  let stopping = false;
  const served = await pictor(['serve', '--port', '0'], {
    env: own,
    onStderr(text, kill) {
      said += text;
      if (stopping || !said.includes('Ctrl-C stops')) return;
      stopping = true;
      kill('SIGTERM');
    },
  });
  expect(served.code).toBe(0);
  expect(served.stderr).toMatch(/^ {2}beta \(classify\) ready answers classify/m);
  expect(served.stderr).not.toMatch(/^ {2}alpha /m);
});
