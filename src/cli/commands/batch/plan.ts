import { type Command, Option } from 'commander';
import { BATCH_TASKS } from '../../../batch/batch-tasks.ts';
import type { BatchInput, BatchPlan } from '../../../batch/types.ts';
import { PictorError } from '../../../errors.ts';
import { untilInterrupted } from '../../interrupt.ts';
import { fractionOption, integerOption } from '../../options.ts';
import { notice } from '../../render/notices.ts';
import { describePlan } from './describe.ts';

interface PlanFlags {
  readonly task: BatchPlan['task'];
  readonly out: string;
  readonly model?: string;
  readonly chunk: number | 'auto';
  readonly column?: string;
  readonly top?: number;
  readonly minScore?: number;
  readonly gzip?: boolean;
  readonly json?: boolean;
}

/** Adds `pictor batch plan`. */
export function registerBatchPlan(batch: Command): void {
  batch
    .command('plan')
    .description('freeze what is to be done; the same inputs give the same plan')
    .argument('<source>', 'folder, glob, list (.txt, .csv, .tsv, .jsonl, .parquet), or s3://bucket/prefix/')
    .addOption(
      new Option('--task <task>', 'what is asked of each picture').choices(BATCH_TASKS).default('tag'),
    )
    .requiredOption('--out <place>', 'folder or s3://bucket/prefix that the run lies in')
    .option('-m, --model <id>', 'model (default: the default one of the task)')
    .option(
      '--chunk <n>',
      'pictures in a chunk; `auto` measures what five seconds of work are here',
      (value) => (value === 'auto' ? value : integerOption(1, 100_000)(value)),
      'auto' as const,
    )
    .option('--column <name>', 'column or field of a list with the addresses')
    .option('-t, --top <n>', 'labels for each picture', integerOption(1, 1000))
    .option('--min-score <fraction>', 'leave out what is less likely', fractionOption)
    .option('--gzip', 'compress the parts')
    .option('--json', 'the plan as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ pictor batch plan s3://shop/photos/ --task tag --out s3://shop/tags
  $ pictor batch plan manifest.jsonl --task moderate --out moderated/     {"source-ref": "s3://…"} on each line
  $ pictor batch plan products.csv --column image_url --task classify --out classes/

S3: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_PROFILE; AWS_ENDPOINT_URL_S3 for other servers.`,
    )
    .action(async (source: string, flags: PlanFlags) => {
      const plan = await untilInterrupted((signal) => make(source, flags, signal));
      process.stdout.write(flags.json ? `${JSON.stringify(plan, null, 2)}\n` : describePlan(plan, flags.out));
    });
}

async function make(source: string, flags: PlanFlags, signal: AbortSignal): Promise<BatchPlan> {
  const [
    { openPlace },
    { makePlan },
    { findPlan },
    { SAMPLE },
    { readSource },
    { openS3 },
    { openModelStore },
    { defaultModel },
  ] = await Promise.all([
    import('../../../batch/place/open-place.ts'),
    import('../../../batch/plan/make-plan.ts'),
    import('../../../batch/plan/read-plan.ts'),
    import('../../../batch/plan/chunk-size.ts'),
    import('../../../batch/plan/read-source.ts'),
    import('../../../batch/place/s3-client.ts'),
    import('../../../models/store/store.ts'),
    import('../../../tasks/default-model.ts'),
  ]);
  const { task, chunk, column, gzip = false } = flags;
  const store = openModelStore();
  const { manifest } =
    flags.model === undefined
      ? await defaultModel(store, { allowPull: true, task, signal })
      : await store.resolve(flags.model, { signal });
  const sha256 = manifest.files[0]?.sha256;
  if (sha256 === undefined) throw new PictorError('MODEL_MANIFEST_INVALID', { received: manifest.id });
  const place = await openPlace(flags.out);
  const found = readSource(source, { ...(column !== undefined && { column }), s3: async () => openS3() });
  const model = { id: flags.model ?? manifest.id, sha256 };
  const request = { source, task, options: optionsOf(flags), model, gzip };
  if (chunk !== 'auto') return makePlan({ ...request, inputs: found, chunk }, place);
  const { sample, inputs } = await peeked(found, SAMPLE);
  // The same inputs give the same plan: what was measured once stands.
  const size = (await findPlan(place))?.chunk ?? (await measured(request, sample, signal));
  return makePlan({ ...request, inputs, chunk: size }, place);
}

/** Measures what a chunk should have with the model and options of a plan. */
async function measured(
  { task, options, model }: Pick<BatchPlan, 'task' | 'options' | 'model'>,
  sample: readonly BatchInput[],
  signal: AbortSignal,
): Promise<number> {
  const [{ openRecognizer }, { measuredChunk }, { openS3 }] = await Promise.all([
    import('../../../batch/run/open-recognizer.ts'),
    import('../../../batch/plan/chunk-size.ts'),
    import('../../../batch/place/s3-client.ts'),
  ]);
  await using recognizer = await openRecognizer({ task, options, model }, { s3: async () => openS3() });
  const { chunk, rate } = await measuredChunk(sample, recognizer, signal);
  notice(
    rate === undefined
      ? `No picture of the first ${sample.length} could be measured: chunks of ${chunk}.`
      : `${rate.toFixed(1)} pictures/s on this machine: chunks of ${chunk}.`,
  );
  return chunk;
}

/** The first items, and all of them. */
async function peeked<Item>(source: AsyncGenerator<Item>, count: number) {
  const sample: Item[] = [];
  while (sample.length < count) {
    const { done, value } = await source.next();
    if (done) break;
    sample.push(value);
  }
  async function* inputs() {
    yield* sample;
    yield* source;
  }
  return { sample, inputs: inputs() };
}

/** The options of the library that the flags stand for. */
function optionsOf({ task, top, minScore }: PlanFlags): Record<string, unknown> {
  const name = {
    classify: 'topK',
    tag: 'maxTags',
    detect: 'maxDetections',
    moderate: undefined,
    embed: undefined,
  }[task];
  const refused = (flag: string) =>
    new PictorError('OPTION_INVALID', { expected: `no ${flag} with --task ${task}`, received: flag });
  if (top !== undefined && name === undefined) throw refused('--top');
  if (minScore !== undefined && name === undefined) throw refused('--min-score');
  return {
    ...(top !== undefined && name !== undefined && { [name]: top }),
    ...(minScore !== undefined && { minScore }),
  };
}
