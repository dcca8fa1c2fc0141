/**
 * Measures the processor time that a protocol adds to a request, over an application whose models answer at once: what
 * stays is reading the request, verifying the signature, mapping options and answer.
 *
 *     npx tsx scripts/protocol-cost.ts --requests 2000
 *
 * Requests are signed beforehand, so that signing is not measured. Prints one JSON object.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEngine } from '../src/engine/engine.ts';
import type { Inference } from '../src/engine/types.ts';
import { createApp } from '../src/server/app.ts';
import { writeSmallModel } from '../test/support/small-models.ts';
import { clientsOf } from './protocol-mix/clients.ts';

const { values } = parseArgs({ options: { requests: { type: 'string', default: '2000' } } });

const KEY = { id: 'AKIDpictorcost', secret: 'secret-of-the-cost-measurement' } as const;
const photo = await readFile(new URL('../examples/photos/cat.jpg', import.meta.url));
const count = Number(values.requests);

/** What each client sends for the photograph, taken down by a server that refuses everything. */
async function record(): Promise<ReadonlyMap<string, Request>> {
  const recorded = new Map<string, Request>();
  let protocol = '';
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.entries(request.headersDistinct).map(([name, all]): [string, string] => [
        name,
        (all ?? []).join(', '),
      ]);
      recorded.set(
        protocol,
        new Request(`http://${request.headers.host}${request.url}`, {
          method: 'POST',
          headers,
          body: Buffer.concat(chunks),
        }),
      );
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{}}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  for (const client of clientsOf(port, KEY)) {
    protocol = client.protocol;
    await client.labels(photo);
    await client.close();
  }
  server.closeAllConnections();
  server.close();
  return recorded;
}

const folder = await mkdtemp(join(tmpdir(), 'pictor-cost-'));
const { path } = await writeSmallModel(folder, 'colours');
const engine = createEngine({ workers: 1, singleFlight: false });
let known: Inference | undefined;
const app = createApp({
  models: [path],
  keys: { keys: [KEY] },
  engine: {
    prepare: () => engine.prepare(),
    async open(model, options) {
      const session = await engine.open(model, options);
      return {
        model: session.model,
        backend: session.backend,
        state: session.state,
        inputs: session.inputs,
        outputs: session.outputs,
        run: (feeds, runOptions) => session.run(feeds, runOptions),
        async infer(picture, inferOptions) {
          known ??= await session.infer(picture, inferOptions);
          return known;
        },
        close: () => session.close(),
        [Symbol.asyncDispose]: () => session.close(),
      };
    },
    check: (options) => engine.check(options),
    stats: () => engine.stats(),
    subscribe: (listener) => engine.subscribe(listener),
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  },
});
await app.start();

const requests = await record();
const milliseconds: Record<string, number> = {};
for (const [protocol, request] of requests) {
  const body = await request.clone().arrayBuffer();
  const ask = () =>
    app.fetch(new Request(request.url, { method: 'POST', headers: request.headers, body: body.slice(0) }));
  const first = await ask();
  if (first.status !== 200) throw new Error(`${protocol}: ${first.status} ${await first.text()}`);
  for (let i = 0; i < count / 10; i++) await (await ask()).arrayBuffer();
  const before = process.cpuUsage();
  for (let i = 0; i < count; i++) await (await ask()).arrayBuffer();
  const { user, system } = process.cpuUsage(before);
  milliseconds[protocol] = (user + system) / 1000 / count;
}

await app.close();
await engine.close();
await rm(folder, { recursive: true, force: true });

const native = milliseconds['native'] ?? Number.NaN;
console.log(
  JSON.stringify({
    node: process.version,
    requests: count,
    pictureBytes: photo.byteLength,
    pictureSha256: createHash('sha256').update(photo).digest('hex'),
    millisecondsPerRequest: milliseconds,
    addedToTheNativeApi: Object.fromEntries(
      Object.entries(milliseconds).map(([protocol, ms]) => [protocol, ms - native]),
    ),
  }),
);
