import { KEY, type Served } from '../support.ts';

const HEADERS = { authorization: `Bearer ${KEY.secret}` };

/** A request with a key, as clients and load testers send it. */
export function ask({ send }: Pick<Served, 'send'>, path: string, body?: object): Promise<Response> {
  if (body === undefined) return send(path, { headers: HEADERS });
  return send(path, { method: 'POST', headers: HEADERS, body: JSON.stringify(body) });
}

/** A request whose tensors follow the JSON as bytes. */
export function askBinary(
  { send }: Pick<Served, 'send'>,
  path: string,
  json: object,
  tensors: readonly Uint8Array[],
): Promise<Response> {
  const head = Buffer.from(JSON.stringify(json));
  return send(path, {
    method: 'POST',
    headers: {
      ...HEADERS,
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(head.byteLength),
    },
    body: Buffer.concat([head, ...tensors]),
  });
}

/** Elements of BYTES: each with its length in front. */
export function elements(...items: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    items.flatMap((item) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(item.byteLength);
      return [length, item];
    }),
  );
}

/** The JSON in front of an answer, and the bytes after it. */
export async function readBinary(response: Response): Promise<{ json: unknown; tail: Buffer }> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const length = Number(response.headers.get('inference-header-content-length'));
  return { json: JSON.parse(bytes.subarray(0, length).toString('utf8')), tail: bytes.subarray(length) };
}
