import { serveStatic } from '@hono/node-server/serve-static';
import type { Queue } from 'bullmq';
import type { Hono } from 'hono';
import { peer } from '../peer.ts';
import { BOARD_PATH } from './watch-app.ts';

/**
 * Bull Board over the queue of a run.
 *
 * @throws CONFIG_INVALID without its packages
 */
export async function queueBoard(queue: object): Promise<Hono> {
  const load = <Module>(name: string, load: () => Promise<Module>) =>
    peer(name, '@bull-board/api @bull-board/hono', 'CONFIG_INVALID', load);
  const [{ createBullBoard }, { BullMQAdapter }, { HonoAdapter }] = await Promise.all([
    load('@bull-board/api', () => import('@bull-board/api')),
    load('@bull-board/api', () => import('@bull-board/api/bullMQAdapter')),
    load('@bull-board/hono', () => import('@bull-board/hono')),
  ]);
  const serverAdapter = new HonoAdapter(serveStatic);
  serverAdapter.setBasePath(BOARD_PATH);
  createBullBoard({ queues: [new BullMQAdapter(queue as Queue, { readOnlyMode: true })], serverAdapter });
  return serverAdapter.registerPlugin();
}
