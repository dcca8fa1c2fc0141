import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as alibaba from '../../src/platforms/fc/runtime/index.ts';
import * as functiongraph from '../../src/platforms/functiongraph/runtime/index.ts';
import * as lambda from '../../src/platforms/lambda/runtime/index.ts';
import * as scf from '../../src/platforms/scf/runtime/index.ts';
import type { Gateway } from '../../src/platforms/shared/gateway.ts';
import { gatewayFor, gatewaysOf } from './gateways.ts';
import { gatewayRequest } from './ways.ts';

interface Adapted {
  readonly toRequest: (event: never) => Request;
  readonly toResult: (response: Response, event: never) => Promise<unknown>;
}

const ways: readonly [string, Gateway, Adapted][] = [
  ...Object.entries(gatewaysOf('scf')).map(([name, gateway]): [string, Gateway, Adapted] => [
    `scf ${name}`,
    gateway,
    scf,
  ]),
  ...Object.entries(gatewaysOf('lambda')).map(([name, gateway]): [string, Gateway, Adapted] => [
    `lambda ${name}`,
    gateway,
    lambda,
  ]),
  ['fc', gatewayFor('fc', 'http'), alibaba],
  ['functiongraph', gatewayFor('functiongraph', 'apig'), functiongraph],
];

const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((array) => Buffer.from(array));
const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
/** Values without commas: two of the platforms join repeated values with them. */
const value = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll(',', ''));
const headerValue = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
const segment = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).map((text) => {
  // Dots are resolved by every URL parser, slashes join the segments, and where a gateway decodes the path nobody can
  // tell %2520 from %20 any more.
  const plain = text.replaceAll(/[./\\%]/g, '-');
  return encodeURIComponent(plain);
});
const type = fc.constantFrom('image/jpeg', 'application/octet-stream', 'multipart/form-data; boundary=b');

describe.each(ways)('%s', (_, gateway, adapter) => {
  const eventOf = (ask: Parameters<typeof gatewayRequest>[0]): never =>
    JSON.parse(JSON.stringify(gateway.toEvent(gatewayRequest(ask)))) as never;

  it('gives any bytes to the application as they were', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, type, async (body, contentType) => {
        const event = eventOf({ url: '/image', headers: { 'Content-Type': contentType }, body });
        const request = adapter.toRequest(event);
        expect(Buffer.from(await request.arrayBuffer())).toEqual(body);
        expect(request.headers.get('content-length')).toBe(String(body.length));
      }),
    );
  });

  it('gives any text to the application as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (text) => {
        const body = Buffer.from(text, 'utf8');
        const event = eventOf({ url: '/image', headers: { 'Content-Type': 'application/json' }, body });
        expect(Buffer.from(await adapter.toRequest(event).arrayBuffer())).toEqual(body);
      }),
    );
  });

  it('keeps path, query and headers', () => {
    const query = fc.dictionary(word, value, { maxKeys: 4 });
    const headers = fc.dictionary(
      word.map((name) => `X-${name}`),
      headerValue,
      { maxKeys: 4 },
    );
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 4 }), query, headers, (path, parameters, sent) => {
        const search = new URLSearchParams(parameters).toString().replaceAll('+', '%20');
        const event = eventOf({
          method: 'GET',
          url: `/${path.join('/')}${search === '' ? '' : `?${search}`}`,
          headers: sent,
        });
        const request = adapter.toRequest(event);
        const url = new URL(request.url);
        expect(decoded(url.pathname)).toBe(decoded(`/${path.join('/')}`));
        expect(Object.fromEntries(url.searchParams)).toEqual(parameters);
        for (const [name, content] of Object.entries(sent)) expect(request.headers.get(name)).toBe(content);
      }),
    );
  });

  it('brings any response back as it was', async () => {
    const contentType = fc.constantFrom('application/json', 'text/plain', 'image/jpeg');
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        contentType,
        fc.integer({ min: 200, max: 599 }).filter((status) => ![204, 205, 304].includes(status)),
        async (body, content, status) => {
          const event = eventOf({ method: 'GET', url: '/' });
          const answer = new Response(body, {
            status,
            headers: { 'content-type': content, 'x-own': 'yes', 'set-cookie': 'a=1; Path=/' },
          });
          const result: unknown = JSON.parse(JSON.stringify(await adapter.toResult(answer, event)));
          const back = gateway.toResponse(result);
          expect(back?.status).toBe(status);
          expect(back?.body).toEqual(Buffer.from(body));
          const lower = new Map(back?.headers.map(([name, text]) => [name.toLowerCase(), text]));
          expect(lower.get('content-type')).toBe(content);
          expect(lower.get('x-own')).toBe('yes');
          expect(lower.get('set-cookie')).toBe('a=1; Path=/');
        },
      ),
    );
  });

  it('never throws anything but a PictorError at a foreign event', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (event) => {
        try {
          adapter.toRequest(event as never);
        } catch (thrown) {
          expect(thrown).toMatchObject({ name: 'PictorError' });
        }
      }),
    );
  });
});

/** Some gateways hand over the decoded path: which characters were encoded is not theirs to keep. */
const decoded = (path: string) => decodeURIComponent(path);
