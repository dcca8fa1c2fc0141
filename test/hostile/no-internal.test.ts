/** Whatever a client sends is the client's mistake in every protocol: never INTERNAL, never options out of thin air. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openApp, picture } from '../server/support.ts';

const red = (await picture('red', { width: 96, height: 96 })).toString('base64');
const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'];

const JSON_TYPE = { 'content-type': 'application/json' };
const aws = (name: string) => ({
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': `RekognitionService.${name}`,
});
const tencent = (action: string, version: string) => ({
  ...JSON_TYPE,
  'x-tc-action': action,
  'x-tc-version': version,
});

/** A call that is answered, and the names that stand in it. */
const CALLS: readonly {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: object;
}[] = [
  ...['/image', '/v1/classify', '/v1/detect', '/v1/tag', '/v1/moderate', '/v1/embed'].map((path) => ({
    path,
    headers: JSON_TYPE,
    body: { picture: red, top: 3, minScore: 0.1, include: ['a'], lang: 'zh', model: 'colours' },
  })),
  {
    path: '/v1/images:annotate',
    headers: JSON_TYPE,
    body: {
      requests: [
        {
          image: { content: red, source: { imageUri: '' } },
          features: [{ type: 'LABEL_DETECTION', maxResults: 3 }, { type: 'IMAGE_PROPERTIES' }, { type: 9 }],
          imageContext: { cropHintsParams: { aspectRatios: [1] } },
        },
      ],
    },
  },
  {
    path: '/',
    headers: aws('DetectLabels'),
    body: {
      Image: { Bytes: red },
      MaxLabels: 3,
      MinConfidence: 1,
      Features: ['GENERAL_LABELS', 'IMAGE_PROPERTIES'],
      Settings: {
        GeneralLabels: { LabelInclusionFilters: ['Red'] },
        ImageProperties: { MaxDominantColors: 3 },
      },
    },
  },
  { path: '/', headers: aws('DetectModerationLabels'), body: { Image: { Bytes: red }, MinConfidence: 1 } },
  {
    path: '/',
    headers: tencent('DetectLabel', '2019-05-29'),
    body: { ImageBase64: red, Scenes: ['WEB', 'NEWS'] },
  },
  { path: '/', headers: tencent('DetectProduct', '2019-05-29'), body: { ImageBase64: red } },
  {
    path: '/',
    headers: tencent('ImageModeration', '2020-12-29'),
    body: { FileContent: red, DataId: 'a', Interval: 1, MaxFrames: 1 },
  },
  {
    path: '/v2/p/image/tagging',
    headers: JSON_TYPE,
    body: { image: red, threshold: 3, limit: 5, language: 'zh' },
  },
  { path: '/v3/p/moderation/image', headers: JSON_TYPE, body: { image: red, categories: ['porn'] } },
  {
    path: '/v2/models/colours/infer',
    headers: JSON_TYPE,
    body: {
      inputs: [{ name: 'picture', datatype: 'BYTES', shape: [1], data: [red], parameters: {} }],
      outputs: [{ name: 'scores', parameters: { classification: 2 } }],
      parameters: { binary_data_output: false },
    },
  },
  {
    path: '/v2/models/colours/infer',
    headers: JSON_TYPE,
    body: { inputs: [{ name: 'input', datatype: 'FP32', shape: [1, 3, 32, 32], data: [0.5, [1, 2]] }] },
  },
];

const nested = (depth: number): unknown => (depth === 0 ? 'x' : [nested(depth - 1)]);
const strange = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    1e308,
    0.5,
    '',
    ' ',
    '\0',
    '\ud800',
    'a'.repeat(100_000),
    [],
    {},
    nested(20),
  ),
  fc.constantFrom<unknown>(red, [red, red], Array(200).fill(red), { [red]: red }, nested(31), nested(60)),
  fc.constantFrom(...inherited),
  fc
    .constantFrom(...inherited)
    .map((name) => JSON.parse(`{"${name}":{"top":1,"model":"halves"}}`) as unknown),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Every place of a value, as a path. */
function placesOf(value: unknown, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([name, inner]) => placesOf(inner, [...at, name]))];
}

