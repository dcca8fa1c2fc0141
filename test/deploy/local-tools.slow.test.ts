import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createNetServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpackArchive } from '../../src/deploy/emulate/unpack.ts';
import { PACKAGE_ROOT } from '../../src/deploy/pack/source.ts';
import { lambdaHttpGateway } from '../../src/platforms/lambda/gateways/http.ts';
import { gatewayRequest } from '../platforms/ways.ts';
import { openWorkshop, picture, type Workshop } from './support.ts';

/** A packed Lambda function in the hands of tools that know nothing of Pictor. */
let shop: Workshop;
let folder: string;
let blue: Buffer;
beforeAll(async () => {
  shop = await openWorkshop();
  const { file } = await shop.pack('lambda.zip', { platform: 'lambda', backend: 'wasm', boot: false });
  folder = join(shop.folder, 'service');
  await mkdir(folder);
  await unpackArchive(file, folder);
  blue = await picture('#1010d0');
}, 60_000);
afterAll(() => shop[Symbol.asyncDispose]());

const firstOf = (answer: unknown) => Object.keys((answer as { prediction: object }).prediction)[0];

describe('serverless-offline', () => {
  it('serves the archive as REST API and as HTTP API', async () => {
    const [http, lambda, alb] = [await freePort(), await freePort(), await freePort()];
    await writeFile(
      join(folder, 'serverless.yml'),
      `service: pictor
provider:
  name: aws
  runtime: nodejs20.x
  timeout: 25
plugins:
  - serverless-offline
functions:
  rest:
    handler: index.handler
    events:
      - http: { path: 'image', method: post }
  http:
    handler: index.handler
    events:
      - httpApi: { path: '/v1/classify', method: post }
custom:
  serverless-offline:
    httpPort: ${http}
    lambdaPort: ${lambda}
    albPort: ${alb}
    noPrependStageInUrl: true
`,
    );
    const { child, output } = start(
      process.execPath,
      [
        join(PACKAGE_ROOT, 'node_modules/serverless/bin/serverless.js'),
        'offline',
        'start',
        '--noSponsor',
        '--useInProcess',
      ],
      folder,
      { NODE_PATH: join(PACKAGE_ROOT, 'node_modules') },
    );
    try {
      await untilListening(http, child, output);
      const base64 = blue.toString('base64');
      const rest = await fetch(`http://127.0.0.1:${http}/image`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ picture: base64 }),
      });
      expect(firstOf(await rest.json()), output()).toBe('blue');
      const bytes = await fetch(`http://127.0.0.1:${http}/image`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: new Uint8Array(blue),
      });
      expect(firstOf(await bytes.json())).toBe('blue');
      const httpApi = await fetch(`http://127.0.0.1:${http}/v1/classify`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ picture: base64 }),
      });
      expect(await httpApi.json()).toMatchObject({
        model: 'colours',
        predictions: [{ label: 'blue' }, {}, {}],
      });
      // The tool turns the bytes of pictures into text: nothing is guessed, and the answer says what to switch on.
      const damaged = await fetch(`http://127.0.0.1:${http}/image`, {
        method: 'POST',
        headers: { 'content-type': 'image/jpeg' },
        body: new Uint8Array(blue),
      });
      expect(await damaged.json()).toMatchObject({ error: { code: 'BODY_INVALID' } });
    } finally {
      await stop(child);
    }
  }, 90_000);
});

describe("AWS's Runtime API", () => {
  it('hands events to the archive and takes its answers', async () => {
    const api = await runtimeApi([
      lambdaHttpGateway().toEvent(
        gatewayRequest({ url: '/image', headers: { 'Content-Type': 'image/jpeg' }, body: blue }),
      ),
      { source: 'aws.events' },
      { nothing: 'that is known' },
    ]);
    const runtime = join(shop.folder, 'runtime.cjs');
    await writeFile(runtime, RUNTIME);
    const { child } = start(process.execPath, [runtime], folder, {
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${api.port}`,
      LAMBDA_TASK_ROOT: folder,
      _HANDLER: 'index.handler',
    });
    try {
      const [answer, warmUp, other] = (await api.answers) as { statusCode: number; body: string }[];
      expect(answer?.statusCode).toBe(200);
      expect(firstOf(JSON.parse(answer?.body ?? ''))).toBe('blue');
      expect(warmUp?.statusCode).toBe(200);
      expect(other?.statusCode).toBe(400);
    } finally {
      await stop(child);
      api.close();
    }
  }, 60_000);
});

/** The least that a runtime does: asks for the next event, calls the handler, posts the result. */
const RUNTIME = `
const [file, name] = process.env._HANDLER.split('.');
const handler = require(process.env.LAMBDA_TASK_ROOT + '/' + file + '.js')[name];
const base = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/';
(async () => {
  for (;;) {
    const next = await fetch(base + 'next');
    const id = next.headers.get('lambda-runtime-aws-request-id');
    const deadline = Number(next.headers.get('lambda-runtime-deadline-ms'));
    const context = { awsRequestId: id, getRemainingTimeInMillis: () => deadline - Date.now() };
    const result = await handler(await next.json(), context);
    await fetch(base + id + '/response', { method: 'POST', body: JSON.stringify(result) });
  }
})();
`;

/** The platform's side of the Runtime API: gives the events out one after another and collects the answers. */
async function runtimeApi(events: readonly unknown[]) {
  let given = 0;
  const taken: unknown[] = [];
  let done: (answers: unknown[]) => void = () => {};
  const answers = new Promise<unknown[]>((resolve) => {
    done = resolve;
  });
  const server = createServer((request, response) => {
    if (request.url?.endsWith('/invocation/next')) {
      // The runtime waits until there is an event.
      if (given === events.length) return;
      response.setHeader('Lambda-Runtime-Aws-Request-Id', `id-${given}`);
      response.setHeader('Lambda-Runtime-Deadline-Ms', String(Date.now() + 30_000));
      response.setHeader('Lambda-Runtime-Invoked-Function-Arn', 'arn:aws:lambda:eu-west-1:1:function:pictor');
      response.end(JSON.stringify(events[given++]));
      return;
    }
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      taken.push(JSON.parse(body));
      response.writeHead(202).end();
      if (taken.length === events.length) done(taken);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { port, answers, close };
}

function start(file: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>>) {
  let text = '';
  const child = spawn(file, [...args], {
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: shop.folder,
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'y',
      ...env,
    },
  });
  const add = (chunk: Buffer) => {
    text += chunk.toString('utf8');
  };
  child.stdout.on('data', add);
  child.stderr.on('data', add);
  return { child, output: () => text };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'close');
}

async function untilListening(port: number, child: ChildProcess, output: () => string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(output());
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (answer !== undefined) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function freePort(): Promise<number> {
  const server = createNetServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
