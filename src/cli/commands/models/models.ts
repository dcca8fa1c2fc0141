/**
 * `pictor models`: what models there are, and how they get here.
 *
 * @module
 */
import type { Command } from 'commander';
import { registerModelsAdd } from './add.ts';
import { registerModelsDefault } from './default.ts';
import { registerModelsImport } from './import.ts';
import { registerModelsInfo } from './info.ts';
import { registerModelsInspect } from './inspect.ts';
import { registerModelsList } from './list.ts';
import { registerModelsPull } from './pull.ts';
import { registerModelsQuantize } from './quantize.ts';
import { registerModelsRemove } from './remove.ts';
import { registerModelsVerify } from './verify.ts';
import { registerModelsRollback, registerModelsVersions } from './versions.ts';

/** Adds `pictor models` and its commands. */
export function registerModels(program: Command): void {
  const models = program
    .command('models')
    .description('list, fetch, add, convert, check, roll back and remove models')
    .addHelpText(
      'after',
      `
Examples:
  $ pictor models list
  $ pictor models pull resnet50
  $ pictor models import ./my-teachable-machine
  $ pictor models add mine.onnx --labels labels.txt --pixels imagenet

Models lie in ~/.cache/pictor, or where PICTOR_HOME says.`,
    );
  registerModelsList(models);
  registerModelsInfo(models);
  registerModelsPull(models);
  registerModelsAdd(models);
  registerModelsImport(models);
  registerModelsInspect(models);
  registerModelsDefault(models);
  registerModelsQuantize(models);
  registerModelsVersions(models);
  registerModelsRollback(models);
  registerModelsVerify(models);
  registerModelsRemove(models);
}
