/**
 * Training as a job: pictures that were uploaded, or a folder that the operator permitted.
 *
 * @module
 */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { PictorError } from '../../../errors.ts';
import type { TrainEvent, TrainProgress } from '../../../training/options.ts';
import type { TrainJob, TrainOutcome, TrainTask } from '../../../training/process/protocol.ts';
import type { Job, JobContext, JobKind, JobProgress, Json } from '../types.ts';

/** Name of an uploaded archive in the job's input folder. */
export const ARCHIVE = 'pictures.zip';
/** Folder that it is unpacked to, beside it. */
const UNPACKED = 'pictures';

const fineTune = z.object({
  layers: z.union([z.enum(['last', 'all']), z.object({ after: z.string() })]).exactOptional(),
  epochs: z.int().exactOptional(),
  batchSize: z.int().exactOptional(),
  learningRate: z.number().exactOptional(),
  augmentation: z
    .object({
      flip: z.boolean().exactOptional(),
      crop: z.number().exactOptional(),
      color: z.number().exactOptional(),
      erase: z.number().exactOptional(),
    })
    .exactOptional(),
  timeMs: z.number().exactOptional(),
});

/** What is to be done, fixed when the job is made. */
const task = z.discriminatedUnion('action', [
  z.object({
    action: z.literal('train'),
    options: z.object({
      id: z.string(),
      model: z.string().exactOptional(),
      seed: z.int().exactOptional(),
      head: z.enum(['logistic', 'nearest', 'means']).exactOptional(),
      classWeights: z.enum(['auto', 'none', 'balanced']).exactOptional(),
      testShare: z.number().exactOptional(),
      knownShare: z.number().exactOptional(),
      fineTune: z.union([z.boolean(), fineTune]).exactOptional(),
      strict: z.boolean().exactOptional(),
      exclude: z.array(z.string()).exactOptional(),
      relabel: z.record(z.string(), z.string()).exactOptional(),
    }),
  }),
  z.object({ action: z.literal('add'), id: z.string() }),
  z.object({ action: z.literal('remove'), id: z.string(), classes: z.array(z.string()) }),
  z.object({
    action: z.literal('check'),
    options: z.object({
      labels: z.boolean().exactOptional(),
      model: z.string().exactOptional(),
      seed: z.int().exactOptional(),
    }),
  }),
]) satisfies z.ZodType<TrainTask>;

/** What `run` gets. */
const trainInput = z.object({
  task,
  pictures: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('upload') }),
    /** A folder below one that the operator permitted. */
    z.object({ kind: z.literal('folder'), root: z.string(), folder: z.string() }),
    z.object({ kind: z.literal('none') }),
  ]),
});

export type TrainInput = z.infer<typeof trainInput>;

/** Shares of the whole that the stages take, roughly, in their order. */
const STAGES: readonly (readonly [TrainProgress['stage'], number])[] = [
  ['check', 0.1],
  ['features', 0.4],
  ['head', 0.1],
  ['fine-tune', 0.35],
  ['verify', 0.05],
];

/**
 * The kind of job behind `POST /v1/train`: trains, adds pictures, takes classes away.
 *
 * @param takeOver serves a new version; whether that worked
 */
export function trainingKind(takeOver: (id: string) => Promise<boolean>): JobKind {
  return {
    name: 'train',
    canFinish: true,
    describe: describeInput,
    pictureFolder,
    async run(input, context) {
      const outcome = await perform(trainInput.parse(input), context);
      if (outcome.kind !== 'model') throw new PictorError('INTERNAL', { received: outcome.kind });
      const { file } = context;
      await copyFile(join(outcome.folder, 'report.html'), file('report.html', 'text/html; charset=utf-8'));
      await copyFile(join(outcome.folder, 'report.json'), file('report.json', 'application/json'));
      const served = await takeOver(outcome.id);
      const { measures, level, heldOut, data, comparison, unknown } = outcome.report;
      return {
        model: outcome.id,
        version: outcome.version,
        served,
        level,
        heldOut,
        pictures: measures.n,
        top1: measures.top1,
        interval: [...measures.interval],
        ece: measures.ece,
        knownShare: unknown.heldOutKnown,
        classes: data.classes.map(({ label }) => label),
        findings: data.findings.map(({ kind, count, message, fix }) => ({ kind, count, message, fix })),
        ...(comparison && { comparison: { ...comparison } }),
      };
    },
  };
}

