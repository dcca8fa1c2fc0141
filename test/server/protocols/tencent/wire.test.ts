import fc from 'fast-check';
import { expect, test } from 'vitest';
import { picture } from '../../support.ts';
import { serveApp } from '../support.ts';
import { commonClient } from './support.ts';

const red = (await picture('red')).toString('base64');

test.each([
  ['TC3-HMAC-SHA256', 'POST'],
  ['TC3-HMAC-SHA256', 'GET'],
  ['HmacSHA256', 'POST'],
  ['HmacSHA256', 'GET'],
  ['HmacSHA1', 'POST'],
] as const)(
  '%s over %s: whatever the parameters hold, client and server agree',
  async (signMethod, reqMethod) => {
    const { host } = await serveApp();
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.stringMatching(/^X[A-Za-z0-9_]{0,12}$/),
          fc.string({ unit: 'grapheme', maxLength: 30 }),
        ),
        fc.constantFrom('', '/vision', '/a-b/c'),
        fc.boolean(),
        async (extra, prefix, named) => {
          const endpoint = `${named ? host.replace('127.0.0.1', 'localhost') : host}${prefix}`;
          const client = commonClient(endpoint, { signMethod, reqMethod });
          const { Labels } = await client.request('DetectLabelPro', { ...extra, ImageBase64: red });
          expect(Labels).toHaveLength(1);
        },
      ),
      { numRuns: 25 },
    );
  },
);
