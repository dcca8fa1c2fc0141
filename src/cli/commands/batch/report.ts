import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { PictorError } from '../../../errors.ts';
import { number } from './describe.ts';

/** Adds `pictor batch report`. */
export function registerBatchReport(batch: Command): void {
  batch
    .command('report')
    .description('one HTML page about a run: rate over time, errors, labels, examples')
    .argument('<place>', 'folder or s3://bucket/prefix of the run')
    .requiredOption('-o, --out <file>', 'the page')
    .option('--no-pictures', 'name the examples, show none')
    .addHelpText('after', '\nExamples:\n  $ pictor batch report tags/ -o tags.html')
    .action(
      async (address: string, { out, pictures }: { readonly out: string; readonly pictures: boolean }) => {
        const [{ openPlace }, { readPlan }, { statusOf }, { createTally }, { reportPage }, { thumbnail }] =
          await Promise.all([
            import('../../../batch/place/open-place.ts'),
            import('../../../batch/plan/read-plan.ts'),
            import('../../../batch/status.ts'),
            import('../../../batch/report/tally.ts'),
            import('../../../batch/report/report.ts'),
            import('../../../batch/report/thumbnail.ts'),
          ]);
        const place = await openPlace(address);
        const plan = await readPlan(place);
        const tally = createTally(plan, place);
        await tally.update();
        const page = await reportPage(
          plan,
          await statusOf(plan, place),
          tally,
          pictures ? thumbnail : undefined,
        );
        await writeFile(out, page).catch((cause: Error) => {
          throw new PictorError('FILE_WRITE_FAILED', { received: cause.message, cause });
        });
        process.stdout.write(
          `${number(tally.rows)} rows, ${number(tally.failed)} without an answer, ${out}\n`,
        );
      },
    );
}
