import { mkdir, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { pictor, workshop } from './support.ts';

test('class folders: accuracy, weakest classes, confusions, as a table and as JSON', async () => {
  const { env, picture, path } = await workshop('colours');
  await mkdir(path('data', 'red'), { recursive: true });
  await mkdir(path('data', 'green'));
  await picture('data/red/1.png', 'red');
  await picture('data/red/2.png', 'red');
  await picture('data/green/3.png', 'lime');
  await picture('data/green/4.png', 'blue');
  const table = await pictor(['evaluate', path('data')], { env });
  expect(table.code).toBe(0);
  expect(table.stdout).toMatch(/pictures {2}4, 2 classes\n {2}top-1 {5}75\.0 %\n {2}top-5 {5}100\.0 %/);
  expect(table.stdout).toMatch(/truth +taken for +times\n +green +blue +1/);
  const json = await pictor(['evaluate', path('data'), '--json'], { env });
  expect(JSON.parse(json.stdout)).toMatchObject({
    model: 'colours',
    layout: 'class-folders',
    n: 4,
    top1: 0.75,
    top5: 1,
    perClass: [
      { label: 'red', top1: 1 },
      { label: 'green', top1: 0.5 },
    ],
    confusions: [{ truth: 'green', predicted: 'blue', n: 1 }],
    failed: [],
  });
});

test('a table of paths and classes; a picture that cannot be read is left out and fails the command', async () => {
  const { env, picture, path } = await workshop('colours');
  await picture('a.png', 'red');
  await writeFile(path('list.tsv'), 'path\tclass\na.png\tred\ngone.png\tblue\n');
  const { code, stdout } = await pictor(['evaluate', path('list.tsv'), '--json'], { env });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    n: 1,
    top1: 1,
    failed: [{ name: 'gone.png', code: 'IMAGE_NOT_FOUND' }],
  });
});

test('boxes: mean average precision against YOLO text and a COCO file', async () => {
  const { env, picture, path } = await workshop('halves');
  for (const folder of ['images', 'labels']) await mkdir(path('data', folder), { recursive: true });
  await picture('data/images/a.png', 'white');
  // The person is where the model finds one; the dog is a little off: overlap 0.6.
  await writeFile(path('data/labels/a.txt'), '0 0.25 0.5 0.5 1\n16 0.75 0.3 0.5 0.6\n');
  const yolo = await pictor(['evaluate', path('data'), '--json'], { env });
  const expected = { model: 'halves', n: 1, map50: 1, map: expect.closeTo((1 + 0.3) / 2, 6) };
  expect(JSON.parse(yolo.stdout)).toMatchObject(expected);
  await writeFile(
    path('data/instances.json'),
    JSON.stringify({
      images: [{ id: 1, file_name: 'a.png' }],
      annotations: [
        { image_id: 1, category_id: 1, bbox: [0, 0, 32, 48] },
        { image_id: 1, category_id: 18, bbox: [32, 0, 32, 28.8] },
      ],
      categories: [
        { id: 1, name: 'person' },
        { id: 18, name: 'dog' },
      ],
    }),
  );
  const coco = await pictor(['evaluate', path('data/instances.json'), '--json'], { env });
  expect(JSON.parse(coco.stdout)).toMatchObject({ ...expected, layout: 'coco' });
  const table = await pictor(['evaluate', path('data')], { env });
  expect(table.stdout).toMatch(/mAP@0\.5 +1\.0000\n +mAP@\[\.5:\.95\] +0\.6500/);
});

test('the wrong kind of model for the data is refused', async () => {
  const { env, picture, path } = await workshop('halves');
  await mkdir(path('data', 'red'), { recursive: true });
  await picture('data/red/1.png', 'red');
  const { code, stderr } = await pictor(['evaluate', path('data'), '--model', 'halves'], { env });
  expect(code).toBe(1);
  expect(stderr).toMatch(/MODEL_TASK_MISMATCH/);
});
