/**
 * `pictor batch`: millions of pictures over many machines.
 *
 * @module
 */
import type { Command } from 'commander';
import { registerBatchDeploy } from './deploy.ts';
import { registerBatchMerge } from './merge.ts';
import { registerBatchPlan } from './plan.ts';
import { registerBatchReport } from './report.ts';
import { registerBatchRetry } from './retry.ts';
import { registerBatchStatus } from './status.ts';
import { registerBatchWatch } from './watch.ts';
import { registerBatchWork } from './work.ts';

/** Adds `pictor batch` and its commands. */
export function registerBatch(program: Command): void {
  const batch = program
    .command('batch')
    .description('recognise millions of pictures, on one machine or many; a run survives all of them dying')
    .addHelpText(
      'after',
      `
Examples:
  $ pictor batch plan photos/ --task tag --out tags/      freeze the list, the model and the options
  $ pictor batch work tags/                               this machine, all cores
  $ pictor batch work tags/ --queue redis://queue:6379    as many machines as you like
  $ pictor batch work tags/ --index 3/100                 one of a hundred that know nothing of each other
  $ pictor batch status tags/
  $ pictor batch merge tags/ --format csv --out tags.csv

A run lies in a folder or at s3://bucket/prefix: plan.json, list.jsonl, and one part-NNNNNN.jsonl for each chunk.
A part that is there is done. Any command may be run again.`,
    );
  registerBatchPlan(batch);
  registerBatchWork(batch);
  registerBatchStatus(batch);
  registerBatchRetry(batch);
  registerBatchMerge(batch);
  registerBatchReport(batch);
  registerBatchWatch(batch);
  registerBatchDeploy(batch);
}
