import { once } from 'node:events';
import type { Command } from 'commander';
import { PictorError } from '../../../errors.ts';
import { untilInterrupted } from '../../interrupt.ts';
import { integerOption } from '../../options.ts';
import { listen } from './listen.ts';

interface WatchFlags {
  readonly queue?: string;
  readonly host: string;
  readonly port: number;
  readonly board?: boolean;
}

/** Adds `pictor batch watch`. */
export function registerBatchWatch(batch: Command): void {
  batch
    .command('watch')
    .description(
      'serve the report of a run as it goes, /metrics for Prometheus, and the dashboard of its queue',
    )
    .argument('<place>', 'folder or s3://bucket/prefix of the run')
    .option('--queue <address>', 'count what waits in redis://… or postgres://…')
    .option('--board', 'Bull Board at /queues; needs --queue and PICTOR_ADMIN_KEY')
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('-p, --port <port>', 'port; 0 takes any that is free', integerOption(0, 65_535), 9464)
    .addHelpText(
      'after',
      `
PICTOR_ADMIN_KEY: who has it sees report and dashboard (as password, or Bearer token). /metrics is open.

Examples:
  $ pictor batch watch tags/
  $ PICTOR_ADMIN_KEY=… pictor batch watch s3://shop/tags --queue redis://queue:6379 --board --host 0.0.0.0`,
    )
    .action((address: string, flags: WatchFlags) =>
      untilInterrupted((signal) => watch(address, flags, signal)),
    );
}

async function watch(address: string, flags: WatchFlags, signal: AbortSignal): Promise<void> {
  const adminKey = process.env.PICTOR_ADMIN_KEY || undefined;
  if (flags.board && (flags.queue === undefined || adminKey === undefined)) {
    throw new PictorError('OPTION_INVALID', {
      expected: '--queue and the variable PICTOR_ADMIN_KEY with --board',
      received: flags.queue === undefined ? 'no --queue' : 'no PICTOR_ADMIN_KEY',
      fix: 'The dashboard is for whoever has the key: set it',
    });
  }
  const [{ openPlace }, { readPlan }, { watchApp }] = await Promise.all([
    import('../../../batch/place/open-place.ts'),
    import('../../../batch/plan/read-plan.ts'),
    import('../../../batch/watch/watch-app.ts'),
  ]);
  const place = await openPlace(address);
  const plan = await readPlan(place);
  const queue = flags.queue === undefined ? undefined : await openQueue(flags.queue, plan.id);
  try {
    const board = flags.board && queue ? await boardOf(queue.bull) : undefined;
    const app = watchApp({
      plan,
      place,
      ...(queue && { queue }),
      ...(adminKey !== undefined && { adminKey }),
      ...(board && { board }),
    });
    await using server = await listen((request) => app.fetch(request), flags.host, flags.port);
    process.stdout.write(`${server.url}/  ${server.url}/metrics${board ? `  ${server.url}/queues` : ''}\n`);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await queue?.close();
  }
}

async function openQueue(address: string, run: string) {
  const { queueBackend } = await import('../../../batch/executors/bullmq/backend.ts');
  return (await queueBackend(address, run)).openQueue();
}

async function boardOf(queue: object) {
  const { queueBoard } = await import('../../../batch/watch/board.ts');
  return queueBoard(queue);
}
