import { once } from 'node:events';
import azureFunctions from '@azure/functions';
import { http } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import * as azure from '../../src/platforms/azure/runtime/index.ts';
import { type ServableApp, serveContainer } from '../../src/platforms/container/runtime/index.ts';
import * as fc from '../../src/platforms/fc/runtime/index.ts';
import * as functiongraph from '../../src/platforms/functiongraph/runtime/index.ts';
import * as gcf from '../../src/platforms/gcf/runtime/index.ts';
import * as lambda from '../../src/platforms/lambda/runtime/index.ts';
import * as scf from '../../src/platforms/scf/runtime/index.ts';
import { gatewayFor, gatewaysOf } from './gateways.ts';
import { type Ask, describePlatform, type Got, HASTY_MS, type Way } from './suite.ts';
import { throughGateway } from './ways.ts';

for (const [trigger, gateway] of Object.entries(gatewaysOf('scf'))) {
  describePlatform(`scf, ${trigger}`, (app) => {
    const handler = scf.createHandler(app);
    return throughGateway(gateway, (event, ms) =>
      handler(event, { request_id: 'r-1', time_limit_in_ms: ms ?? 30_000 }),
    );
  });
}

for (const [trigger, gateway] of Object.entries(gatewaysOf('lambda'))) {
  describePlatform(`lambda, ${trigger}`, (app) => {
    const handler = lambda.createHandler(app);
    return throughGateway(gateway, (event, ms) =>
      handler(event, { awsRequestId: 'r-1', getRemainingTimeInMillis: () => ms ?? 30_000 }),
    );
  });
}

describePlatform('fc, http', (app) => {
  const handler = fc.createHandler(app);
  return throughGateway(gatewayFor('fc', 'http'), (event, ms) =>
    handler(Buffer.from(JSON.stringify(event)), {
      requestId: 'r-1',
      function: { timeout: (ms ?? 30_000) / 1000 },
    }),
  );
});

describePlatform('functiongraph, apig', (app) => {
  const handler = functiongraph.createHandler(app);
  return throughGateway(gatewayFor('functiongraph', 'apig'), (event, ms) =>
    handler(event, { getRequestID: () => 'r-1', getRemainingTimeInMilliSeconds: () => ms ?? 30_000 }),
  );
});

/** The framework that Google runs in front of a function. */
describePlatform('gcf, functions framework', async (app) => {
  const open = async (name: string, timeoutMs: number) => {
    http(name, gcf.createHandler(app, { timeoutMs }));
    return overHttp(getTestServer(name));
  };
  const usual = await open('usual', 30_000);
  const hasty = await open('hasty', HASTY_MS);
  return inTwoPaces(usual, hasty);
});

describePlatform('azure, model 4', (app) => {
  const way = (handler: ReturnType<typeof azure.createHandler>) => async (ask: Ask) => {
    const result = await handler(
      new azureFunctions.HttpRequest({
        method: ask.method ?? 'POST',
        url: `https://pictor.azurewebsites.net${ask.url}`,
        headers: { ...ask.headers },
        ...(ask.body && { body: { bytes: ask.body } }),
      }),
      new azureFunctions.InvocationContext({ functionName: 'pictor', invocationId: 'r-1' }),
    );
    const { status, headers, body } = new azureFunctions.HttpResponse(result);
    return { status, headers: new Headers([...headers]), body: await bytesOf(body) };
  };
  return inTwoPaces(
    { call: way(azure.createHandler(app)) },
    { call: way(azure.createHandler(app, { timeoutMs: HASTY_MS })) },
  );
});

/** The application bounds its own requests. */
describePlatform('container', async (app, openHasty) => {
  const open = async (own: ServableApp): Promise<Way> => {
    const server = await serveContainer(own, { port: 0, host: '127.0.0.1', signals: false });
    return { call: (ask) => fetchWay(server.port, ask), close: () => server.close() };
  };
  return inTwoPaces(await open(app), await open(await openHasty()));
});

/** Where the platform's time is an option of the handler, there are two handlers. */
function inTwoPaces(usual: Way, hasty: Way): Way {
  return {
    call: (ask, timeoutMs) => (timeoutMs === undefined ? usual : hasty).call(ask),
    async close() {
      await usual.close?.();
      await hasty.close?.();
    },
  };
}

async function overHttp(server: ReturnType<typeof getTestServer>): Promise<Way> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    call: (ask) => fetchWay(port, ask),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function fetchWay(port: number, ask: Ask): Promise<Got> {
  const response = await fetch(`http://127.0.0.1:${port}${ask.url}`, {
    method: ask.method ?? 'POST',
    headers: { ...ask.headers },
    ...(ask.body && { body: new Uint8Array(ask.body) }),
  });
  const body = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, body };
}

async function bytesOf(body: unknown): Promise<Buffer> {
  const stream = body as AsyncIterable<Uint8Array> | null;
  const chunks: Uint8Array[] = [];
  if (stream !== null) for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
