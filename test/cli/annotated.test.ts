import { mkdir, readdir, readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { pictor, workshop } from './support.ts';

/** Colours of a row of pixels, as `r,g,b`. */
async function pixel(path: string, left: number, top: number): Promise<number[]> {
  const { data } = await sharp(path)
    .extract({ left, top, width: 1, height: 1 })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [...data];
}

test('one picture: boxes are drawn into a file of the format that its name says', async () => {
  const { env, path } = await workshop('halves');
  // Large enough that the labels of both boxes fit above the middle.
  const white = { width: 640, height: 480, channels: 3, background: 'white' } as const;
  await sharp({ create: white }).png().toFile(path('a.png'));
  const args = ['detect', path('a.png'), '-o', path('out', 'marked.png')];
  const { code, stdout, stderr } = await pictor(args, { env });
  expect(stderr).toBe(`Wrote ${path('out', 'marked.png')}\n`);
  expect(code).toBe(0);
  expect(stdout).toContain('person');
  expect(await sharp(path('out', 'marked.png')).metadata()).toMatchObject({
    format: 'png',
    width: 640,
    height: 480,
  });
  // The middle line belongs to both boxes; well inside a box the picture is as it was.
  expect(await pixel(path('out', 'marked.png'), 320, 400)).not.toEqual([255, 255, 255]);
  expect(await pixel(path('out', 'marked.png'), 160, 400)).toEqual([255, 255, 255]);
});

test('several pictures: a folder, where no two take the same name; standard input too', async () => {
  const { env, picture, path } = await workshop('halves');
  await mkdir(path('more'));
  const files = [
    await picture('a.png', 'white'),
    await picture('more/a.png', 'white'),
    '-',
    path('gone.png'),
  ];
  const input = await readFile(files[0] ?? '');
  const { code, stdout } = await pictor(['detect', ...files, '-o', path('out'), '--jsonl'], { env, input });
  expect(code).toBe(1);
  expect(stdout.trimEnd().split('\n')).toHaveLength(4);
  expect((await readdir(path('out'))).sort()).toEqual(['a-2.png', 'a.png', 'picture.jpg']);
});

test.each([
  [['a.png'], 'out.gif'],
  [['a.png', 'b.png'], 'out.jpg'],
])('%j into %s is a mistake of usage', async (names, output) => {
  const { env, picture, folder } = await workshop('halves');
  for (const name of names) await picture(name, 'white');
  const { code, stderr } = await pictor(['detect', ...names, '-o', output], { env, cwd: folder });
  expect(code).toBe(2);
  expect(stderr).toMatch(/OPTION_INVALID/);
});

test('a place that cannot be written to fails the picture, with its reason', async () => {
  const { env, picture } = await workshop('halves');
  const file = await picture('a.png', 'white');
  const { code, stderr } = await pictor(['detect', file, '-o', `${file}/out.png`], { env });
  expect(code).toBe(1);
  expect(stderr).toMatch(/FILE_WRITE_FAILED/);
});
