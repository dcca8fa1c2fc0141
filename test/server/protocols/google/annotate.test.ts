import sharp from 'sharp';
import { expect, test } from 'vitest';
import { jsonOf, picture } from '../../support.ts';
import { cutOff, intercepted, serveApp, servePicture } from '../support.ts';
import { annotator, CLIENTS, helpers } from './support.ts';

const red = (await picture('red')).toString('base64');
const blue = (await picture('blue')).toString('base64');

const near = (value: number) => expect.closeTo(value, 4);

test.each(CLIENTS)('%s: labels, objects and safe search of one picture', async (name) => {
  const { port } = await serveApp({ models: ['halves', 'safety'] });
  const [{ responses }] = await annotator(port, { name }).batchAnnotateImages({
    requests: [
      {
        image: { content: red },
        features: [
          { type: 'LABEL_DETECTION' },
          { type: 'OBJECT_LOCALIZATION' },
          { type: 'SAFE_SEARCH_DETECTION' },
        ],
      },
    ],
  });
  expect(responses).toMatchObject([
    {
      error: null,
      labelAnnotations: [
        { mid: '/l/coco/person', description: 'Person', score: near(0.9) },
        { mid: '/l/coco/dog', description: 'Dog', score: near(0.8) },
      ],
      localizedObjectAnnotations: [
        {
          mid: '/l/coco/person',
          name: 'Person',
          score: near(0.9),
          boundingPoly: {
            normalizedVertices: [
              { x: 0, y: 0 },
              { x: 0.5, y: 0 },
              { x: 0.5, y: 1 },
              { x: 0, y: 1 },
            ],
          },
        },
        { mid: '/l/coco/dog', name: 'Dog' },
      ],
      safeSearchAnnotation: {
        adult: 'VERY_LIKELY',
        racy: 'VERY_LIKELY',
        spoof: 'UNKNOWN',
        medical: 'UNKNOWN',
        violence: 'UNKNOWN',
      },
    },
  ]);
});

test('two features that one model answers cost one inference', async () => {
  let inferences = 0;
  const { port } = await serveApp({
    models: ['halves'],
    wrap: (session) =>
      intercepted(session, (bytes, options) => {
        inferences += 1;
        return session.infer(bytes, options);
      }),
  });
  inferences = 0;
  const features = [{ type: 'OBJECT_LOCALIZATION' }, { type: 'LABEL_DETECTION' }];
  await annotator(port).batchAnnotateImages({ requests: [{ image: { content: red }, features }] });
  expect(inferences).toBe(1);
});

test('maxResults', async () => {
  const { port } = await serveApp({ models: ['halves'] });
  const features = [
    { type: 'LABEL_DETECTION', maxResults: 1 },
    { type: 'OBJECT_LOCALIZATION', maxResults: 1 },
  ];
  const [{ responses }] = await annotator(port).batchAnnotateImages({
    requests: [{ image: { content: red }, features }],
  });
  expect(responses?.[0]?.['labelAnnotations']).toHaveLength(1);
  expect(responses?.[0]?.['localizedObjectAnnotations']).toHaveLength(1);
});

test('the helpers for one picture', async () => {
  const { port } = await serveApp({ models: ['colours', 'safety'] });
  const client = helpers(port);
  const image = { content: Buffer.from(blue, 'base64') };
  const [labels] = (await client.labelDetection?.({ image })) ?? [];
  expect(labels?.labelAnnotations?.[0]).toMatchObject({ mid: '/l/own/blue', description: 'Blue' });
  const [safe] = (await client.safeSearchDetection?.({ image })) ?? [];
  expect(safe?.safeSearchAnnotation).toMatchObject({ adult: 'VERY_UNLIKELY', racy: 'VERY_UNLIKELY' });
});

