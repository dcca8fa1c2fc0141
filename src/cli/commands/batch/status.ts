import type { Command } from 'commander';
import { notice } from '../../render/notices.ts';
import { describeStatus, number } from './describe.ts';

/** Adds `pictor batch status`. */
export function registerBatchStatus(batch: Command): void {
  batch
    .command('status')
    .description('how far a run is: chunks, rate, time left; with --errors, what failed')
    .argument('<place>', 'folder or s3://bucket/prefix of the run')
    .option('--errors', 'read all parts and count failures by code')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExamples:\n  $ pictor batch status tags/ --errors')
    .action(
      async (address: string, { errors, json }: { readonly errors?: boolean; readonly json?: boolean }) => {
        const [{ openPlace }, { readPlan }, { outcomeOf, statusOf }] = await Promise.all([
          import('../../../batch/place/open-place.ts'),
          import('../../../batch/plan/read-plan.ts'),
          import('../../../batch/status.ts'),
        ]);
        const place = await openPlace(address);
        const plan = await readPlan(place);
        const status = await statusOf(plan, place);
        const outcome = errors ? await outcomeOf(plan, place) : undefined;
        if (json) {
          const { plan: _, missing, ...rest } = status;
          const text = {
            id: plan.id,
            task: plan.task,
            model: plan.model.id,
            ...rest,
            missing: missing.length,
            ...outcome,
          };
          process.stdout.write(`${JSON.stringify(text, null, 2)}\n`);
          return;
        }
        process.stdout.write(describeStatus(status));
        for (const [code, count] of Object.entries(outcome?.errors ?? {}).sort(
          ([, one], [, other]) => other - one,
        )) {
          process.stdout.write(`  ${number(count).padStart(8)}  ${code}\n`);
        }
        for (const message of outcome?.damaged ?? []) notice(message);
      },
    );
}
