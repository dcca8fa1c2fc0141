import { RekognitionClient, type RekognitionClientConfig } from '@aws-sdk/client-rekognition';
import { onTestFinished } from 'vitest';
import { KEY } from '../support.ts';

interface ClientSettings extends Pick<RekognitionClientConfig, 'maxAttempts'> {
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  readonly region?: string;
  /** Added to the endpoint. */
  readonly path?: string;
}

/** The vendor's client. It does not try again unless a test wants it to. */
export function rekognition(host: string, settings: ClientSettings = {}): RekognitionClient {
  const { accessKeyId = KEY.id, secretAccessKey = KEY.secret, sessionToken } = settings;
  const { region = 'eu-west-1', path = '', maxAttempts = 1 } = settings;
  const client = new RekognitionClient({
    region,
    endpoint: `http://${host}${path}`,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
    maxAttempts,
  });
  onTestFinished(() => client.destroy());
  return client;
}