/** The kind of job behind `POST /v1/train/check`: looks for what may be wrong with pictures. */
export function checkKind(): JobKind {
  return {
    name: 'check',
    describe: describeInput,
    pictureFolder,
    async run(input, context) {
      const outcome = await perform(trainInput.parse(input), context);
      if (outcome.kind !== 'checked') throw new PictorError('INTERNAL', { received: outcome.kind });
      const { path: _, ...dataset } = outcome.dataset;
      return plain(dataset);
    },
  };
}

async function perform(
  { task: what, pictures }: TrainInput,
  { inputFolder, signal, finish, report, logger }: JobContext,
): Promise<TrainOutcome> {
  const { trainInProcess } = await import('../../../training/process/train-in-process.ts');
  const detail = new TrainingDetail();
  let stage: JobProgress = { stage: 'check', fraction: 0 };
  const say = () => report({ ...stage, detail: detail.json() });
  const job: TrainJob = {
    folder: pictures.kind === 'folder' ? pictures.root : inputFolder,
    path: pictures.kind === 'folder' ? pictures.folder : UNPACKED,
    ...(pictures.kind === 'upload' && { archive: join(inputFolder, ARCHIVE) }),
    task: what,
  };
  return trainInProcess(job, {
    signal,
    finish,
    onProgress: (progress) => {
      stage = progressOf(progress);
      say();
    },
    onEvent: (event) => {
      detail.hear(event);
      say();
    },
    onNotice: (notice) => {
      logger.info({}, notice);
      detail.notices.push(notice.slice(0, 1000));
      say();
    },
  });
}

/** Classes up to which a confusion matrix is part of the progress: 64 KiB is all there is room for. */
const MOST_CLASSES_SHOWN = 50;
const MOST_NOTICES = 20;

/** What a page wants to draw while it waits. */
class TrainingDetail {
  readonly notices: string[] = [];
  #data: Json | undefined;
  #classes: readonly string[] = [];
  #confusion: Json | undefined;
  #plan: Json | undefined;
  readonly #curve: Json[] = [];

  hear(event: TrainEvent): void {
    switch (event.kind) {
      case 'data': {
        this.#classes = event.classes.map(({ label }) => label);
        this.#data = plain({
          classes: event.classes.slice(0, 4 * MOST_CLASSES_SHOWN),
          findings: event.findings.map((finding) => ({ ...finding, files: finding.files.slice(0, 5) })),
        });
        return;
      }
      case 'head':
        this.#confuse('out-of-fold', event.accuracy, event.confusion);
        return;
      case 'plan':
        this.#plan = plain(event.plan);
        return;
      case 'epoch':
        this.#curve.push(plain(event.epoch));
        this.#confuse('validation', event.epoch.validationAccuracy, event.confusion);
    }
  }

  json(): Json {
    return {
      data: this.#data,
      confusion: this.#confusion,
      plan: this.#plan,
      curve: this.#curve.slice(-200),
      notices: this.notices.slice(-MOST_NOTICES),
    };
  }

  #confuse(of: string, accuracy: number, counts: readonly (readonly number[])[]): void {
    this.#confusion =
      counts.length > MOST_CLASSES_SHOWN
        ? { of, accuracy }
        : plain({ of, accuracy, classes: this.#classes, counts });
  }
}

function progressOf({ stage, done, total, remainingMs, message }: TrainProgress): JobProgress {
  const at = STAGES.findIndex(([name]) => name === stage);
  const before = STAGES.slice(0, at).reduce((sum, [, share]) => sum + share, 0);
  const share = STAGES[at]?.[1] ?? 0;
  return {
    stage,
    fraction: Math.min(1, before + share * (total > 0 ? done / total : 0)),
    ...(remainingMs !== undefined && { secondsLeft: remainingMs / 1000 }),
    ...(message !== undefined && { message }),
  };
}

/** What a page needs to find its training again; where folders lie is nobody's business. */
function describeInput(input: Json): Json {
  const { task: what, pictures } = trainInput.parse(input);
  return plain({ ...what, ...(pictures.kind === 'folder' && { folder: pictures.folder }) });
}

function pictureFolder(input: Json, inputFolder: string): string {
  const { pictures } = trainInput.parse(input);
  return pictures.kind === 'folder' ? join(pictures.root, pictures.folder) : join(inputFolder, UNPACKED);
}

/** Readonly data as JSON. */
function plain(value: object): Json {
  return JSON.parse(JSON.stringify(value));
}

/** Which pictures a training or a check works on; undefined for a job of another kind. */
export function picturesOf({ input }: Job): TrainInput['pictures'] | undefined {
  const parsed = trainInput.safeParse(input);
  return parsed.success ? parsed.data.pictures : undefined;
}