test('IMAGE_PROPERTIES and CROP_HINTS', async () => {
  const { port } = await serveApp({ models: ['colours'] });
  const halves = await sharp({ create: { width: 200, height: 100, channels: 3, background: 'white' } })
    .composite([
      {
        input: await sharp({ create: { width: 50, height: 100, channels: 3, background: 'blue' } })
          .png()
          .toBuffer(),
        left: 0,
        top: 0,
      },
    ])
    .png()
    .toBuffer();
  const [{ responses }] = await annotator(port).batchAnnotateImages({
    requests: [
      {
        image: { content: halves.toString('base64') },
        features: [{ type: 'IMAGE_PROPERTIES' }, { type: 'CROP_HINTS' }],
        imageContext: { cropHintsParams: { aspectRatios: [1, 2] } },
      },
    ],
  });
  expect(responses?.[0]).toMatchObject({
    error: null,
    imagePropertiesAnnotation: {
      dominantColors: {
        colors: [
          { color: { red: 255, green: 255, blue: 255 }, pixelFraction: expect.closeTo(0.75, 2) },
          { color: { red: 0, green: 0, blue: 255 }, pixelFraction: expect.closeTo(0.25, 2) },
        ],
      },
    },
    cropHintsAnnotation: { cropHints: [{ boundingPoly: {} }, { boundingPoly: {} }] },
  });
  const hints = responses?.[0]?.['cropHintsAnnotation'] as
    | { cropHints: { boundingPoly: { vertices: { x: number; y: number }[] } }[] }
    | undefined;
  const sides = hints?.cropHints.map(({ boundingPoly: { vertices } }) => [
    (vertices[1]?.x ?? 0) - (vertices[0]?.x ?? 0),
    (vertices[2]?.y ?? 0) - (vertices[1]?.y ?? 0),
  ]);
  expect(sides).toEqual([
    [100, 100],
    [200, 100],
  ]);
});

test.each(CLIENTS)(
  '%s: a batch answers in order, and what is wrong with one picture stays with it',
  async (name) => {
    const { port } = await serveApp({ models: ['colours'] });
    const features = [{ type: 'LABEL_DETECTION', maxResults: 1 }];
    const [{ responses }] = await annotator(port, { name }).batchAnnotateImages({
      requests: [
        { image: { content: red }, features },
        { image: { content: (await cutOff()).toString('base64') }, features },
        { image: { source: { imageUri: 'gs://bucket/picture.jpg' } }, features },
        { image: { content: 'AAAA' }, features },
        { image: { content: blue }, features },
        { image: { content: blue }, features: [...features, { type: 'FACE_DETECTION' }] },
        { image: { content: red }, features: [{ type: 'OBJECT_LOCALIZATION' }] },
        { image: { content: red }, features: [{ type: 'CROP_HINTS' }] },
      ],
    });
    expect(responses).toMatchObject([
      { error: null, labelAnnotations: [{ description: 'Red' }] },
      { error: { code: 3, message: expect.stringContaining('cannot be decoded') }, labelAnnotations: [] },
      { error: { code: 7 } },
      { error: { code: 3 } },
      { error: null, labelAnnotations: [{ description: 'Blue' }] },
      {
        error: { code: 12, message: expect.stringContaining('FACE_DETECTION') },
        labelAnnotations: [{ description: 'Blue' }],
      },
      { error: { code: 12 }, localizedObjectAnnotations: [] },
      { error: { code: 12, message: expect.stringContaining('aspectRatios') } },
    ]);
  },
);

test.each(CLIENTS)('%s: pictures by address', async (name) => {
  const { url, urls } = await servePicture(await picture('blue'));
  const { port } = await serveApp({ urls });
  const features = [{ type: 'LABEL_DETECTION', maxResults: 1 }];
  const [{ responses }] = await annotator(port, { name }).batchAnnotateImages({
    requests: [
      { image: { source: { imageUri: url } }, features },
      { image: { source: { imageUri: 'http://10.0.0.1/a.jpg' } }, features },
    ],
  });
  expect(responses).toMatchObject([{ labelAnnotations: [{ description: 'Blue' }] }, { error: { code: 7 } }]);
});

test.each([
  '/v1/images:annotate',
  '/v1/projects/p/images:annotate',
  '/v1/projects/p/locations/eu/images:annotate',
])('plain REST at %s: names in, names out', async (path) => {
  const { send } = await serveApp({ auth: 'off', models: ['safety'] });
  const body = { requests: [{ image: { content: red }, features: [{ type: 'SAFE_SEARCH_DETECTION' }] }] };
  const answer = await jsonOf(await send(path, { method: 'POST', body: JSON.stringify(body) }));
  expect(answer).toEqual({
    responses: [
      {
        safeSearchAnnotation: {
          adult: 'VERY_LIKELY',
          spoof: 'UNKNOWN',
          medical: 'UNKNOWN',
          violence: 'UNKNOWN',
          racy: 'VERY_LIKELY',
        },
      },
    ],
  });
});
