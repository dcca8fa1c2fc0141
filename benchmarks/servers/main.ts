/**
 * One HTTP server in a process of its own: `main.ts <kind> <model as JSON> <settings as JSON>`. Prints its port; then
 * answers each line on standard input with what the process used since the last one.
 *
 * @module
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { BenchModel, Contender } from '../contenders/contender.ts';
import type { ServerSettings, Usage } from './server.ts';

const [kind = '', modelJson = '', settingsJson = ''] = process.argv.slice(2);
const model = JSON.parse(modelJson) as BenchModel;
const settings = JSON.parse(settingsJson) as ServerSettings;
const built = new URL('../../dist/bundle/server.js', import.meta.url).href;

const server = kind === 'pictor' ? await startPictor() : await startHono();
process.stdout.write(`${JSON.stringify({ port: server.port })}\n`);

/** Milliseconds between two looks; more often would disturb what is measured. It is part of every value. */
const RESOLUTION = 10;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
delay.enable();
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'close') break;
  const usage: Usage = {
    eventLoopDelayP99Ms: Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION),
  };
  process.stdout.write(`${JSON.stringify(usage)}\n`);
  delay.reset();
}
await server.close();

async function startPictor(): Promise<{ port: number; close(): Promise<void> }> {
  const pictor = (await import(built)) as typeof import('../../src/server/index.ts');
  const { cores, deadlineMs } = settings;
  const running = await pictor.serve({
    port: 0,
    models: [model.manifest],
    engine: { workers: cores, singleFlight: false },
    ...(deadlineMs !== undefined && { limits: { deadlineMs } }),
  });
  await running.ready;
  return running;
}

/** The server that one would write around a library: Hono, one route, the call in it. */
async function startHono(): Promise<{ port: number; close(): Promise<void> }> {
  const { createContender } = (await import(`../contenders/${kind}.ts`)) as {
    createContender(): Contender | Promise<Contender>;
  };
  const contender = await createContender();
  const topFive = await contender.load(model, settings);
  const app = new Hono();
  app.get('/healthz', (context) => context.json({ status: 'ok' }));
  app.post('/v1/classify', async (context) => {
    const jpeg = new Uint8Array(await context.req.arrayBuffer());
    return context.json({ predictions: await topFive(jpeg) });
  });
  return new Promise((resolve) => {
    const listening = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) =>
      resolve({
        port,
        async close() {
          listening.close();
          await contender.close();
        },
      }),
    );
  });
}
