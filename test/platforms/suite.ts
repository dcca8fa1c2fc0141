import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digest, MAX_BODY, noisePicture, SLOW_TOP, witnessApp } from './app.ts';

/** An HTTP request as a client makes it. */
export interface Ask {
  readonly method?: string;
  /** Path and query. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** What the client gets. */
export interface Got {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** One platform's whole way: gateway, event, adapter, application, result, gateway. */
export interface Way {
  /** @param timeoutMs what the platform lets the call take; the platform's usual when absent */
  call(ask: Ask, timeoutMs?: number): Promise<Got>;
  close?(): Promise<void>;
}

/** What a platform in a hurry lets a call take. */
export const HASTY_MS = 300;

type Witness = Awaited<ReturnType<typeof witnessApp>>;
interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The four forms that a picture travels in. */
const FORMS: Readonly<Record<string, (picture: Buffer) => Sent>> = {
  JSON: (picture) => ({
    headers: { 'Content-Type': 'application/json' },
    body: Buffer.from(JSON.stringify({ picture: picture.toString('base64') })),
  }),
  'raw bytes': (picture) => ({ headers: { 'Content-Type': 'image/png' }, body: picture }),
  multipart: (picture) => ({
    headers: { 'Content-Type': 'multipart/form-data; boundary=XbX' },
    body: Buffer.concat([
      Buffer.from(
        '--XbX\r\nContent-Disposition: form-data; name="picture"; filename="p.png"\r\nContent-Type: image/png\r\n\r\n',
      ),
      picture,
      Buffer.from('\r\n--XbX--\r\n'),
    ]),
  }),
  'base64 text': (picture) => ({
    headers: { 'Content-Type': 'text/plain' },
    body: Buffer.from(picture.toString('base64')),
  }),
};

/**
 * What every platform must do alike.
 *
 * @param name of the platform and its trigger
 * @param open makes the way to an application; it may ask for a second one that is in a hurry by itself
 */
export function describePlatform(
  name: string,
  open: (app: Witness['app'], openHasty: () => Promise<Witness['app']>) => Way | Promise<Way>,
): void {
  describe(name, () => {
    let witness: Witness;
    let way: Way;
    let picture: Buffer;
    beforeAll(async () => {
      picture = await noisePicture();
      witness = await witnessApp();
      way = await open(witness.app, async () => {
        const hasty = await witnessApp(HASTY_MS, witness.cancelled);
        return hasty.app;
      });
    });
    afterAll(async () => {
      await way?.close?.();
      await witness?.app.close();
    });

    describe.each(Object.entries(FORMS))('%s', (_, form) => {
      it('brings the picture to the application as it was', async () => {
        const got = await way.call({ url: '/image', ...form(picture) });
        expect(json(got)).toEqual({ prediction: { [digest(picture)]: 100 } });
        expect(got.status).toBe(200);
        expect(got.headers.get('content-type')).toMatch(/^application\/json/);
      });

      it("brings a client's error back with its code", async () => {
        const got = await way.call({
          url: '/image',
          ...form(Buffer.from('no picture at all, but some text')),
        });
        expect(json(got)).toMatchObject({ error: { code: 'IMAGE_FORMAT_UNSUPPORTED' } });
        expect(got.status).toBe(415);
      });

      it('refuses a body over the limit', async () => {
        const big = Buffer.concat([picture, Buffer.alloc(MAX_BODY)]);
        const got = await way.call({ url: '/image', ...form(big) });
        expect(json(got)).toMatchObject({ error: { code: 'BODY_TOO_LARGE' } });
        expect(got.status).toBe(413);
      });

      it("answers before the platform's time is over, and stops the work", async () => {
        const before = witness.cancelled.length;
        const got = await way.call({ url: `/image?top=${SLOW_TOP}`, ...form(picture) }, HASTY_MS);
        expect(json(got)).toMatchObject({ error: { code: 'DEADLINE_EXCEEDED' } });
        expect(got.status).toBe(504);
        expect(witness.cancelled).toHaveLength(before + 1);
      });
    });

    it('keeps method, path, query and headers', async () => {
      const health = await way.call({ method: 'GET', url: '/healthz' });
      expect(health.status).toBe(200);
      const unknown = await way.call({ method: 'GET', url: '/no/such%20thing' });
      expect(json(unknown)).toMatchObject({ error: { code: 'ROUTE_NOT_FOUND' } });
      const wrong = await way.call({ method: 'DELETE', url: '/image' });
      expect(wrong.status).toBe(405);
      const top = await way.call({ url: '/image?top=0', ...sent('JSON', picture) });
      expect(json(top)).toMatchObject({ error: { code: 'OPTION_INVALID' } });
      const named = await way.call({
        method: 'GET',
        url: '/healthz',
        headers: { 'X-Request-ID': 'id-of-the-client-1' },
      });
      expect(named.headers.get('x-request-id')).toBe('id-of-the-client-1');
    });

    it('goes on after errors', async () => {
      await way.call({ url: '/image', headers: { 'Content-Type': 'image/png' }, body: Buffer.from('x') });
      const got = await way.call({ url: '/image', ...sent('raw bytes', picture) });
      expect(got.status).toBe(200);
    });
  });
}

function sent(form: string, picture: Buffer): Sent {
  const make = FORMS[form];
  if (!make) throw new Error(`no form ${form}`);
  return make(picture);
}

function json(got: Got): unknown {
  return JSON.parse(got.body.toString('utf8'));
}
