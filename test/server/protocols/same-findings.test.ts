import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { openModelStore } from '../../../src/models/store/store.ts';
import { describeWithData } from '../../support/data.ts';
import { photographs } from '../../support/photographs.ts';
import { squeezenetReference } from '../../support/squeezenet.ts';
import { jsonOf, picture, storeOf } from '../support.ts';
import { imageClient, moderate, tagging } from './huawei/support.ts';
import { intercepted, KEY, type Served, serveApp } from './support.ts';
import { commonClient, imsClient } from './tencent/support.ts';

interface Finding {
  readonly name: string;
  readonly percent: number;
}

/** What the native API says, which every protocol has to say in its own words. */
async function nativeTags({ send }: Served, bytes: Uint8Array): Promise<Finding[]> {
  const response = await send('/v1/tag?lang=zh', {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY.secret}`, 'content-type': 'application/octet-stream' },
    body: bytes,
  });
  const { tags } = await jsonOf<{ tags: { name: string; score: number }[] }>(response);
  return tags.map(({ name, score }) => ({ name, percent: score * 100 }));
}

async function tencentTags({ host }: Served, bytes: Uint8Array): Promise<Finding[]> {
  const answer = await commonClient(host).request('DetectLabelPro', { ImageBase64: base64(bytes) });
  const labels: { Name: string; Confidence: number }[] = answer.Labels;
  return labels.map(({ Name, Confidence }) => ({ name: Name, percent: Confidence }));
}

async function huaweiTags({ host }: Served, bytes: Uint8Array, threshold: number): Promise<Finding[]> {
  const request = tagging({ image: base64(bytes), threshold, limit: 10 });
  const { result } = await imageClient(host).runImageTagging(request);
  return (result?.tags ?? []).map(({ tag, confidence }) => ({
    name: tag ?? '',
    percent: Number(confidence),
  }));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** Same names in the same order, and scores that differ by rounding alone. */
async function expectSameTags(served: Served, bytes: Uint8Array, threshold: number): Promise<Finding[]> {
  const expected = await nativeTags(served, bytes);
  expect(expected.length).toBeGreaterThan(0);
  for (const found of [await tencentTags(served, bytes), await huaweiTags(served, bytes, threshold)]) {
    expect(found.map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
    for (const [index, { percent }] of found.entries()) {
      expect(Math.abs(percent - (expected[index]?.percent ?? 0))).toBeLessThanOrEqual(0.51);
    }
  }
  return expected;
}

test('the same picture gives the same findings through every protocol, at the price of one inference each', async () => {
  let inferences = 0;
  const one = await serveApp({
    models: ['halves'],
    wrap: (session) =>
      intercepted(session, (bytes, options) => {
        inferences += 1;
        return session.infer(bytes, options);
      }),
  });
  inferences = 0;
  await expectSameTags(one, await picture('red'), 30);
  expect(inferences).toBe(3);
  await commonClient(one.host).request('DetectProduct', { ImageBase64: base64(await picture('red')) });
  expect(inferences).toBe(4);
});

const embedded = openModelStore();
const hasEmbedded = existsSync(new URL('../../../models/centernet/model.onnx', import.meta.url));
if (!hasEmbedded) console.warn('SKIPPED without embedded models (npm run models:embed): same findings');

describe.skipIf(!hasEmbedded)('with the embedded models', () => {
  const photo = (name: string) => readFile(new URL(`../../../examples/photos/${name}`, import.meta.url));

  test('photographs, and where things are in them', async () => {
    const one = await serveApp({ models: ['centernet'], store: embedded });
    for (const name of ['cat.jpg', 'coffee.jpg', 'astronaut.jpg']) {
      const bytes = await photo(name);
      const [best] = await expectSameTags(one, bytes, 30);
      const request = { ImageBase64: base64(bytes) };
      const { Products } = await commonClient(one.host).request('DetectProduct', request);
      expect(Products[0]).toMatchObject({ Name: best?.name, Confidence: Math.round(best?.percent ?? 0) });
    }
  });

  test('photographs that may be shown', async () => {
    const one = await serveApp({ models: ['nsfw-mobilenetv2'], store: embedded });
    for (const name of ['cat.jpg', 'coffee.jpg', 'astronaut.jpg']) {
      const image = base64(await photo(name));
      expect(await imsClient(one.host).ImageModeration({ FileContent: image })).toMatchObject({
        Suggestion: 'Pass',
        Label: 'Normal',
      });
      expect(await moderate(one.host, { image, categories: ['porn'] })).toMatchObject({
        result: { suggestion: 'pass' },
      });
    }
  });
});

describeWithData('with SqueezeNet', () => {
  test('photographs of ImageNet', async () => {
    const model = squeezenetReference();
    const one = await serveApp({ models: [model.manifest.id], store: storeOf([model]) });
    for (const bytes of photographs(8)) await expectSameTags(one, bytes, 10);
  });
});
