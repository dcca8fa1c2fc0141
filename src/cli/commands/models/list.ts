/**
 * `pictor models list`.
 *
 * @module
 */
import { type Command, Option } from 'commander';
import type { Task } from '../../../models/manifest/manifest.ts';
import { MODEL_TASKS } from '../../../models/manifest/model-tasks.ts';
import type { DefaultModels, ModelListing } from '../../../models/types.ts';
import { languageOption } from '../../pictures/picture-command.ts';
import type { Language } from '../../render/answers.ts';
import { colorsFor, megabytes, terminalColumns } from '../../render/terminal.ts';

interface ListFlags {
  readonly task?: Task;
  readonly local?: boolean;
  readonly json?: boolean;
  readonly lang: Language;
}

const WORDS = {
  en: {
    heads: ['model', 'task', 'where', 'size', 'accuracy', ''],
    states: { embedded: 'in the package', cached: 'here', damaged: 'damaged', remote: '—' },
    chosen: 'here, the default',
    none: 'No such model.',
    pull: '— is not on this machine: pictor models pull <model>',
    damaged: 'damaged: a file is missing or is not the one that it was: pictor models verify',
    caution: '* is not certain in every respect: pictor models info <model>',
  },
  zh: {
    heads: ['模型', '任务', '位置', '大小', '精度', ''],
    states: { embedded: '随包附带', cached: '本机', damaged: '已损坏', remote: '—' },
    chosen: '本机，默认',
    none: '没有这样的模型。',
    pull: '— 不在本机：pictor models pull <模型>',
    damaged: '已损坏：文件缺失或被改动：pictor models verify',
    caution: '* 有存疑之处：pictor models info <模型>',
  },
} as const;

/** Adds `pictor models list`. */
export function registerModelsList(models: Command): void {
  models
    .command('list')
    .alias('ls')
    .description('show the models that are here, and those that can be fetched')
    .addOption(new Option('--task <task>', 'only models for this').choices(MODEL_TASKS))
    .option('--local', 'only models on this machine')
    .addOption(languageOption('language of the table'))
    .option('--json', 'as a JSON array')
    .addHelpText(
      'after',
      `
Examples:
  $ pictor models list --task detect
  $ pictor models list --local --json | jq -r '.[].id'`,
    )
    .action(async ({ task, local, json, lang }: ListFlags) => {
      const { openModelStore } = await import('../../../models/store/store.ts');
      const store = openModelStore();
      const chosen = await store.defaults();
      const listings = (await store.list()).filter(
        ({ manifest, state }) =>
          (task === undefined || manifest.task === task) && !(local && state === 'remote'),
      );
      process.stdout.write(
        json
          ? `${JSON.stringify(
              listings.map((listing) => listingJson(listing, chosen)),
              null,
              2,
            )}\n`
          : await render(listings, lang, chosen),
      );
    });
}

/** A model in few words, for programs. */
function listingJson({ manifest, state, path }: ModelListing, chosen: DefaultModels) {
  const { id, title, task, files, accuracy, licence, caution } = manifest;
  return {
    id,
    ...(title !== undefined && { title }),
    task,
    state,
    ...(chosen[task] === id && { default: true }),
    ...(path !== undefined && { path }),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    ...(accuracy && { accuracy }),
    licence,
    ...(caution !== undefined && { caution }),
  };
}

async function render(
  listings: readonly ModelListing[],
  language: Language,
  chosen: DefaultModels,
): Promise<string> {
  const { clipColumns, table } = await import('../../render/columns.ts');
  const words = WORDS[language];
  const colors = colorsFor(process.stdout);
  if (listings.length === 0) return `${words.none}\n`;
  const rows = listings.map(({ manifest, state }) => [
    manifest.id,
    manifest.task,
    chosen[manifest.task] === manifest.id ? words.chosen : words.states[state],
    megabytes(manifest.files.reduce((sum, { bytes }) => sum + bytes, 0)),
    accuracyOf(manifest.accuracy),
    `${manifest.title ?? ''}${manifest.caution === undefined ? '' : ' *'}`,
  ]);
  const [head = '', ...lines] = table([words.heads, ...rows], [3]).split('\n');
  const width = terminalColumns(process.stdout);
  const cut = (line: string) => (process.stdout.isTTY ? clipColumns(line, width) : line);
  const shown = lines.map((line, i) => (listings[i]?.state === 'remote' ? colors.dim(cut(line)) : cut(line)));
  const notes = [
    listings.some(({ state }) => state === 'remote') ? words.pull : '',
    listings.some(({ state }) => state === 'damaged') ? words.damaged : '',
    listings.some(({ manifest }) => manifest.caution !== undefined) ? words.caution : '',
  ].filter(Boolean);
  return `${[colors.bold(head), ...shown, ...notes.map((note) => colors.dim(note))].join('\n')}\n`;
}

/** `0.7497` → `75.0 %`: top-1, or mAP of a detector. */
function accuracyOf(accuracy: ModelListing['manifest']['accuracy']): string {
  if (accuracy?.top1 !== undefined) return `${(100 * accuracy.top1).toFixed(1)} % top-1`;
  return accuracy?.map === undefined ? '' : `${(100 * accuracy.map).toFixed(1)} % mAP`;
}
