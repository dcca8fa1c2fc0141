/**
 * `pictor models remove`.
 *
 * @module
 */
import type { Command } from 'commander';
import { toPictorError } from '../../../errors.ts';
import { EXIT } from '../../exit.ts';
import { complain } from '../../render/notices.ts';
import { colorsFor } from '../../render/terminal.ts';

/** Adds `pictor models remove`. */
export function registerModelsRemove(models: Command): void {
  models
    .command('remove')
    .alias('rm')
    .description('delete models that were fetched or added')
    .argument('<models...>', 'model ids')
    .addHelpText('after', '\nExamples:\n  $ pictor models remove resnet50')
    .action(async (ids: string[]) => {
      const { openModelStore } = await import('../../../models/store/store.ts');
      const { openEnvironment } = await import('../../../training/environment.ts');
      const store = openModelStore();
      const { versions } = openEnvironment({ store });
      const colors = colorsFor(process.stdout);
      for (const id of ids) {
        try {
          await store.remove(id);
          await versions.remove(id);
          process.stdout.write(`${colors.green('✓')} ${id} is gone\n`);
        } catch (thrown) {
          const error = toPictorError(thrown);
          if (ids.length === 1) throw error;
          complain(id, error);
          process.exitCode = EXIT.failed;
        }
      }
    });
}
