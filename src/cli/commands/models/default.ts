/**
 * `pictor models default`.
 *
 * @module
 */
import type { Command } from 'commander';
import { isPictorError, PictorError } from '../../../errors.ts';
import type { Task } from '../../../models/manifest/manifest.ts';
import { MODEL_TASKS } from '../../../models/manifest/model-tasks.ts';
import type { DefaultModels, ModelStore } from '../../../models/types.ts';
import { colorsFor } from '../../render/terminal.ts';

interface DefaultFlags {
  readonly unset?: boolean;
  readonly json?: boolean;
}

/** Adds `pictor models default`. */
export function registerModelsDefault(models: Command): void {
  models
    .command('default')
    .description('say which model answers when none is named, or see which does')
    .argument('[model]', 'id of a model that is here; with --unset also a task')
    .option('--unset', 'take the choice back')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Without a choice: squeezenet, where it is here, or what the package carries; else the only model
for the task that is here, with a notice. Of several none is taken: the answer is an error.

Examples:
  $ pictor models default
  $ pictor models default birds
  $ pictor models default --unset classify`,
    )
    .action(async (id: string | undefined, { unset, json }: DefaultFlags) => {
      const { openModelStore } = await import('../../../models/store/store.ts');
      const store = openModelStore();
      if (unset) await forget(store, id);
      else if (id !== undefined) await store.chooseDefault(id);
      const colors = colorsFor(process.stdout);
      const rows = await answering(store);
      if (json) process.stdout.write(`${JSON.stringify(Object.fromEntries(rows), null, 2)}\n`);
      else {
        const chosen = await store.defaults();
        const lines = rows.map(([task, answer]) => {
          const mark = isChosen(task, answer, chosen) ? colors.green('✓') : ' ';
          return `${mark} ${task.padEnd(9)} ${answer.model ?? colors.yellow(answer.reason ?? '')}`;
        });
        process.stdout.write(`${lines.join('\n')}\n`);
      }
    });
}

/** What answers, or why nothing does. */
interface Answering {
  readonly model?: string;
  readonly chosen: boolean;
  readonly reason?: string;
}

async function answering(store: ModelStore): Promise<[Task, Answering][]> {
  const { defaultModel } = await import('../../../tasks/default-model.ts');
  const chosen = await store.defaults();
  return Promise.all(
    MODEL_TASKS.map(async (task): Promise<[Task, Answering]> => {
      try {
        const { manifest } = await defaultModel(store, { task, allowPull: false });
        return [task, { model: manifest.id, chosen: chosen[task] === manifest.id }];
      } catch (error) {
        if (!isPictorError(error)) throw error;
        return [task, { chosen: false, reason: error.message }];
      }
    }),
  );
}

function isChosen(task: Task, { model }: Answering, chosen: DefaultModels): boolean {
  return model !== undefined && chosen[task] === model;
}

async function forget(store: ModelStore, name: string | undefined): Promise<void> {
  const task =
    MODEL_TASKS.find((each) => each === name) ??
    (name === undefined ? undefined : (await store.info(name)).manifest.task);
  if (task === undefined) {
    throw new PictorError('OPTION_INVALID', {
      expected: `the task or model whose choice is taken back: ${MODEL_TASKS.join(', ')}`,
      received: '--unset alone',
    });
  }
  await store.clearDefault(task);
}
