import { expect, test } from 'vitest';
import { picture } from '../support.ts';
import { imageClient, tagging } from './huawei/support.ts';
import { KEY, rejection, type Served, serveApp } from './support.ts';
import { commonClient } from './tencent/support.ts';

const REQUESTS = Number(process.env.PICTOR_MIXED_REQUESTS ?? 300);
const AT_ONCE = 16;

interface Colour {
  readonly en: string;
  readonly zh: string;
  readonly base64: string;
}

const COLOURS: readonly Colour[] = await Promise.all(
  ['red 红', 'green 绿', 'blue 蓝'].map(async (names) => {
    const [en = '', zh = ''] = names.split(' ');
    const bytes = await picture(en === 'green' ? 'lime' : en);
    return { en, zh, base64: bytes.toString('base64') };
  }),
);

/** One service's client: it answers for a picture in its own shape, and fails in its own envelope. */
interface Caller {
  right(colour: Colour): Promise<unknown>;
  expected(colour: Colour): unknown;
  wrong(): Promise<unknown>;
  failure: unknown;
}

function callers({ host, send }: Served): readonly Caller[] {
  const tencent = commonClient(host);
  const huawei = imageClient(host);
  const native = (body: string) =>
    send('/v1/tag', { method: 'POST', headers: { authorization: `Bearer ${KEY.secret}` }, body });
  return [
    {
      right: ({ base64 }) => tencent.request('DetectLabelPro', { ImageBase64: base64 }),
      expected: ({ zh }) => ({ Labels: [{ Name: zh }], RequestId: expect.any(String) }),
      wrong: () => rejection(tencent.request('DetectLabelPro', { ImageBase64: 'AAAA' })),
      failure: { code: 'FailedOperation.ImageNotSupported' },
    },
    {
      right: ({ base64 }) => huawei.runImageTagging(tagging({ image: base64 })),
      expected: ({ zh, en }) => ({ result: { tags: [{ tag: zh, i18n_tag: { zh, en } }] } }),
      wrong: () => rejection(huawei.runImageTagging(tagging({ image: 'AAAA' }))),
      failure: { httpStatusCode: 400, errorCode: 'AIS.0102' },
    },
    {
      right: async ({ base64 }) => (await native(JSON.stringify({ picture: base64 }))).json(),
      expected: ({ en }) => ({ tags: [{ label: en }] }),
      wrong: async () => (await native('{"picture": "AAAA"}')).json(),
      failure: { error: { code: 'IMAGE_FORMAT_UNSUPPORTED' } },
    },
  ];
}

test(
  `${REQUESTS} mixed requests on one port, a third of them wrong: no cross-talk and nothing held back`,
  async () => {
    // A place that a request did not give back would soon be missing from these.
    const one = await serveApp({ keys: { keys: [{ ...KEY, concurrency: AT_ONCE }] } });
    const services = callers(one);
    const numbers = Array.from({ length: REQUESTS }, (_, index) => index).values();
    async function lane(): Promise<void> {
      for (const number of numbers) {
        const service = services[number % services.length];
        const colour = COLOURS[Math.floor(number / 7) % COLOURS.length];
        if (service === undefined || colour === undefined) throw new Error('unreachable');
        if (Math.floor(number / services.length) % 3 === 0) {
          expect(await service.wrong()).toMatchObject(Object(service.failure));
        } else {
          expect(await service.right(colour)).toMatchObject(Object(service.expected(colour)));
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  },
  60_000 + REQUESTS * 100,
);
