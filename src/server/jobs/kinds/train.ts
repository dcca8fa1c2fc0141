/**
 * Training as a job: pictures that were uploaded, or a folder that the operator permitted.
 *
 * @module
 */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { TrainProgress } from '../../../training/options.ts';
import type { JobKind, JobProgress } from '../types.ts';

/** Name of an uploaded archive in the job's input folder. */
export const ARCHIVE = 'pictures.zip';

/** What is fixed when the job is made. */
export const trainInput = z.object({
  options: z.object({
    id: z.string(),
    model: z.string().exactOptional(),
    seed: z.int().exactOptional(),
    head: z.enum(['logistic', 'nearest', 'means']).exactOptional(),
    fineTune: z.boolean().exactOptional(),
    strict: z.boolean().exactOptional(),
  }),
  /** Root and folder below it; absent for an upload. */
  place: z.object({ root: z.string(), folder: z.string() }).optional(),
});

/** Shares of the whole that the stages take, roughly, in their order. */
const STAGES: readonly (readonly [TrainProgress['stage'], number])[] = [
  ['check', 0.1],
  ['features', 0.4],
  ['head', 0.1],
  ['fine-tune', 0.35],
  ['verify', 0.05],
];

/**
 * The kind of job behind `POST /v1/train`.
 *
 * @param onTrained hears of a new version, which a server that serves the model takes over
 */
export function trainingKind(onTrained: (id: string) => void): JobKind {
  return {
    name: 'train',
    async run(input, { inputFolder, signal, report, file, logger }) {
      const { options, place } = trainInput.parse(input);
      const { trainInProcess } = await import('../../../training/process/train-in-process.ts');
      const outcome = await trainInProcess(
        {
          options,
          folder: place?.root ?? inputFolder,
          path: place?.folder ?? 'pictures',
          ...(place === undefined && { archive: join(inputFolder, ARCHIVE) }),
        },
        {
          signal,
          onProgress: (progress) => report(progressOf(progress)),
          onNotice: (notice) => logger.info({ model: options.id }, notice),
        },
      );
      await copyFile(join(outcome.folder, 'report.html'), file('report.html', 'text/html; charset=utf-8'));
      await copyFile(join(outcome.folder, 'report.json'), file('report.json', 'application/json'));
      onTrained(outcome.id);
      const { measures, level, heldOut, data, comparison } = outcome.report;
      return {
        model: outcome.id,
        version: outcome.version,
        level,
        heldOut,
        pictures: measures.n,
        top1: measures.top1,
        interval: [...measures.interval],
        ece: measures.ece,
        classes: data.classes.map(({ label }) => label),
        findings: data.findings.map(({ kind, count, message, fix }) => ({ kind, count, message, fix })),
        ...(comparison && { comparison: { ...comparison } }),
      };
    },
  };
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
