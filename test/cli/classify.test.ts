import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { pictor, workshop } from './support.ts';

test('a bar chart, best class first', async () => {
  const { env, picture } = await workshop('colours');
  const { code, stdout, stderr } = await pictor(['classify', await picture('a.png', 'red')], { env });
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const [head, ...rows] = stdout.trimEnd().split('\n');
  expect(head).toMatch(/a\.png 64×48 · colours$/);
  expect(rows.map((row) => row.trim().split(/\s+/)[0])).toEqual(['red', 'green', 'blue']);
  expect(rows[0]).toMatch(/^ {2}red {2,}100\.0 % █{20,}$/);
});

test('Chinese names and a number of classes', async () => {
  const { env, picture } = await workshop('colours');
  const args = ['classify', await picture('a.png', 'blue'), '--lang', 'zh', '--top', '1'];
  expect((await pictor(args, { env })).stdout).toMatch(/\n {2}蓝 .*%/);
});

test('JSON is one array, JSON lines are one object each, both in the order of the arguments', async () => {
  const { env, picture } = await workshop('colours');
  const files = [await picture('b.png', 'lime'), await picture('a.png', 'red')];
  const json = await pictor(['classify', ...files, '--json'], { env });
  expect(JSON.parse(json.stdout)).toMatchObject([
    { file: files[0], model: 'colours', predictions: [{ label: 'green', zh: '绿', index: 1 }, {}, {}] },
    { file: files[1], model: 'colours', predictions: [{ label: 'red' }, {}, {}] },
  ]);
  const lines = await pictor(['classify', ...files, '--jsonl', '--top', '1'], { env });
  const parsed: unknown[] = lines.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(parsed).toMatchObject([{ file: files[0] }, { file: files[1], predictions: [{ label: 'red' }] }]);
});

test('folders, globs, standard input, data URLs and web addresses', async () => {
  const { env, picture, folder } = await workshop('colours');
  const bytes = await readFile(await picture('a.png', 'red'));
  await picture('b.png', 'blue');
  const server = createServer((_, response) => response.end(bytes)).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const names = [
    folder,
    `${folder}/*.png`,
    '-',
    `data:image/png;base64,${bytes.toString('base64')}`,
    `http://127.0.0.1:${port}/a.png`,
  ];
  const { stdout, stderr } = await pictor(['classify', ...names, '--jsonl', '--top', '1'], {
    env,
    input: bytes,
  });
  expect(stderr).toBe('');
  const answers = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { file: string; predictions: { label: string }[] });
  // The glob repeats what the folder gave.
  expect(answers.map(({ predictions }) => predictions[0]?.label)).toEqual([
    'red',
    'blue',
    'red',
    'red',
    'red',
  ]);
  expect(answers[2]?.file).toBe('(standard input)');
});

test('many pictures, few at a time, stay in order', async () => {
  const { env, picture } = await workshop('colours');
  const colours = ['red', 'lime', 'blue'];
  const files = await Promise.all(
    Array.from({ length: 24 }, (_, i) => picture(`${i}.png`, colours[i % 3] ?? '')),
  );
  const { stdout } = await pictor(['classify', ...files, '--jsonl', '--concurrency', '3', '--top', '1'], {
    env,
  });
  const labels = stdout
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { predictions: { label: string }[] }).predictions[0]?.label);
  expect(labels).toEqual(files.map((_, i) => ['red', 'green', 'blue'][i % 3]));
});

test('--min-score leaves out what is less likely', async () => {
  const { env, picture } = await workshop('colours');
  const file = await picture('a.png', 'red');
  const { stdout } = await pictor(['classify', file, '--min-score', '0.5', '--json'], { env });
  expect(JSON.parse(stdout)).toMatchObject([{ predictions: [{ label: 'red' }] }]);
  const grey = await picture('grey.png', 'grey');
  expect((await pictor(['classify', grey, '--min-score', '0.5'], { env })).stdout).toContain(
    'nothing above the minimum score',
  );
});
