import { createSign } from 'node:crypto';
import fc from 'fast-check';
import { OAuth2Client, PassThroughClient } from 'google-auth-library';
import { expect, test } from 'vitest';
import {
  readServiceAccountToken,
  verifyServiceAccountToken,
} from '../../../../src/server/protocols/google/service-account.ts';
import { jsonOf, picture } from '../../support.ts';
import { flipBit, KEY, rejection, serveApp } from '../support.ts';
import { annotator, CLIENTS, serviceAccount } from './support.ts';

const red = (await picture('red')).toString('base64');
const body = {
  requests: [{ image: { content: red }, features: [{ type: 'LABEL_DETECTION', maxResults: 1 }] }],
};
const account = serviceAccount();
const answered = [{ labelAnnotations: [{ description: 'Red' }] }];

function bearer(token: string): OAuth2Client {
  const client = new OAuth2Client();
  client.setCredentials({ access_token: token });
  return client;
}

test.each(CLIENTS)('%s: an API key, a bearer token, and a service account', async (name) => {
  const { port } = await serveApp({ keys: { keys: [KEY, account.key] } });
  const ways = [
    { apiKey: KEY.secret },
    { authClient: bearer(KEY.secret) },
    { credentials: account.credentials },
  ];
  for (const auth of ways) {
    const [{ responses }] = await annotator(port, { name, auth }).batchAnnotateImages(body);
    expect(responses).toMatchObject(answered);
  }
});

test('the API key in the address', async () => {
  const { send } = await serveApp();
  const post = { method: 'POST', body: JSON.stringify(body) };
  expect((await send(`/v1/images:annotate?key=${KEY.secret}`, post)).status).toBe(200);
  expect((await send('/v1/images:annotate?key=wrong', post)).status).toBe(400);
});

test.each([
  ['no credentials', () => ({ authClient: new PassThroughClient() }), 'CREDENTIALS_MISSING'],
  ['a wrong token', () => ({ authClient: bearer('wrong') }), 'ACCESS_TOKEN_TYPE_UNSUPPORTED'],
  [
    'a service account that is not known',
    () => ({ credentials: serviceAccount('stranger@local.iam.example').credentials }),
    'ACCOUNT_STATE_INVALID',
  ],
  [
    'another private key of a known account',
    () => ({ credentials: serviceAccount().credentials }),
    'ACCOUNT_STATE_INVALID',
  ],
])('%s', async (_, auth, reason) => {
  const { port } = await serveApp({ keys: { keys: [KEY, account.key] } });
  const error = await rejection(annotator(port, { name: '6.x v1', auth: auth() }).batchAnnotateImages(body));
  expect(error).toMatchObject({ code: 16, reason });
});

test.each(
  CLIENTS.flatMap((name) => [
    [name, 'an hour is what a token lives', 59 * 60, undefined] as const,
    [name, 'a token of the past is refused', 66 * 60, 'ACCESS_TOKEN_EXPIRED'] as const,
    [name, 'so is one of the future', -6 * 60, 'ACCESS_TOKEN_EXPIRED'] as const,
  ]),
)('%s: %s', async (name, _, seconds, reason) => {
  const keys = { keys: [account.key] };
  const { port } = await serveApp({ keys, clock: () => Date.now() + seconds * 1000 });
  const call = annotator(port, { name, auth: { credentials: account.credentials } }).batchAnnotateImages(
    body,
  );
  if (reason === undefined) expect((await call)[0].responses).toMatchObject(answered);
  // Version 5 hands on the status alone, version 6 the vendor's code and reason.
  else if (name === '6.x v1') expect(await rejection(call)).toMatchObject({ code: 16, reason });
  else expect(await rejection(call)).toMatchObject({ code: 401 });
});

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(claims: object = {}, header: object = { alg: 'RS256', typ: 'JWT', kid: 'key-1' }): string {
  const now = Math.floor(Date.now() / 1000);
  const { id } = account.key;
  const scope = 'https://www.googleapis.com/auth/cloud-vision';
  const signed = `${encoded(header)}.${encoded({ iss: id, sub: id, iat: now, exp: now + 3600, scope, ...claims })}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(account.privateKey, 'base64url')}`;
}

test.each([
  ['for this service', token(), 200],
  ['for another service', token({ scope: 'https://www.googleapis.com/auth/devstorage.read_only' }), 401],
  [
    'for an audience instead of a scope',
    token({ scope: undefined, aud: 'https://vision.googleapis.com/' }),
    200,
  ],
  ['on behalf of somebody else', token({ sub: 'somebody@else.example' }), 401],
  ['that lives too long', token({ exp: Math.floor(Date.now() / 1000) + 90_000 }), 401],
  ['without a signature', token({}, { alg: 'none' }), 401],
  ['that claims to be signed with the public key as a secret', token({}, { alg: 'HS256' }), 401],
])('a token %s', async (_, text, status) => {
  const { send } = await serveApp({ keys: { keys: [account.key] } });
  const headers = { authorization: `Bearer ${text}` };
  const response = await send('/v1/images:annotate', { method: 'POST', headers, body: JSON.stringify(body) });
  expect(response.status).toBe(status);
});

test('a bit that is flipped anywhere in a token is refused', () => {
  const whole = token();
  fc.assert(
    fc.property(fc.nat(), (at) => {
      const forged = readServiceAccountToken(flipBit(whole, at));
      expect(forged !== undefined && verifyServiceAccountToken(forged, account.key.publicKey)).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

test('a public key is no secret: it opens nothing by itself', async () => {
  const { send } = await serveApp({ keys: { keys: [account.key] } });
  const single = account.key.publicKey.replaceAll('\n', '');
  for (const secret of [single, encodeURIComponent(account.key.publicKey)]) {
    const response = await send(`/v1/images:annotate?key=${encodeURIComponent(secret)}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(400);
    expect(await jsonOf(response)).toMatchObject({ error: { status: 'INVALID_ARGUMENT' } });
  }
  const raw = await send(`/v1/images:annotate?key=${encodeURIComponent(account.key.publicKey)}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  expect(raw.status).toBe(400);
});
