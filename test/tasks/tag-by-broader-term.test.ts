import { expect, test } from 'vitest';
import { resolveLabels } from '../../src/models/labels/index.ts';
import { manifestSchema } from '../../src/models/manifest/manifest.ts';
import { tagger } from '../../src/tasks/tag/tag.ts';

const labels = resolveLabels('imagenet-1k');
const manifest = manifestSchema.parse({
  id: 'classifier',
  task: 'classify',
  labels: 'imagenet-1k',
  files: [{ path: 'x.onnx', sha256: '0'.repeat(64), bytes: 1 }],
  input: { layout: 'NCHW', width: 8, height: 8, resize: { rule: 'squash' } },
  output: { decoder: 'classification', softmax: 'inside' },
  licence: 'MIT',
  source: 'test',
});

const finds = [293, 184, 817, 517].map((index, place) => ({
  index,
  label: labels[index]?.label ?? '',
  score: 0.4 - place / 10,
}));

const tag = tagger(manifest, labels, 0, async () => ({
  picture: { width: 8, height: 8, format: 'png', bytes: 8 },
  timings: { queue: 0, decode: 0, inference: 0 },
  found: finds,
}));

const picture = new Uint8Array(8);

test.each([
  [{ include: ['Animal'] }, ['cheetah', 'Irish_terrier']],
  [{ include: ['犬'] }, ['Irish_terrier']],
  [{ exclude: ['mammal'] }, ['sports_car', 'crane']],
  [{ include: ['road vehicle', '机械设备'] }, ['sports_car', 'crane']],
])('a filter may name a broader term in either language: %j', async (filter, expected) => {
  const { tags } = await tag(picture, filter);
  expect(tags.map(({ label }) => label)).toEqual(expected);
});

test('tags have the id of their class', async () => {
  const { tags } = await tag(picture);
  expect(tags.map(({ id }) => id)).toEqual(['/w/n02130308', '/w/n02093991', '/w/n04285008', '/w/n03126707']);
});

test('a term of the vocabulary that the model has no class for hides nothing, a misspelt one is refused', async () => {
  expect((await tag(picture, { exclude: ['Content Rating', '内容分级'] })).tags).toHaveLength(4);
  await expect(tag(picture, { exclude: ['Animls'] })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
});
