import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Executor } from '../../../batch/executors/types.ts';
import type { BatchPlan } from '../../../batch/types.ts';
import type { WorkSummary } from '../../../batch/work.ts';
import { integerOption } from '../../options.ts';
import { notice } from '../../render/notices.ts';
import { duration, number } from './describe.ts';
import { followRun } from './progress.ts';

interface WorkFlags {
  readonly queue?: string;
  readonly index?: { readonly index: number; readonly of: number };
  readonly workers?: number;
  readonly chunks: number;
  readonly urls: boolean;
  readonly reuse?: string;
  readonly trustEtags?: boolean;
  readonly metricsPort?: number;
  readonly metricsHost: string;
  readonly json?: boolean;
}

/** Adds `pictor batch work`, and `resume`, which is the same. */
export function registerBatchWork(batch: Command): void {
  batch
    .command('work')
    .alias('resume')
    .description('do what has no part yet; run it again, or on more machines, at any time')
    .argument('<place>', 'folder or s3://bucket/prefix of the run')
    .addOption(
      new Option('--queue <address>', 'share the chunks over redis://… or postgres://…').conflicts('index'),
    )
    .option(
      '--index <i/n>',
      'only the share i of n, from 0; also from JOB_COMPLETION_INDEX and its like',
      indexOption,
    )
    .option(
      '-w, --workers <n>',
      'inference processes (default: as many as the cores allow)',
      integerOption(1, 256),
    )
    .option('--chunks <n>', 'chunks in progress at a time', integerOption(1, 64), 2)
    .option('--no-urls', 'fetch no http(s) addresses')
    .option('--reuse <place>', 'take answers for the same content from another run of the same model')
    .option('--trust-etags', 'take equal ETags of one bucket for the same content, without fetching it')
    .option('--metrics-port <port>', 'serve /metrics of this worker for Prometheus', integerOption(0, 65_535))
    .option('--metrics-host <address>', 'where /metrics listens', '127.0.0.1')
    .option('--json', 'what was done as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ pictor batch work tags/
  $ pictor batch work s3://shop/tags --queue redis://queue:6379
  $ pictor batch work s3://shop/tags --queue postgres://me@db/pictor
  $ for i in 0 1 2 3; do pictor batch work tags/ --index $i/4 & done; wait

SIGTERM and Ctrl-C finish the chunks in progress within 20 s, or give them back.`,
    )
    .action(async (place: string, flags: WorkFlags) => {
      const summary = await work(place, flags);
      const { plan, ...done } = summary;
      process.stdout.write(
        flags.json ? `${JSON.stringify({ plan: plan.id, ...done })}\n` : describe(summary),
      );
    });
}

async function work(address: string, flags: WorkFlags): Promise<WorkSummary> {
  const [{ openPlace }, { workOn }, { openRecognizer }, { openS3 }] = await Promise.all([
    import('../../../batch/place/open-place.ts'),
    import('../../../batch/work.ts'),
    import('../../../batch/run/open-recognizer.ts'),
    import('../../../batch/place/s3-client.ts'),
  ]);
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const place = await openPlace(address);
  const metrics = await serveMetrics(flags);
  const progress = await followRun(place);
  try {
    return await workOn({
      place,
      executor: await executorOf(flags),
      chunksAtOnce: flags.chunks,
      signal: stop.signal,
      async openRecognizer(plan) {
        const earlier = flags.reuse === undefined ? undefined : await answersOf(plan, flags.reuse);
        return openRecognizer(plan, {
          ...(flags.workers !== undefined && { workers: flags.workers }),
          ...(earlier && { earlier }),
          trustEtags: flags.trustEtags ?? false,
          urls: flags.urls,
          s3: async () => openS3(),
        });
      },
      onChunk(report) {
        metrics?.chunk(report);
        progress.chunk(report);
      },
    });
  } finally {
    progress.stop();
    await metrics?.stop();
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
  }
}

async function answersOf(plan: BatchPlan, address: string) {
  const [{ openPlace }, { earlierAnswers }] = await Promise.all([
    import('../../../batch/place/open-place.ts'),
    import('../../../batch/run/earlier-answers.ts'),
  ]);
  const answers = await earlierAnswers(plan, await openPlace(address));
  notice(`${number(answers.size)} answers of ${address} are used again where the content is the same.`);
  return answers;
}

/** Metrics of this worker, where they are asked for. */
async function serveMetrics({ metricsPort, metricsHost }: WorkFlags) {
  if (metricsPort === undefined) return undefined;
  const [{ createWorkerMetrics }, { listen }] = await Promise.all([
    import('../../../batch/watch/worker-metrics.ts'),
    import('./listen.ts'),
  ]);
  const metrics = createWorkerMetrics();
  const answer = async ({ url }: Request) =>
    new URL(url).pathname === '/metrics'
      ? new Response(await metrics.render(), { headers: { 'content-type': 'text/plain; version=0.0.4' } })
      : new Response('Not found\n', { status: 404 });
  const server = await listen(answer, metricsHost, metricsPort);
  notice(`Metrics at ${server.url}/metrics`);
  return { chunk: metrics.chunk, stop: () => server[Symbol.asyncDispose]() };
}

async function executorOf({ queue, index }: WorkFlags): Promise<Executor> {
  const { byIndex, inProcess } = await import('../../../batch/executors/in-process.ts');
  if (queue !== undefined) {
    const { byQueue } = await import('../../../batch/executors/bullmq/bullmq.ts');
    let said = '';
    return byQueue({
      address: queue,
      onTrouble({ message }) {
        if (message === said) return;
        said = message;
        notice(`The queue is away (${message}); work goes on when it is back.`);
      },
    });
  }
  const share = index ?? shareFromEnvironment(process.env);
  return share === undefined ? inProcess : byIndex(share.index, share.of);
}

/** The share that Kubernetes, Cloud Run and AWS Batch give a task. The number of tasks is set by hand where they do not. */
function shareFromEnvironment(env: NodeJS.ProcessEnv): WorkFlags['index'] {
  const index = env.JOB_COMPLETION_INDEX ?? env.CLOUD_RUN_TASK_INDEX ?? env.AWS_BATCH_JOB_ARRAY_INDEX;
  const of = env.PICTOR_BATCH_WORKERS ?? env.CLOUD_RUN_TASK_COUNT ?? env.AWS_BATCH_JOB_ARRAY_SIZE;
  return index === undefined || of === undefined ? undefined : indexOption(`${index}/${of}`);
}

function indexOption(value: string): NonNullable<WorkFlags['index']> {
  const match = /^(\d{1,7})\/(\d{1,7})$/.exec(value);
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || index >= of)
    throw new InvalidArgumentError('Expected a share such as 3/100, counted from 0.');
  return { index, of };
}

function describe({ chunks, rows, failed, ms, plan }: WorkSummary): string {
  if (chunks === 0) return `Nothing was left to do here of the ${number(plan.count)} pictures.\n`;
  const rate = (rows * 1000) / ms;
  const failures = failed === 0 ? '' : `, ${number(failed)} without an answer`;
  return `${number(rows)} pictures in ${duration(ms / 1000)}${failures}, ${rate.toFixed(1)}/s\n`;
}
