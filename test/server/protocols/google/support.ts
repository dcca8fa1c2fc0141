import { generateKeyPairSync } from 'node:crypto';
import { ImageAnnotatorClient, v1, v1p4beta1 } from '@google-cloud/vision';
import { ImageAnnotatorClient as ImageAnnotatorClient6 } from 'google-cloud-vision-6';
import { onTestFinished } from 'vitest';
import { KEY } from '../support.ts';

/** A batch as the vendor's clients take it, and what they hand back. */
export interface Annotator {
  batchAnnotateImages(request: object): Promise<readonly [Batch, ...unknown[]]>;
}
export interface Batch {
  // The clients' own types differ between majors and versions; tests look at members.
  readonly responses?: readonly Record<string, unknown>[] | null;
}

/** The vendor's clients over REST, by major version and version of the API. */
export const CLIENTS = ['5.x v1', '5.x v1p4beta1', '6.x v1'] as const;
export type ClientName = (typeof CLIENTS)[number];

function optionsFor(port: number, auth: object) {
  return {
    fallback: 'rest',
    protocol: 'http',
    apiEndpoint: '127.0.0.1',
    port,
    projectId: 'local',
    ...auth,
  } as const;
}

/**
 * Makes a client of the vendor.
 *
 * @param auth its options for authentication (default: the test key as API key)
 */
export function annotator(
  port: number,
  { name = '5.x v1', auth = { apiKey: KEY.secret } }: { name?: ClientName; auth?: object } = {},
): Annotator {
  const options = optionsFor(port, auth);
  const client =
    name === '6.x v1'
      ? new ImageAnnotatorClient6({ ...options, fallback: true })
      : name === '5.x v1'
        ? new v1.ImageAnnotatorClient(options)
        : new v1p4beta1.ImageAnnotatorClient(options);
  onTestFinished(async () => {
    await client.close();
  });
  return client as Annotator;
}

/** The client with the vendor's helpers for one picture. */
export function helpers(port: number): ImageAnnotatorClient {
  const client = new ImageAnnotatorClient(optionsFor(port, { apiKey: KEY.secret }));
  onTestFinished(() => client.close());
  return client;
}

/** A service account and the key that lets it in. */
export function serviceAccount(email = 'robot@local.iam.example') {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    key: { id: email, publicKey },
    privateKey,
    credentials: { client_email: email, private_key: privateKey, private_key_id: 'key-1' },
  };
}
