import { DetectLabelsCommand, type DetectLabelsCommandInput } from '@aws-sdk/client-rekognition';
import { expect, test } from 'vitest';
import { labelsOf } from '../../../../src/server/protocols/aws/operations/labels.ts';
import { picture } from '../../support.ts';
import { rejection, type Served, serveApp } from '../support.ts';
import { rekognition } from './support.ts';

const red = await picture('red', { width: 160, height: 120 });

async function ask({ host }: Served, options: Omit<DetectLabelsCommandInput, 'Image'> = {}) {
  return rekognition(host).send(new DetectLabelsCommand({ Image: { Bytes: red }, ...options }));
}

async function namesOf(served: Served, options: Omit<DetectLabelsCommandInput, 'Image'> = {}) {
  const { Labels } = await ask(served, options);
  return Labels?.map(({ Name }) => Name);
}

test('labels with boxes as ratios, parents, categories; every parent is a label of its own', async () => {
  const answer = await ask(await serveApp({ models: ['halves'] }));
  expect(answer.$metadata).toMatchObject({
    httpStatusCode: 200,
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(answer.LabelModelVersion).toBe('halves');
  expect(answer).not.toHaveProperty('ImageProperties');
  const near = (value: number) => expect.closeTo(value, 4);
  expect(answer.Labels).toEqual([
    {
      Name: 'Person',
      Confidence: near(90),
      Instances: [{ BoundingBox: { Width: 0.5, Height: 1, Left: 0, Top: 0 }, Confidence: near(90) }],
      Parents: [],
      Aliases: expect.any(Array),
      Categories: [{ Name: 'Person Description' }],
    },
    {
      Name: 'Dog',
      Confidence: near(80),
      Instances: [{ BoundingBox: { Width: 0.5, Height: 1, Left: 0.5, Top: 0 }, Confidence: near(80) }],
      Parents: [{ Name: 'Mammal' }, { Name: 'Animal' }],
      Aliases: [],
      Categories: [{ Name: 'Animals and Pets' }],
    },
    {
      Name: 'Mammal',
      Confidence: near(80),
      Instances: [],
      Parents: [{ Name: 'Animal' }],
      Aliases: [],
      Categories: [{ Name: 'Animals and Pets' }],
    },
    {
      Name: 'Animal',
      Confidence: near(80),
      Instances: [],
      Parents: [],
      Aliases: [],
      Categories: [{ Name: 'Animals and Pets' }],
    },
  ]);
});

test('a model’s own labels have neither parents nor a category', async () => {
  const { Labels } = await ask(await serveApp({ models: ['colours'] }));
  expect(Labels).toMatchObject([{ Name: 'Red', Parents: [], Categories: [], Instances: [] }]);
});

test('a broader term is as sure as the surest label below it, and better labels name it first', () => {
  const animal = { en: 'Animal', zh: '动物' };
  const dog = { en: 'Dog', zh: '犬' };
  const tag = (id: string, label: string, score: number) => ({
    id,
    label,
    score,
    category: animal,
    parents: [dog, animal],
    instances: [],
  });
  const labels = labelsOf(
    [tag('/w/n02093991', 'Irish_terrier', 0.75), tag('/w/n02085620', 'Chihuahua', 0.25)],
    { width: 1, height: 1 },
  );
  expect(labels.map(({ Name, Confidence }) => [Name, Confidence])).toEqual([
    ['Irish Terrier', 75],
    ['Dog', 75],
    ['Animal', 75],
    ['Chihuahua', 25],
  ]);
});

test('MaxLabels and MinConfidence, which is 55 unless asked otherwise', async () => {
  const served = await serveApp({ models: ['halves'] });
  expect(await namesOf(served, { MaxLabels: 1 })).toEqual(['Person']);
  expect(await namesOf(served, { MaxLabels: 0 })).toEqual([]);
  expect(await namesOf(served, { MaxLabels: 5000 })).toHaveLength(4);
  expect(await namesOf(served, { MinConfidence: 85 })).toEqual(['Person']);
  const colours = await serveApp({ models: ['colours'] });
  expect(await namesOf(colours)).toEqual(['Red']);
  expect(await namesOf(colours, { MinConfidence: 0 })).toHaveLength(3);
});

test.each([
  [{ LabelInclusionFilters: ['Dog', 'Cat'] }, ['Dog']],
  [{ LabelExclusionFilters: ['dog', 'Mammal'] }, ['Person', 'Animal']],
  [{ LabelCategoryInclusionFilters: ['Animals and Pets'] }, ['Dog', 'Mammal', 'Animal']],
  [{ LabelCategoryExclusionFilters: ['Animals and Pets'] }, ['Person']],
  [{ LabelInclusionFilters: ['Person'], LabelCategoryInclusionFilters: ['Animals and Pets'] }, 4],
  [
    { LabelCategoryInclusionFilters: ['Animals and Pets'], LabelExclusionFilters: ['Animal'] },
    ['Dog', 'Mammal'],
  ],
  [{ LabelInclusionFilters: ['Nothing of the kind'] }, []],
])('filters %o', async (GeneralLabels, expected) => {
  const served = await serveApp({ models: ['halves'] });
  const names = await namesOf(served, { Settings: { GeneralLabels } });
  if (typeof expected === 'number') expect(names).toHaveLength(expected);
  else expect(names).toEqual(expected);
});

test('filters come before MaxLabels', async () => {
  const served = await serveApp({ models: ['halves'] });
  const Settings = { GeneralLabels: { LabelExclusionFilters: ['Person'] } };
  expect(await namesOf(served, { MaxLabels: 1, Settings })).toEqual(['Dog']);
});

test('IMAGE_PROPERTIES: colours and quality of the whole picture, with or without labels', async () => {
  const served = await serveApp({ models: ['halves'] });
  const alone = await ask(served, { Features: ['IMAGE_PROPERTIES'] });
  expect(alone.Labels).toEqual([]);
  const { DominantColors, Quality, ...rest } = alone.ImageProperties ?? {};
  expect(DominantColors).toMatchObject([
    { HexCode: expect.stringMatching(/^#f[c-f]0[0-3]0[0-3]$/), PixelPercent: 100 },
  ]);
  expect(Quality).toEqual({
    Brightness: expect.closeTo(53, 0),
    Sharpness: 0,
    Contrast: expect.closeTo(0, 1),
  });
  expect(rest).toEqual({});
  const both = await ask(served, {
    Features: ['GENERAL_LABELS', 'IMAGE_PROPERTIES'],
    Settings: { ImageProperties: { MaxDominantColors: 0 } },
  });
  expect(both.Labels).toHaveLength(4);
  expect(both.ImageProperties?.DominantColors).toEqual([]);
});

test.each([
  [{ MinConfidence: 101 }],
  [{ MaxLabels: -1 }],
  [{ Settings: { GeneralLabels: { LabelInclusionFilters: ['x'.repeat(51)] } } }],
  [{ Settings: { ImageProperties: { MaxDominantColors: 13 } } }],
])('%o is refused', async (options) => {
  const error = await rejection(ask(await serveApp(), options));
  expect(error).toMatchObject({ name: 'InvalidParameterException' });
});
