import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ERROR_TABLE } from '../../../src/errors.ts';
import { jsonOf, openApp, picture } from '../support.ts';

const red = await picture('red');

const types = fc.constantFrom(
  undefined,
  'application/json',
  'image/jpeg',
  'application/octet-stream',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'application/json; charset=utf-16',
  'image/*;;;',
);

/** Bodies from pure noise to nearly right. */
const bodies = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.json().map((text) => Buffer.from(text)),
  fc
    .record(
      {
        picture: fc.oneof(fc.string(), fc.constant(red.toString('base64')), fc.anything()),
        image: fc.oneof(fc.string(), fc.constant(null)),
        url: fc.oneof(fc.webUrl(), fc.string()),
        top: fc.anything(),
        model: fc.oneof(fc.string(), fc.constantFrom('colours', 'halves')),
      },
      { requiredKeys: [] },
    )
    .map((value) =>
      Buffer.from(JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? null : item))),
    ),
  fc
    .tuple(fc.nat({ max: red.length - 1 }), fc.nat({ max: 255 }))
    .map(([at, value]) => Buffer.from(red).fill(value, at, at + 1)),
  fc.nat({ max: red.length }).map((length) => red.subarray(0, length)),
  fc
    .string()
    .map((text) =>
      Buffer.from(`--x\r\nContent-Disposition: form-data; name="${text}"\r\n\r\n${text}\r\n--x--`),
    ),
);

const paths = fc.constantFrom('/image', '/v1/classify', '/v1/detect', '/v1/tag', '/v1/moderate', '/v1/embed');
const queries = fc.oneof(
  fc.constant(''),
  fc
    .tuple(
      fc.constantFrom('top', 'minScore', 'include', 'lang', 'model', 'normalize', 'url', 'x'),
      fc.string(),
    )
    .map(([name, value]) => `?${new URLSearchParams({ [name]: value })}`),
);

test('whatever comes to the door is answered: rightly, or with a documented code and its status', async () => {
  const { send } = await openApp();
  await fc.assert(
    fc.asyncProperty(paths, queries, types, bodies, async (path, query, type, body) => {
      const response = await send(`${path}${query}`, {
        method: 'POST',
        headers: type === undefined ? {} : { 'content-type': type },
        body: Buffer.from(body),
      });
      if (response.status === 200) return;
      const { error } = await jsonOf<{ error: { code: keyof typeof ERROR_TABLE } }>(response);
      expect(ERROR_TABLE[error.code]?.status).toBe(response.status);
      expect(response.status).toBeLessThan(500);
    }),
    { numRuns: 400 },
  );
  expect((await send('/image', { method: 'POST', body: red })).status).toBe(200);
}, 120_000);
