/**
 * What the key store promises, through every vendor's own client: a key's concurrency, and keys exchanged while the server
 * runs.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DetectLabelsCommand } from '@aws-sdk/client-rekognition';
import { expect, onTestFinished, test } from 'vitest';
import { createGate, picture } from '../support.ts';
import { rekognition } from './aws/support.ts';
import { annotator } from './google/support.ts';
import { imageClient, tagging } from './huawei/support.ts';
import { KEY, rejection, type Served, serveApp } from './support.ts';
import { commonClient, imsClient } from './tencent/support.ts';

const bytes = await picture('red', { width: 96, height: 96 });
const base64 = bytes.toString('base64');
const features = [{ type: 'LABEL_DETECTION' }];

interface Vendor {
  /** @param secret of the one key */
  call(served: Served, secret?: string): Promise<unknown>;
  readonly throttled: object;
  readonly stranger: object;
}

const VENDORS: Readonly<Record<string, Vendor>> = {
  tencent: {
    call: ({ host }, secretKey = KEY.secret) =>
      commonClient(host, { secretKey }).request('DetectLabelPro', { ImageBase64: base64 }),
    throttled: { code: 'RequestLimitExceeded' },
    stranger: { code: 'AuthFailure.SignatureFailure' },
  },
  'tencent ims': {
    call: ({ host }, secretKey = KEY.secret) =>
      imsClient(host, { secretKey }).ImageModeration({ FileContent: base64 }),
    throttled: { code: 'RequestLimitExceeded' },
    stranger: { code: 'AuthFailure.SignatureFailure' },
  },
  huawei: {
    call: ({ host }, sk = KEY.secret) =>
      imageClient(host, { sk }).runImageTagging(tagging({ image: base64 })),
    throttled: { httpStatusCode: 429, errorCode: 'APIG.0308' },
    stranger: { httpStatusCode: 401, errorCode: 'APIGW.0301' },
  },
  aws: {
    call: ({ host }, secretAccessKey = KEY.secret) =>
      rekognition(host, { secretAccessKey }).send(new DetectLabelsCommand({ Image: { Bytes: bytes } })),
    throttled: { name: 'ProvisionedThroughputExceededException' },
    stranger: { name: 'InvalidSignatureException' },
  },
  google: {
    call: ({ port }, apiKey = KEY.secret) =>
      annotator(port, { name: '6.x v1', auth: { apiKey } }).batchAnnotateImages({
        requests: [{ image: { content: base64 }, features }],
      }),
    throttled: { code: 8 },
    stranger: { code: 3, reason: 'API_KEY_INVALID' },
  },
  inference: {
    async call(served, secret = KEY.secret) {
      const inputs = [{ name: 'picture', datatype: 'BYTES', shape: [1], data: [base64] }];
      const headers = { authorization: `Bearer ${secret}` };
      const init = { method: 'POST', headers, body: JSON.stringify({ inputs }) };
      const response = await served.send('/v2/models/colours/infer', init);
      if (!response.ok) throw Object.assign(new Error(), { status: response.status });
    },
    throttled: { status: 429 },
    stranger: { status: 401 },
  },
};
const each = test.each(Object.entries(VENDORS));

each('%s: a key’s concurrency is kept in the vendor’s words, and given back', async (_, vendor) => {
  const gate = createGate();
  const served = await serveApp({ wrap: gate.wrap, keys: { keys: [{ ...KEY, concurrency: 1 }] } });
  const first = vendor.call(served);
  await gate.reached(1);
  expect(await rejection(vendor.call(served))).toMatchObject(vendor.throttled);
  gate.release();
  await first;
  await vendor.call(served);
});

each('%s: keys are exchanged without a restart', async (_, vendor) => {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-keys-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'keys.json');
  const write = (secret: string) => writeFile(file, JSON.stringify([{ id: KEY.id, secret }]));
  await write(KEY.secret);
  let later = 0;
  const served = await serveApp({ keys: { file }, clock: () => Date.now() + later });
  await vendor.call(served);
  await write('another-secret-of-the-key');
  // The file is looked at again after a while.
  later = 2000;
  expect(await rejection(vendor.call(served))).toMatchObject(vendor.stranger);
  await vendor.call(served, 'another-secret-of-the-key');
});
