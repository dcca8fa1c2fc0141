/**
 * Recognition inside a Hono site: a route of one's own, and the whole API below /vision.
 *
 *     npx tsx examples/hono.ts
 *     curl --data-binary @examples/photos/cat.jpg -H 'Content-Type: image/jpeg' http://localhost:3000/alt-text
 *     curl --data-binary @examples/photos/cat.jpg -H 'Content-Type: image/jpeg' http://localhost:3000/vision/v1/tag
 */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { createEngine, isPictorError, load } from 'pictor';
import { createApp } from 'pictor/server';

const reference = process.env.MODEL ?? 'centernet';
const engine = createEngine();
const tagger = await load(reference, { task: 'detect', engine });
const vision = createApp({ models: [reference], engine });
await vision.start();

const site = new Hono();
site.post('/alt-text', async (context) => {
  const { tags } = await tagger.tag(await context.req.arrayBuffer(), { signal: context.req.raw.signal });
  const things = tags.map(({ label, instances }) =>
    instances.length > 1 ? `${instances.length} × ${label}` : label,
  );
  return context.json({ alt: things.length > 0 ? `A picture of ${things.join(', ')}` : 'A picture' });
});
site.mount('/vision', (request) => vision.fetch(request));
site.onError((error, context) => {
  if (!isPictorError(error)) throw error;
  return Response.json({ error }, { status: error.status, headers: context.res.headers });
});

const server = serve({ fetch: site.fetch, port: Number(process.env.PORT ?? 3000) }, ({ port }) =>
  console.log(`http://localhost:${port}`),
);
process.once('SIGTERM', () => {
  server.close(async () => {
    await vision.close();
    await engine.close();
  });
});
