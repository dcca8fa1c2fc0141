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
import { type InputOptions, PIXELS } from '../../../convert/recipe/pixels.ts';
import { isPictorError, PictorError } from '../../../errors.ts';
import { KERNEL_NAMES } from '../../../image/resize/kernel-names.ts';
import type { Manifest, Task } from '../../../models/manifest/manifest.ts';
import { MODEL_TASKS } from '../../../models/manifest/model-tasks.ts';
import { untilInterrupted } from '../../interrupt.ts';
import { integerOption } from '../../options.ts';
import { colorsFor, megabytes } from '../../render/terminal.ts';

interface ImportFlags extends InputOptions {
  readonly id?: string;
  readonly labels?: string;
  readonly classes?: string;
  readonly task?: Task;
  readonly side?: number;
  readonly recipe?: string;
  readonly transformInput?: 'on' | 'off';
  readonly output?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Adds `pictor models import`. */
export function registerModelsImport(models: Command): void {
  models
    .command('import')
    .description(
      'convert a Keras, PyTorch, TensorFlow Lite, TensorFlow.js or Teachable Machine model and put it into the store',
    )
    .argument(
      '<path>',
      'a folder, a .zip, an address, or a file: .h5, .keras, .pth, .pt, .safetensors, .tflite, model.json, .onnx',
    )
    .option('--id <id>', 'short name (default: the name of the file or folder)')
    .option(
      '--labels <file>',
      'one label a line, or JSON (default: what the model brings, or the file beside it)',
    )
    .option('--classes <file>', 'the same as --labels, by the name that ImageAI has for it')
    .addOption(new Option('--task <task>', 'what it does').choices(MODEL_TASKS))
    .addOption(
      new Option('--pixels <range>', 'what pixel values become (default: what the model tells)').choices(
        Object.keys(PIXELS),
      ),
    )
    .option('--side <pixels>', 'height and width, for models that take any size', integerOption(1))
    .option('--recipe <id>', 'for weights that fit several architectures: which one (see inspect)')
    .addOption(
      new Option(
        '--transform-input <on|off>',
        'for Inception v3 of PyTorch: rescale in the graph, as torchvision does (default: on for 1000 classes)',
      ).choices(['on', 'off']),
    )
    .addOption(new Option('--channels <order>', 'order of the colours').choices(['RGB', 'BGR']))
    .addOption(
      new Option('--resize <rule>', 'how a picture becomes the input').choices([
        'crop',
        'squash',
        'letterbox',
      ]),
    )
    .option(
      '--shorter-side <pixels>',
      'for crop: shorter side before the middle is cut out',
      integerOption(1),
    )
    .addOption(new Option('--kernel <name>', 'resampling').choices(KERNEL_NAMES))
    .option('-o, --output <file>', 'write an .onnx file and its manifest here instead of the store')
    .option('--force', 'replace a model of the same id')
    .option('--json', 'format, id, path and bytes as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ pictor models import ./my-teachable-machine
  $ pictor models import keras_model.h5 --labels labels.txt
  $ pictor models import mobilenet.tflite --id mobilenet --labels labels.txt
  $ pictor models import ./tfjs/model.json --pixels 0..1 -o mine.onnx`,
    )
    .action(async (path: string, flags: ImportFlags) => {
      const { output, force, json, classes, labels = classes, transformInput, ...options } = flags;
      const { importModel } = await import('../../../convert/import-model.ts');
      const { readClassFile } = await import('./model-recipe.ts');
      const named = labels === undefined ? undefined : await readClassFile(labels);
      const convert = () =>
        untilInterrupted((signal) =>
          importModel(path, {
            ...options,
            ...(named && { labels: named.names, ...(named.anchors && { anchors: named.anchors }) }),
            ...(transformInput && { transformInput: transformInput === 'on' }),
            signal,
          }),
        );
      const done =
        output === undefined ? await intoStore(convert, force === true) : await intoFile(convert, output);
      process.stdout.write(json ? `${JSON.stringify(report(done), null, 2)}\n` : render(done));
    });
}

type Convert = () => Promise<ImportedModel>;

/** A model that was written. What is not here is the model itself, which need not stay in memory. */
interface Done extends Pick<ImportedModel, 'format' | 'manifest' | 'doubts'> {
  readonly path: string;
}

async function intoStore(convert: Convert, force: boolean): Promise<Done> {
  const { openModelStore } = await import('../../../models/store/store.ts');
  const folder = await mkdtemp(join(tmpdir(), 'pictor-import-'));
  try {
    const done = await write(convert, (manifest) => join(folder, manifest.files[0]?.path ?? 'model.onnx'));
    const { path } = await openModelStore().add(done.path, done.manifest, { force });
    return { ...done, path };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function write(convert: Convert, pathOf: (manifest: Manifest) => string): Promise<Done> {
  const { format, parts, manifest, doubts } = await convert();
  const path = pathOf(manifest);
  await writeFile(path, parts);
  return { format, manifest, doubts, path };
}

async function intoFile(convert: Convert, path: string): Promise<Done> {
  if (!path.endsWith('.onnx')) {
    throw new PictorError('OPTION_INVALID', { expected: '--output with the ending .onnx', received: path });
  }
  const beside = join(dirname(path), `${basename(path, '.onnx')}.manifest.json`);
  try {
    const done = await write(convert, () => path);
    const files = done.manifest.files.map((file) => ({ ...file, path: basename(path) }));
    await writeFile(beside, `${JSON.stringify({ ...done.manifest, files }, null, 2)}\n`);
    return done;
  } catch (cause) {
    if (isPictorError(cause)) throw cause;
    throw new PictorError('FILE_WRITE_FAILED', { received: path, cause });
  }
}

function report({ format, manifest, doubts, path }: Done) {
  const bytes = manifest.files[0]?.bytes ?? 0;
  return { format, id: manifest.id, task: manifest.task, path, bytes, uncertain: doubts };
}

function render({ format, manifest, path }: Done): string {
  const colors = colorsFor(process.stdout);
  const { labels, id } = manifest;
  const named =
    labels === undefined
      ? 'no labels'
      : typeof labels === 'string'
        ? labels
        : `${labels.names.length} labels`;
  const facts = `${format}, ${megabytes(manifest.files[0]?.bytes ?? 0)}, ${named}`;
  const caution = manifest.caution === undefined ? '' : `${colors.yellow('!')} ${manifest.caution}\n`;
  return `${colors.green('✓')} ${id} (${facts}) ${colors.dim(path)}\n${caution}`;
}
