import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { pictor, workshop } from './support.ts';

test('a bad picture is reported and skipped; the exit code tells at the end', async () => {
  const { env, picture, path, folder } = await workshop('colours');
  await writeFile(path('text.png'), 'not a picture');
  const files = [
    await picture('a.png', 'red'),
    path('text.png'),
    path('missing.png'),
    await picture('z.png', 'blue'),
  ];
  const { code, stdout, stderr } = await pictor(['classify', ...files, '--top', '1', `${folder}/*.webp`], {
    env,
  });
  expect(code).toBe(1);
  expect(stdout.match(/· colours/g)).toHaveLength(2);
  expect(stderr).toContain('text.png: The picture has no supported format');
  expect(stderr).toContain('IMAGE_FORMAT_UNSUPPORTED');
  expect(stderr).toMatch(/missing\.png: .* IMAGE_NOT_FOUND/);
  expect(stderr).toContain('*.webp: The picture does not exist');
  expect(stderr).toContain('3 of 5 pictures failed.');
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
});

test('machines hear of a bad picture as a record with its code', async () => {
  const { env, picture, path } = await workshop('colours');
  const args = ['classify', path('missing.png'), await picture('a.png', 'red')];
  const json = await pictor([...args, '--json'], { env });
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout)).toMatchObject([
    { file: path('missing.png'), error: { code: 'IMAGE_NOT_FOUND', retryable: false } },
    { predictions: [{ label: 'red' }, {}, {}] },
  ]);
  const lines = (await pictor([...args, '--jsonl'], { env })).stdout.trimEnd().split('\n');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ error: { code: 'IMAGE_NOT_FOUND' } });
});