function replaced(value: unknown, [head, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (head === undefined) return by;
  const copy: Record<string | number, unknown> = Array.isArray(value)
    ? ([...(value as unknown[])] as unknown as Record<string, unknown>)
    : { ...(value as object) };
  copy[head] = replaced(copy[head], rest, by);
  return copy;
}

test('a call with one value replaced by anything', async () => {
  const { send } = await openApp();
  const calls = fc
    .constantFrom(...CALLS)
    .chain((call) =>
      fc.record({ call: fc.constant(call), place: fc.constantFrom(...placesOf(call.body)), by: strange }),
    );
  await fc.assert(
    fc.asyncProperty(calls, async ({ call, place, by }) => {
      const body = JSON.stringify(replaced(call.body, place, by)) ?? 'null';
      const response = await send(call.path, { method: 'POST', headers: call.headers, body });
      const text = await response.text();
      expect(text, `${call.path} ${body.slice(0, 300)}`).not.toMatch(/INTERNAL|InternalError|went wrong/);
      expect(response.status).not.toBe(500);
    }),
    { numRuns: 600 },
  );
});

test('names that every object inherits choose nothing: not in paths, not in forms, not in headers', async () => {
  const { send } = await openApp();
  for (const name of inherited) {
    for (const path of [
      `/v2/models/colours/${name}`,
      `/v2/models/${name}/infer`,
      `/v2/models/colours/versions/${name}/infer`,
      `/v2/p/image/${name}`,
      `/v1/images:${name}`,
      `/?Action=${name}&SecretId=${name}&Version=${name}&SignatureMethod=${name}`,
      `/image?${name}=1&${name}=2`,
      `/image?model=${name}`,
    ]) {
      for (const method of ['GET', 'POST']) {
        const response = await send(path, {
          method,
          ...(method === 'POST' && { body: Buffer.from(red, 'base64') }),
        });
        expect(await response.text(), `${method} ${path}`).not.toMatch(/INTERNAL|InternalError|went wrong/);
      }
    }
    for (const headers of [aws(name), tencent(name, '2019-05-29'), tencent('DetectLabel', name)]) {
      const response = await send('/', { method: 'POST', headers, body: '{}' });
      expect(await response.text(), name).not.toMatch(/INTERNAL|InternalError|went wrong/);
    }
  }
});

test('with keys, a strange signature is a wrong one', async () => {
  const { send } = await openApp({ keys: { keys: [{ id: 'known', secret: 'a-long-secret' }] } });
  const now = Math.floor(Date.now() / 1000);
  for (const name of [...inherited, '', ';', ';;', 'host;;host', '%', '\u00e9']) {
    const fields = `SecretId=known&Timestamp=${now}&Nonce=1&Signature=x&Action=DetectLabel&Version=2019-05-29`;
    const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const day = date.slice(0, 8);
    const hex = 'a'.repeat(64);
    const signed = [
      [
        '/',
        { 'content-type': 'application/x-www-form-urlencoded' },
        `${fields}&SignatureMethod=${encodeURIComponent(name)}`,
      ],
      [
        '/',
        {
          ...aws('DetectLabels'),
          'x-amz-date': date,
          authorization: `AWS4-HMAC-SHA256 Credential=known/${day}/r/rekognition/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target;${name}, Signature=${hex}`,
        },
        '{}',
      ],
      [
        '/v2/p/image/tagging',
        {
          ...JSON_TYPE,
          'x-sdk-date': date,
          authorization: `SDK-HMAC-SHA256 Access=known, SignedHeaders=host;x-sdk-date;${name}, Signature=${hex}`,
        },
        '{}',
      ],
      [
        '/',
        {
          ...tencent('DetectLabel', '2019-05-29'),
          'x-tc-timestamp': String(now),
          authorization: `TC3-HMAC-SHA256 Credential=known/${new Date().toISOString().slice(0, 10)}/tiia/tc3_request, SignedHeaders=content-type;host;${name}, Signature=${hex}`,
        },
        '{}',
      ],
      ['/v1/images:annotate', { ...JSON_TYPE, authorization: `Bearer ${name}.${name}.${name}` }, '{}'],
    ] as const;
    for (const [path, headers, body] of signed) {
      const response = await send(path, { method: 'POST', headers, body });
      const text = await response.text();
      expect(text, `${path} ${name}`).not.toMatch(/INTERNAL|InternalError|went wrong/);
      expect(text, `${path} ${name}`).toMatch(/[Aa]uth|UNAUTHENTICATED|Signature|APIGW|[Cc]redential|Token/);
    }
  }
});

test('`__proto__` in JSON gives no options', async () => {
  const { send } = await openApp();
  const body = `{"picture":"${red}","__proto__":{"top":1,"model":"no-such-model"}}`;
  const response = await send('/image', { method: 'POST', headers: JSON_TYPE, body });
  expect(response.status).toBe(200);
  expect(Object.keys((await response.json()) as object)).toEqual(['prediction']);
});

test('a feature of Google that is asked for a hundred times is looked for once', async () => {
  let looked = 0;
  const { send } = await openApp({
    wrap: (session) => ({
      model: session.model,
      backend: session.backend,
      state: session.state,
      inputs: session.inputs,
      outputs: session.outputs,
      run: (feeds, options) => session.run(feeds, options),
      close: () => session.close(),
      [Symbol.asyncDispose]: () => session.close(),
      infer(bytes, options) {
        looked++;
        return session.infer(bytes, options);
      },
    }),
  });
  const features = Array.from({ length: 100 }, (_, i) => ({ type: i % 2 === 0 ? 'LABEL_DETECTION' : 4 }));
  const body = JSON.stringify({ requests: [{ image: { content: red }, features }] });
  const response = await send('/v1/images:annotate', { method: 'POST', headers: JSON_TYPE, body });
  expect(((await response.json()) as { responses: object[] }).responses[0]).toHaveProperty(
    'labelAnnotations',
  );
  expect(looked).toBe(1);
});
