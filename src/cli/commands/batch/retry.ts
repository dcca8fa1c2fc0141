import type { Command } from 'commander';
import { describePlan } from './describe.ts';

interface RetryFlags {
  readonly out: string;
  readonly failed?: boolean;
}

/** Adds `pictor batch retry`. */
export function registerBatchRetry(batch: Command): void {
  batch
    .command('retry')
    .description('plan the pictures without an answer once more, as a run of their own')
    .argument('<place>', 'folder or s3://bucket/prefix of the run')
    .requiredOption('--out <place>', 'folder or s3://bucket/prefix of the new run')
    .option('--failed', 'all failures; without it, those that may go better another time')
    .addHelpText('after', '\nExamples:\n  $ pictor batch retry tags/ --failed --out tags-again/')
    .action(async (address: string, { out, failed = false }: RetryFlags) => {
      const [{ openPlace }, { readPlan }, { makePlan }, { failedInputs }] = await Promise.all([
        import('../../../batch/place/open-place.ts'),
        import('../../../batch/plan/read-plan.ts'),
        import('../../../batch/plan/make-plan.ts'),
        import('../../../batch/rows.ts'),
      ]);
      const from = await openPlace(address);
      const plan = await readPlan(from);
      const { task, options, model, chunk, gzip } = plan;
      const again = await makePlan(
        {
          source: `failures of ${from.url}`,
          inputs: failedInputs(plan, from, { onlyRetryable: !failed }),
          task,
          options,
          model,
          chunk,
          gzip,
        },
        await openPlace(out),
      );
      process.stdout.write(describePlan(again, out));
    });
}
