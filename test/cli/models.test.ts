import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serve, wellBehaved } from '../models/download/file-server.ts';
import { tinyManifest, tinyModel, tinyOnDisk } from '../models/support.ts';
import { dataPath, describeWithData } from '../support/data.ts';
import { pictor, workshop } from './support.ts';

const ONLINE = { PICTOR_OFFLINE: '' };

/** A server with the tiny model and its manifest. */
async function tinyServer() {
  const bytes = tinyModel(50_000);
  const server = await serve((request, response, count) => {
    if (request.url?.endsWith('.json')) response.end(JSON.stringify(tinyManifest(bytes)));
    else wellBehaved(bytes)(request, response, count);
  });
  return { server, url: `${server.origin}/tiny.onnx`, bytes };
}

test('list shows what is here first, then the rest; as a table in two languages and as JSON', async () => {
  const { env } = await workshop('colours');
  const english = await pictor(['models', 'list'], { env });
  expect(english.stdout.split('\n')[1]).toMatch(/^colours +classify +in the package/);
  expect(english.stdout).toMatch(/resnet50 +classify +— +102\.6 MB +75\.0 % top-1 +ResNet-50 v1\n/);
  expect(english.stdout).toMatch(/Inception v3 \*\n/);
  const chinese = await pictor(['models', 'list', '--local'], { env: { ...env, LANG: 'zh_CN.UTF-8' } });
  expect(chinese.stdout).toMatch(/^模型 .*\ncolours +classify +随包附带/);
  const json = await pictor(['models', 'list', '--json', '--task', 'detect'], { env });
  const listed: { id: string; task: string; state: string }[] = JSON.parse(json.stdout);
  expect(listed.find(({ id }) => id === 'retinanet')).toMatchObject({ task: 'detect', state: 'remote' });
  expect(listed.every(({ task }) => task === 'detect')).toBe(true);
});

test('info says how a model is fed, and what is not certain about it', async () => {
  const { env } = await workshop('colours');
  const { stdout, code } = await pictor(['models', 'info', 'SqueezeNet1_0'], { env });
  expect(stdout).toMatch(/^squeezenet1\.0 /);
  expect(stdout).toMatch(/224×224 BGR NCHW float32, squash/);
  expect(stdout).toMatch(/caution +Contested recipe/);
  expect(code).toBe(0);
  const json = JSON.parse((await pictor(['models', 'info', 'colours', '--json'], { env })).stdout);
  expect(json).toMatchObject({
    id: 'colours',
    state: 'embedded',
    path: expect.stringContaining('colours.onnx'),
  });
  expect((await pictor(['models', 'info', 'resnet5'], { env })).stderr).toMatch(/Did you mean resnet50/);
});

test('pull fetches, verify checks, remove deletes', async () => {
  const { env, path } = await workshop();
  const { url, server } = await tinyServer();
  const pulled = await pictor(['models', 'pull', url], { env: { ...env, ...ONLINE } });
  expect(pulled).toMatchObject({ code: 0, stdout: expect.stringMatching(/^✓ tiny 50\.\d kB/) });
  expect(pulled.stderr).toMatch(/^Pulling tiny: tiny\.onnx, 50\.\d kB\n$/);
  expect(await pictor(['models', 'verify'], { env })).toMatchObject({ code: 0, stdout: '✓ tiny\n' });
  expect(server.seen.map((seen) => seen.url)).toEqual(['/tiny.manifest.json', '/tiny.onnx']);
  const file = path('store', 'models', 'tiny', 'tiny.onnx');
  await writeFile(file, (await readFile(file)).fill(0, 0, 9));
  const spoilt = await pictor(['models', 'verify', '--json'], { env });
  expect(spoilt.code).toBe(1);
  expect(JSON.parse(spoilt.stdout)).toMatchObject([
    { id: 'tiny', ok: false, problems: [/* one */ expect.anything()] },
  ]);
  await writeFile(file, 'cut off');
  const cut = await pictor(['models', 'verify'], { env });
  expect(cut).toMatchObject({ code: 1, stdout: expect.stringMatching(/^✗ tiny\n {2}expected 50\d+ bytes/) });
  expect((await pictor(['models', 'list', '--local'], { env })).stdout).toMatch(/\ntiny +classify +damaged/);
  expect(await pictor(['models', 'remove', 'tiny'], { env })).toMatchObject({
    code: 0,
    stdout: '✓ tiny is gone\n',
  });
  expect(existsSync(file)).toBe(false);
  const twice = await pictor(['models', 'rm', 'tiny'], { env });
  expect(twice).toMatchObject({ code: 1, stdout: '' });
  expect(twice.stderr).toMatch(/^✗ [^\n]+MODEL_UNKNOWN\n$/);
});

