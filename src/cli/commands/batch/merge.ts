import { type Command, Option } from 'commander';
import type { ProfileName } from '../../../batch/output/profiles.ts';
import { number } from './describe.ts';

const FORMATS: readonly ProfileName[] = [
  'jsonl',
  'csv',
  'parquet',
  'rekognition',
  'google-vision',
  'coco',
  'yolo',
  'label-studio',
];

interface MergeFlags {
  readonly out: string;
  readonly format: ProfileName;
  readonly partial?: boolean;
}

/** Adds `pictor batch merge`. */
export function registerBatchMerge(batch: Command): void {
  batch
    .command('merge')
    .description('join the parts of a run, in the order of its list')
    .argument('<place>', 'folder or s3://bucket/prefix of the run')
    .requiredOption('-o, --out <path>', 'the file; for google-vision and yolo, the folder')
    .addOption(new Option('--format <name>', 'form of the result').choices(FORMATS).default('jsonl'))
    .option('--partial', 'join what there is of a run that is not finished')
    .addHelpText(
      'after',
      `
Examples:
  $ pictor batch merge tags/ -o tags.jsonl
  $ pictor batch merge boxes/ --format label-studio -o tasks.json`,
    )
    .action(async (address: string, { out, format, partial = false }: MergeFlags) => {
      const [{ openPlace }, { readPlan }, { allRows, rowsSoFar }, { merge }] = await Promise.all([
        import('../../../batch/place/open-place.ts'),
        import('../../../batch/plan/read-plan.ts'),
        import('../../../batch/rows.ts'),
        import('../../../batch/output/merge.ts'),
      ]);
      const place = await openPlace(address);
      const plan = await readPlan(place);
      const rows = partial ? rowsSoFar(plan, place) : allRows(plan, place);
      const files = await merge(rows, plan, format, out);
      process.stdout.write(
        `${number(plan.count)} pictures, ${format}, ${files === 1 ? out : `${number(files)} files in ${out}`}\n`,
      );
    });
}
