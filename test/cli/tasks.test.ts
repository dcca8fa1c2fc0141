import { expect, test } from 'vitest';
import { pictor, workshop } from './support.ts';

test('detect prints boxes in pixels of the picture', async () => {
  const { env, picture } = await workshop('halves');
  const file = await picture('a.png', 'white');
  const { code, stdout } = await pictor(['detect', file], { env });
  expect(code).toBe(0);
  expect(stdout).toMatch(/person +90\.0 %.*32×48 at 0,0\n.*dog +80\.0 %.*32×48 at 32,0/);
  const json = await pictor(['detect', file, '--include', '狗', '--json'], { env });
  expect(JSON.parse(json.stdout)).toMatchObject([
    { detections: [{ label: 'dog', zh: '狗', box: { x: 32, y: 0, width: 32, height: 48 } }] },
  ]);
});

test('a label that the model does not know is a mistake of usage, said once for all pictures', async () => {
  const { env, picture } = await workshop('halves');
  const file = await picture('a.png', 'white');
  const { code, stdout, stderr } = await pictor(['detect', file, file, '--include', 'dgo', '--jsonl'], {
    env,
  });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^✗ An option[^\n]+dgo[^\n]+OPTION_INVALID\n$/);
});

test('tag gives categories and filters by them', async () => {
  const { env, picture } = await workshop('halves');
  const args = ['tag', await picture('a.png', 'white'), '--exclude', 'Person', '--json'];
  expect(JSON.parse((await pictor(args, { env })).stdout)).toMatchObject([
    { tags: [{ label: 'dog', category: { en: 'Animal', zh: '动物' }, instances: [{ box: { x: 32 } }] }] },
  ]);
});

test('moderate says pass or block', async () => {
  const { env, picture } = await workshop('safety');
  const files = [await picture('good.png', 'cyan'), await picture('bad.png', 'red')];
  const { stdout } = await pictor(['moderate', ...files], { env });
  expect(stdout).toMatch(/good\.png.*PASS/);
  expect(stdout).toMatch(/bad\.png.*BLOCK/);
});

test('embed gives the features of a classifier, at length 1 when asked', async () => {
  const { env, picture } = await workshop('colours');
  const file = await picture('a.png', 'white');
  const plain = await pictor(['embed', file, '--json'], { env });
  const [answer] = JSON.parse(plain.stdout) as { vector: number[] }[];
  expect(answer?.vector).toEqual([1, 1, 1]);
  const unit = await pictor(['embed', file, '--normalize', '--jsonl'], { env });
  const { vector } = JSON.parse(unit.stdout) as { vector: number[] };
  expect(Math.hypot(...vector)).toBeCloseTo(1, 6);
  expect((await pictor(['embed', file], { env })).stdout).toContain('3 numbers: 1.0000, 1.0000, 1.0000');
});
