/**
 * `pictor models import`.
 *
 * @module
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type Command, Option } from 'commander';
import type { ImportedModel } from '../../../convert/import-model.ts';
import type { PixelRange } from '../../../convert/tfjs/types.ts';
import { PictorError } from '../../../errors.ts';
import type { Task } from '../../../models/manifest/manifest.ts';
import { untilInterrupted } from '../../interrupt.ts';
import { integerOption } from '../../options.ts';
import { colorsFor, megabytes } from '../../render/terminal.ts';

interface ImportFlags {
  readonly id?: string;
  readonly labels?: string;
  readonly task?: Task;
  readonly pixels?: PixelRange;
  readonly side?: number;
  readonly output?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Adds `pictor models import`. */
export function registerModelsImport(models: Command): void {
  models
    .command('import')
    .description(
      'convert a TensorFlow.js, Teachable Machine or TensorFlow Lite model and put it into the store',
    )
    .argument('<path>', 'a folder, a .zip, a model.json, a .tflite or an .onnx file with its manifest')
    .option('--id <id>', 'short name (default: the name of the file or folder)')
    .option('--labels <file>', 'one label a line, or a JSON array (default: what the model brings)')
    .addOption(
      new Option('--task <task>', 'what it does').choices(['classify', 'detect', 'moderate', 'embed']),
    )
    .addOption(
      new Option(
        '--pixels <range>',
        'for TensorFlow.js: what pixel values become (default: what the model tells)',
      ).choices(['-1..1', '0..1', '0..255']),
    )
    .option('--side <pixels>', 'for TensorFlow.js models that take any size', integerOption(1))
    .option('-o, --output <file>', 'write an .onnx file and its manifest here instead of the store')
    .option('--force', 'replace a model of the same id')
    .option('--json', 'format, id, path and bytes as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ pictor models import ./my-teachable-machine
  $ pictor models import mobilenet.tflite --id mobilenet --labels labels.txt
  $ pictor models import ./tfjs/model.json --pixels 0..1 -o mine.onnx`,
    )
    .action(async (path: string, flags: ImportFlags) => {
      const { output, force, json, labels, ...options } = flags;
      const { importModel } = await import('../../../convert/import-model.ts');
      const { readLabels } = await import('./model-recipe.ts');
      const names = labels === undefined ? {} : { labels: await readLabels(labels) };
      const imported = await untilInterrupted((signal) =>
        importModel(path, { ...options, ...names, signal }),
      );
      const target =
        output === undefined ? await intoStore(imported, force === true) : await intoFile(imported, output);
      process.stdout.write(
        json ? `${JSON.stringify(report(imported, target), null, 2)}\n` : render(imported, target),
      );
    });
}

async function intoStore({ model, manifest }: ImportedModel, force: boolean): Promise<string> {
  const { openModelStore } = await import('../../../models/store/store.ts');
  const folder = await mkdtemp(join(tmpdir(), 'pictor-import-'));
  try {
    const file = join(folder, manifest.files[0]?.path ?? 'model.onnx');
    await writeFile(file, model);
    return (await openModelStore().add(file, manifest, { force })).path;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function intoFile({ model, manifest }: ImportedModel, path: string): Promise<string> {
  if (!path.endsWith('.onnx')) {
    throw new PictorError('OPTION_INVALID', { expected: '--output with the ending .onnx', received: path });
  }
  const files = manifest.files.map((file) => ({ ...file, path: basename(path) }));
  const beside = join(dirname(path), `${basename(path, '.onnx')}.manifest.json`);
  try {
    await writeFile(path, model);
    await writeFile(beside, `${JSON.stringify({ ...manifest, files }, null, 2)}\n`);
  } catch (cause) {
    throw new PictorError('FILE_WRITE_FAILED', { received: path, cause });
  }
  return path;
}

function report({ format, model, manifest }: ImportedModel, path: string) {
  return { format, id: manifest.id, task: manifest.task, path, bytes: model.byteLength };
}

function render({ format, model, manifest }: ImportedModel, path: string): string {
  const colors = colorsFor(process.stdout);
  const { labels, id } = manifest;
  const named =
    labels === undefined
      ? 'no labels'
      : typeof labels === 'string'
        ? labels
        : `${labels.names.length} labels`;
  const facts = `${format}, ${megabytes(model.byteLength)}, ${named}`;
  return `${colors.green('✓')} ${id} (${facts}) ${colors.dim(path)}\n`;
}