test('pull goes on after a model that cannot be had, and fails in the end', async () => {
  const { env } = await workshop();
  const { url } = await tinyServer();
  const run = await pictor(['models', 'pull', 'no-such-model', url, '--json'], {
    env: { ...env, ...ONLINE },
  });
  expect(JSON.parse(run.stdout)).toMatchObject([{ id: 'tiny' }]);
  expect(run.stderr).toMatch(/✗ no-such-model: .*MODEL_UNKNOWN/);
  expect(run.code).toBe(1);
});

test('offline, pull says so at once', async () => {
  const { env } = await workshop();
  const { code, stderr } = await pictor(['models', 'pull', 'squeezenet'], { env });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^✗ [^\n]*PICTOR_OFFLINE[^\n]* MODEL_OFFLINE\n$/);
});

test('Ctrl-C during a pull keeps the part; the next pull continues', async () => {
  const { env, path } = await workshop();
  const bytes = tinyModel(50_000);
  const server = await serve((request, response, count) => {
    if (request.url?.endsWith('.json')) response.end(JSON.stringify(tinyManifest(bytes)));
    else if (request.headers.range) wellBehaved(bytes)(request, response, count);
    else {
      response.writeHead(200, { 'content-length': bytes.length, etag: '"one"' });
      response.write(bytes.subarray(0, 20_000));
    }
  });
  const url = `${server.origin}/tiny.onnx`;
  const stopped = await pictor(['models', 'pull', url], {
    env: { ...env, ...ONLINE },
    onStderr: (text, kill) => text.includes('Pulling') && kill('SIGINT'),
  });
  expect(stopped.code).toBe(130);
  expect(existsSync(path('store', 'models', 'tiny'))).toBe(false);
  expect((await pictor(['models', 'pull', url], { env: { ...env, ...ONLINE } })).code).toBe(0);
  expect(server.seen.at(-1)?.range).toBe('bytes=20000-');
});

test('add describes a model by flags, the graph filling the rest, and the model classifies', async () => {
  const { env, folder, path, picture } = await workshop();
  const file = await tinyOnDisk(folder, { manifest: false });
  await writeFile(path('labels.txt'), 'rot\nblau\n');
  const added = await pictor(
    [
      'models',
      'add',
      file,
      '--id',
      'farben',
      '--labels',
      path('labels.txt'),
      '--pixels',
      '0..1',
      '--resize',
      'squash',
      '--json',
    ],
    { env },
  );
  expect(added.code).toBe(0);
  expect(JSON.parse(added.stdout)).toMatchObject({
    id: 'farben',
    input: {
      name: 'pixels',
      layout: 'NCHW',
      width: 8,
      height: 8,
      scale: 1 / 255,
      resize: { rule: 'squash' },
    },
    output: { decoder: 'classification', softmax: 'outside' },
    labels: { names: ['rot', 'blau'] },
  });
  const answer = await pictor(['classify', await picture('b.png', 'blue'), '--model', 'farben', '--json'], {
    env,
  });
  expect(JSON.parse(answer.stdout)[0].predictions[0].label).toBe('blau');
  const again = await pictor(['models', 'add', file, '--id', 'farben', '--pixels', '0..1'], { env });
  expect(again.stderr).toMatch(/MODEL_EXISTS/);
});

