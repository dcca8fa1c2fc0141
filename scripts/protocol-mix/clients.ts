/**
 * One client for each protocol of a server: the vendors' own, where they have one.
 *
 * @module
 */
import { Agent } from 'node:http';
import { inspect } from 'node:util';
import { DetectLabelsCommand, RekognitionClient } from '@aws-sdk/client-rekognition';
import { ImageAnnotatorClient } from '@google-cloud/vision';
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core';
import { Logger4jInstance } from '@huaweicloud/huaweicloud-sdk-core/logger/log4jLogger.js';
import { ImageClient, ImageTaggingReq, RunImageTaggingRequest } from '@huaweicloud/huaweicloud-sdk-image';
import { CommonClient } from 'tencentcloud-sdk-nodejs-common';

// The client prints every failed request whole, and many are meant to fail.
Logger4jInstance.level = 'off';

export interface Credentials {
  readonly id: string;
  readonly secret: string;
}

/** What came of a request: names of labels, or the failure in the vendor's own words. */
export type Outcome =
  | { readonly labels: readonly string[]; readonly requestId?: string | undefined }
  | { readonly failure: string; readonly requestId?: string | undefined };

export interface Client {
  readonly protocol: string;
  /** Asks for the labels of a picture, best first. */
  labels(picture: Uint8Array): Promise<Outcome>;
  close(): void | Promise<void>;
}

/**
 * Clients of every protocol for one server, in a fixed order.
 *
 * @param least what the protocols with a threshold of their own are asked for, 0..100 (default 10)
 */
export function clientsOf(port: number, credentials: Credentials, least = 10): readonly Client[] {
  return [tencent, huawei, aws, google, inference, native].map((make) => make(port, credentials, least));
}

function tencent(port: number, { id, secret }: Credentials): Client {
  const agent = new Agent({ keepAlive: true });
  const client = new CommonClient(`127.0.0.1:${port}`, '2019-05-29', {
    credential: { secretId: id, secretKey: secret },
    region: 'ap-guangzhou',
    profile: { httpProfile: { endpoint: `127.0.0.1:${port}`, protocol: 'http://', agent } },
  });
  return {
    protocol: 'tencent',
    labels: (picture) =>
      outcome(
        async () => {
          const { Labels, RequestId } = await client.request('DetectLabelPro', {
            ImageBase64: text(picture),
          });
          const labels: { Name: string }[] = Labels;
          return { labels: labels.map(({ Name }) => Name), requestId: RequestId };
        },
        ({ code, requestId }) => ({ failure: code, requestId }),
      ),
    close: () => agent.destroy(),
  };
}

function huawei(port: number, { id, secret }: Credentials, threshold: number): Client {
  const client = ImageClient.newBuilder()
    .withCredential(new BasicCredentials().withAk(id).withSk(secret).withProjectId('project1'))
    .withEndpoint(`http://127.0.0.1:${port}`)
    .build();
  return {
    protocol: 'huawei',
    labels: (picture) =>
      outcome(
        async () => {
          const body = Object.assign(new ImageTaggingReq(), { image: text(picture), threshold });
          const { result } = await client.runImageTagging(new RunImageTaggingRequest().withBody(body));
          return { labels: (result?.tags ?? []).map(({ tag }) => tag ?? '') };
        },
        ({ errorCode, requestId }) => ({ failure: errorCode, requestId }),
      ),
    close: () => {},
  };
}

function aws(port: number, { id, secret }: Credentials, MinConfidence: number): Client {
  const client = new RekognitionClient({
    region: 'local',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: id, secretAccessKey: secret },
    maxAttempts: 1,
  });
  return {
    protocol: 'aws',
    labels: (Bytes) =>
      outcome(
        async () => {
          const answer = await client.send(new DetectLabelsCommand({ Image: { Bytes }, MinConfidence }));
          const above = new Set(
            answer.Labels?.flatMap(({ Parents }) => Parents?.map(({ Name }) => Name) ?? []),
          );
          const names = answer.Labels?.map(({ Name }) => Name ?? '') ?? [];
          return { labels: names.filter((name) => !above.has(name)), requestId: answer.$metadata.requestId };
        },
        ({ name, $metadata }) => ({
          // Without a status it is no answer of the server.
          failure: $metadata?.httpStatusCode === undefined ? undefined : name,
          requestId: $metadata?.requestId,
        }),
      ),
    close: () => client.destroy(),
  };
}

function google(port: number, { secret }: Credentials): Client {
  const client = new ImageAnnotatorClient({
    fallback: true,
    protocol: 'http',
    apiEndpoint: '127.0.0.1',
    port,
    projectId: 'local',
    apiKey: secret,
  });
  return {
    protocol: 'google',
    labels: (picture) =>
      outcome(
        async () => {
          const image = { content: text(picture) };
          const request = { image, features: [{ type: 'LABEL_DETECTION' as const }] };
          const [{ responses }] = await client.batchAnnotateImages({ requests: [request] });
          const error = responses?.[0]?.error;
          if (error) return { failure: `status ${error.code}` };
          return {
            labels: (responses?.[0]?.labelAnnotations ?? []).map(({ description }) => description ?? ''),
          };
        },
        ({ message }) => ({ failure: /"status":"(\w+)"/.exec(message ?? '')?.[1] }),
      ),
    close: () => client.close(),
  };
}

function inference(port: number, { secret }: Credentials): Client {
  return {
    protocol: 'inference',
    async labels(picture) {
      const inputs = [{ name: 'picture', datatype: 'BYTES', shape: [1], data: [text(picture)] }];
      const outputs = [{ name: 'out', parameters: { classification: 3 } }];
      const { status, requestId, json } = await post(port, '/v2/models/colours/infer', secret, {
        inputs,
        outputs,
      });
      const answer = json as { error?: string; outputs?: { data: string[] }[] };
      if (answer.error !== undefined) return { failure: `${status}`, requestId };
      return { labels: (answer.outputs?.[0]?.data ?? []).map((one) => one.split(':')[2] ?? ''), requestId };
    },
    close: () => {},
  };
}

function native(port: number, { secret }: Credentials): Client {
  return {
    protocol: 'native',
    async labels(picture) {
      const { requestId, json } = await post(port, '/v1/tag', secret, { picture: text(picture) });
      const answer = json as { error?: { code: string }; tags?: { label: string }[] };
      if (answer.error !== undefined) return { failure: answer.error.code, requestId };
      return { labels: (answer.tags ?? []).map(({ label }) => label), requestId };
    },
    close: () => {},
  };
}

async function post(port: number, path: string, secret: string, body: object) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const requestId = response.headers.get('x-request-id') ?? undefined;
  return { status: response.status, requestId, json: (await response.json()) as unknown };
}

/** What the vendors' clients throw, of which each has some members. */
interface Thrown {
  readonly code?: string;
  readonly errorCode?: string;
  readonly name?: string;
  readonly message?: string;
  readonly requestId?: string;
  readonly $metadata?: { readonly requestId?: string; readonly httpStatusCode?: number };
}

async function outcome(
  work: () => Promise<Outcome>,
  failed: (thrown: Thrown) => { failure: string | undefined; requestId?: string | undefined },
): Promise<Outcome> {
  try {
    return await work();
  } catch (thrown) {
    const { failure, requestId } = failed(thrown as Thrown);
    return {
      failure:
        failure ?? `no answer: ${inspect(thrown, { depth: 1, breakLength: Number.POSITIVE_INFINITY })}`,
      requestId,
    };
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
