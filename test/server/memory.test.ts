import { expect, test } from 'vitest';
import { openApp, picture } from './support.ts';

/** Requests before memory is looked at: code is compiled and pools have their size. */
const WARM_UP = 150;
const REQUESTS = 300;
/** Room for noise; a body of 1 MB that stays behind for each request would be 300 MB. */
const ROOM_BYTES = 60 * 1024 * 1024;

test('bodies do not stay behind', async () => {
  const { send } = await openApp();
  const base64 = (await picture('red')).toString('base64');
  // White space may stand in base64: the body is large, the picture is not.
  const body = JSON.stringify({ picture: base64 + ' '.repeat(1_000_000) });
  const load = async (count: number) => {
    for (let i = 0; i < count; i++) expect((await send('/image', { method: 'POST', body })).status).toBe(200);
  };
  await load(WARM_UP);
  const before = process.memoryUsage().rss;
  await load(REQUESTS);
  expect(process.memoryUsage().rss - before).toBeLessThan(ROOM_BYTES);
  const metrics = await (await send('/metrics')).text();
  expect(metrics).toMatch(/^pictor_held_body_bytes 0$/m);
  expect(metrics).toMatch(/^pictor_requests_in_flight 0$/m);
}, 60_000);