test('add asks for what nobody can guess', async () => {
  const { env, folder, path } = await workshop();
  const file = await tinyOnDisk(folder, { manifest: false });
  await writeFile(path('three.json'), '["a", "b", "c"]');
  for (const [flags, message, code] of [
    [['--id', 'x'], /expected --pixels/, 2],
    [['--pixels', '0..1', '--task', 'detect'], /expected --decoder/, 2],
    [['--pixels', '0..1', '--labels', path('none.txt')], /expected a file of labels/, 2],
    [['--pixels', '0..1', '--labels', path('three.json')], /2 labels.*LABELS_INVALID/, 1],
    [['--pixels', '0..1', '--width', '9'], /MODEL_MANIFEST_INVALID/, 1],
    [['--manifest', path('none.json')], /expected a JSON file/, 2],
    [[], /MODEL_MANIFEST_INVALID/, 1],
  ] as const) {
    const run = await pictor(['models', 'add', file, ...flags], { env });
    expect(run.stderr).toMatch(message);
    expect(run.code).toBe(code);
    expect(run.stdout).toBe('');
  }
});

test('add takes the manifest beside the file, and flags correct it', async () => {
  const { env, folder } = await workshop();
  const file = await tinyOnDisk(folder);
  expect((await pictor(['models', 'add', file], { env })).stdout).toMatch(/^✓ tiny /);
  await rm(join(folder, 'tiny.manifest.json'));
  await writeFile(join(folder, 'm.json'), JSON.stringify(tinyManifest(tinyModel())));
  const corrected = await pictor(
    [
      'models',
      'add',
      file,
      '--manifest',
      join(folder, 'm.json'),
      '--title',
      'Two colours',
      '--force',
      '--json',
    ],
    { env },
  );
  expect(JSON.parse(corrected.stdout)).toMatchObject({
    id: 'tiny',
    title: 'Two colours',
    labels: { names: ['red', 'blue'] },
  });
});

test('import puts a converted model into the store, or where it is told to', async () => {
  const { env, folder, path } = await workshop();
  const file = await tinyOnDisk(folder);
  await writeFile(path('labels.txt'), '0 rouge\n1 bleu\n');
  const imported = await pictor(
    ['models', 'import', file, '--id', 'couleurs', '--labels', path('labels.txt'), '--json'],
    { env },
  );
  expect(JSON.parse(imported.stdout)).toMatchObject({ format: 'onnx', id: 'couleurs', task: 'classify' });
  const info = await pictor(['models', 'info', 'couleurs', '--json'], { env });
  expect(JSON.parse(info.stdout)).toMatchObject({ state: 'cached', labels: { names: ['rouge', 'bleu'] } });
  const written = await pictor(['models', 'import', file, '-o', path('out.onnx')], { env });
  expect(written).toMatchObject({ code: 0, stdout: expect.stringMatching(/^✓ tiny \(onnx, /) });
  expect((await pictor(['models', 'verify', path('out.onnx')], { env })).code).toBe(0);
  const twice = await pictor(['models', 'import', file, '--id', 'couleurs'], { env });
  expect(twice.stderr).toMatch(/MODEL_EXISTS/);
  const other = await pictor(['models', 'import', path('labels.txt')], { env });
  expect(other).toMatchObject({ code: 1, stderr: expect.stringMatching(/CONVERT_FORMAT_UNKNOWN/) });
});

describeWithData('models add on a real file', () => {
  test('a graph that is known needs no recipe, also under another name', async () => {
    const { env } = await workshop();
    const added = await pictor(
      ['models', 'add', dataPath('models', 'squeezenet1.1.onnx'), '--id', 'mine', '--json'],
      { env },
    );
    expect(JSON.parse(added.stdout)).toMatchObject({
      id: 'mine',
      labels: 'imagenet-1k',
      input: { channelOrder: 'BGR', mean: [104, 117, 123] },
      files: [{ path: 'squeezenet1.1.onnx' }],
    });
  });
});

describeWithData('models import on a real file', () => {
  test('a TensorFlow Lite model classifies after one command', async () => {
    const { env, picture } = await workshop();
    const file = dataPath('models', 'mobilenet_v1_0.25_128_quant.tflite');
    const imported = await pictor(['models', 'import', file, '--id', 'mobile'], { env });
    expect(imported).toMatchObject({ code: 0, stdout: expect.stringMatching(/^✓ mobile \(tflite, /) });
    const answer = await pictor(['classify', await picture('a.png', 'red'), '--model', 'mobile', '--json'], {
      env,
    });
    expect(JSON.parse(answer.stdout)[0].predictions).toHaveLength(5);
  });
});
