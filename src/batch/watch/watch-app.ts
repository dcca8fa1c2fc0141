/**
 * What a run shows to those who look on: its report, its metrics, and the dashboard of its queue.
 *
 * @module
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import { toPictorError } from '../../errors.ts';
import type { ChunkQueue } from '../executors/bullmq/backend.ts';
import type { Place } from '../place/types.ts';
import { reportPage } from '../report/report.ts';
import { createTally } from '../report/tally.ts';
import { thumbnail } from '../report/thumbnail.ts';
import { statusOf } from '../status.ts';
import type { BatchPlan } from '../types.ts';
import { runMetrics } from './run-metrics.ts';

/** Milliseconds for which one look at the place serves all who ask. */
const FRESH_MS = 5_000;

export const BOARD_PATH = '/queues';

export interface WatchOptions {
  readonly plan: BatchPlan;
  readonly place: Place;
  readonly queue?: ChunkQueue;
  /** Who has it sees report and dashboard; without one there is no dashboard. */
  readonly adminKey?: string;
  /** The dashboard, mounted at {@link BOARD_PATH}. */
  readonly board?: Hono;
}

/** The application; `/metrics` and `/healthz` are open, the rest is behind the admin key where there is one. */
export function watchApp({ plan, place, queue, adminKey, board }: WatchOptions): Hono {
  const tally = createTally(plan, place);
  let last = Number.NEGATIVE_INFINITY;
  let looking: ReturnType<typeof look> | undefined;
  async function look() {
    const status = await statusOf(plan, place);
    await tally.update();
    return status;
  }
  const status = () => {
    if (looking === undefined || performance.now() - last > FRESH_MS) {
      last = performance.now();
      looking = look();
      // A look that fails is not kept.
      looking.catch(() => {
        looking = undefined;
      });
    }
    return looking;
  };
  const app = new Hono();
  app.onError((error, c) => {
    const { code, message } = toPictorError(error);
    return c.json({ error: { code, message } }, 500);
  });
  app.get('/healthz', (c) => c.text('ok'));
  app.get('/metrics', async (c) => c.text(await runMetrics(await status(), tally, queue)));
  if (adminKey !== undefined) {
    app.use(async (c, next) => {
      if (holdsKey(c.req.header('authorization'), adminKey)) return next();
      c.header('www-authenticate', 'Basic realm="pictor batch"');
      return c.text('Give the admin key as password, or as Bearer token\n', 401);
    });
    if (board !== undefined) app.route(BOARD_PATH, board);
  }
  app.get('/', async (c) => c.html(await reportPage(plan, await status(), tally, thumbnail)));
  return app;
}

/** A Bearer token, or the password of Basic with any name. */
function holdsKey(header: string | undefined, key: string): boolean {
  const [, scheme = '', value = ''] = /^(Bearer|Basic) +(\S{1,1000})$/i.exec(header ?? '') ?? [];
  const basic = Buffer.from(value, 'base64').toString('utf8');
  const given = scheme.toLowerCase() === 'basic' ? basic.slice(basic.indexOf(':') + 1) : value;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return scheme !== '' && timingSafeEqual(digest(given), digest(key));
}
