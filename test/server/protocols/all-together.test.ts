import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { clientsOf } from '../../../scripts/protocol-mix/clients.ts';
import { runMix } from '../../../scripts/protocol-mix/mix.ts';
import { seeded } from '../../../scripts/soak/random.ts';
import { openModelStore } from '../../../src/models/store/store.ts';
import { PROTOCOL_NAMES } from '../../../src/server/protocols/registry.ts';
import { labelName, sentenceName, titleName } from '../../../src/server/protocols/shared/names.ts';
import { jsonOf, picture } from '../support.ts';
import { annotator } from './google/support.ts';
import { cutOff, intercepted, KEY, type Served, serveApp } from './support.ts';

const size = { width: 96, height: 96 };
const colours = {
  red: await picture('red', size),
  green: await picture('lime', size),
  blue: await picture('blue', size),
};
const foreign = Buffer.from('this is no picture, whatever it says');

test('all protocols on one port, mixed, a third of the requests wrong: every answer is its own', async () => {
  const metrics = { id: 'prometheus', secret: 'secret-of-prometheus', scopes: ['metrics' as const] };
  const served = await serveApp({ models: ['colours'], keys: { keys: [KEY, metrics] } });
  const report = await runMix({
    port: served.port,
    credentials: KEY,
    pictures: { colours, corrupt: await cutOff(), foreign },
    requests: 360,
    concurrency: 16,
    random: seeded(7),
  });
  expect(report.wrong).toEqual([]);
  expect(report).toMatchObject({ requests: 360, invalid: 120, repeatedIds: 0 });
  expect(Object.keys(report.answered).sort()).toEqual([...PROTOCOL_NAMES, 'native'].sort());

  const headers = { authorization: `Bearer ${metrics.secret}` };
  const text = await (await served.send('/metrics', { headers })).text();
  expect(text).toMatch(/^pictor_\w*in_flight\w* 0$/m);
});

/** Says how many inferences there have been. */
function counted() {
  let count = 0;
  return {
    taken: () => {
      const before = count;
      count = 0;
      return before;
    },
    wrap: (session: Parameters<typeof intercepted>[0]) =>
      intercepted(session, (bytes, options) => {
        count += 1;
        return session.infer(bytes, options);
      }),
  };
}

interface NativeTag {
  readonly id: string;
  readonly label: string;
  readonly zh?: string;
  readonly score: number;
}

async function nativeTags({ send }: Served, bytes: Uint8Array): Promise<readonly NativeTag[]> {
  const response = await send('/v1/tag', {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY.secret}`, 'content-type': 'application/octet-stream' },
    body: bytes,
  });
  return (await jsonOf<{ tags: NativeTag[] }>(response)).tags;
}

/** Every protocol that names labels says what the native API says, in its own spelling. */
async function expectSameLabels(served: Served, bytes: Uint8Array): Promise<readonly NativeTag[]> {
  const tags = await nativeTags(served, bytes);
  const spellings: Readonly<Record<string, (tag: NativeTag) => string>> = {
    tencent: (tag) => labelName(tag, 'zh'),
    huawei: (tag) => labelName(tag, 'zh'),
    aws: ({ label }) => titleName(label),
    google: ({ label }) => sentenceName(label),
    native: ({ label }) => label,
  };
  for (const client of clientsOf(served.port, KEY, 30)) {
    const spelling = spellings[client.protocol];
    if (spelling === undefined) continue;
    expect(await client.labels(bytes), client.protocol).toMatchObject({ labels: tags.map(spelling) });
    await client.close();
  }
  const [{ responses }] = await annotator(served.port).batchAnnotateImages({
    requests: [
      { image: { content: Buffer.from(bytes).toString('base64') }, features: [{ type: 'LABEL_DETECTION' }] },
    ],
  });
  expect(responses).toMatchObject([
    { labelAnnotations: tags.map(({ id, score }) => ({ mid: id, score: expect.closeTo(score, 5) })) },
  ]);
  return tags;
}

test('the same picture gives the same labels through every protocol, and each request decodes it once', async () => {
  const { wrap, taken } = counted();
  const served = await serveApp({ models: ['halves'], wrap });
  taken();
  expect(await expectSameLabels(served, colours.red)).toHaveLength(2);
  // The native API twice, four vendors, and Google once more for the ids.
  expect(taken()).toBe(7);
});

const hasEmbedded = existsSync(new URL('../../../models/centernet/model.onnx', import.meta.url));
if (!hasEmbedded)
  console.warn('SKIPPED without embedded models (npm run models:embed): photographs through all');

describe.skipIf(!hasEmbedded)('with the embedded detector', () => {
  test.each(['cat.jpg', 'coffee.jpg', 'astronaut.jpg'])('%s', async (name) => {
    const served = await serveApp({ models: ['centernet'], store: openModelStore() });
    const bytes = await readFile(new URL(`../../../examples/photos/${name}`, import.meta.url));
    expect((await expectSameLabels(served, bytes)).length).toBeGreaterThan(0);
  });
});
