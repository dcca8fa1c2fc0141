/**
 * `pictor models versions` and `rollback`: the trainings of one model.
 *
 * @module
 */
import type { Command } from 'commander';
import { PictorError } from '../../../errors.ts';
import { integerOption } from '../../options.ts';
import { colorsFor, megabytes, percent } from '../../render/terminal.ts';

async function openVersions() {
  const { openEnvironment } = await import('../../../training/environment.ts');
  return openEnvironment({}).versions;
}

/** Adds `pictor models versions`. */
export function registerModelsVersions(models: Command): void {
  models
    .command('versions')
    .description('list the versions of a model that was trained here')
    .argument('<id>', 'model id')
    .option('--json', 'as JSON')
    .action(async (id: string, { json }: { readonly json?: boolean }) => {
      const versions = await (await openVersions()).list(id);
      if (versions.length === 0) {
        throw new PictorError('MODEL_UNKNOWN', {
          expected: 'a model that was trained here',
          received: id,
          fix: 'Train one: pictor train <folder> --id <id>',
        });
      }
      if (json) {
        const rows = versions.map(({ version, current, folder, manifest }) => ({
          version,
          current,
          folder,
          title: manifest.title,
          accuracy: manifest.accuracy,
          bytes: manifest.files[0]?.bytes,
        }));
        process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
        return;
      }
      const { table } = await import('../../render/columns.ts');
      const rows = versions.map(({ version, current, manifest }) => [
        current ? '→' : '',
        String(version),
        manifest.accuracy?.top1 === undefined ? '' : percent(manifest.accuracy.top1),
        megabytes(manifest.files[0]?.bytes ?? 0),
        manifest.title ?? '',
      ]);
      process.stdout.write(`${table([['', 'version', 'top-1', 'size', ''], ...rows], [1, 2, 3])}\n`);
    });
}

/** Adds `pictor models rollback`. */
export function registerModelsRollback(models: Command): void {
  models
    .command('rollback')
    .description('make an earlier version of a trained model the one that answers')
    .argument('<id>', 'model id')
    .option('--to <version>', 'which one (default: the one before the current)', integerOption(1))
    .addHelpText(
      'after',
      '\nExamples:\n  $ pictor models rollback flowers\n  $ pictor models rollback flowers --to 3',
    )
    .action(async (id: string, { to }: { readonly to?: number }) => {
      const { version } = await (await openVersions()).rollback(id, to);
      process.stdout.write(`${colorsFor(process.stdout).green('✓')} ${id} is at version ${version}\n`);
    });
}
