/**
 * `pictor models add`.
 *
 * @module
 */
import { type Command, Option } from 'commander';
import { KERNEL_NAMES } from '../../../image/resize/kernel-names.ts';
import { MODEL_TASKS } from '../../../models/manifest/model-tasks.ts';
import { integerOption } from '../../options.ts';
import { colorsFor } from '../../render/terminal.ts';
import type { RecipeFlags } from './model-recipe.ts';

interface AddFlags extends RecipeFlags {
  readonly manifest?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Adds `pictor models add`. */
export function registerModelsAdd(models: Command): void {
  models
    .command('add')
    .description('copy an .onnx file of yours into the store, with what there is to know about it')
    .argument('<file>', 'an .onnx file')
    .option('--manifest <file>', 'its manifest (default: <file>.manifest.json or manifest.json beside it)')
    .option('--id <id>', 'short name (default: the name of the file)')
    .option('--title <text>', 'name for people')
    .addOption(new Option('--task <task>', 'what it does').choices(MODEL_TASKS))
    .option('--labels <file|set>', 'one label a line, a JSON array, or imagenet-1k, coco-80, coco-91, nsfw-5')
    .option('--labels-zh <file>', 'Chinese labels in the same order')
    .addOption(
      new Option('--pixels <range>', 'what pixel values become').choices([
        '0..255',
        '0..1',
        '-1..1',
        'imagenet',
        'caffe',
      ]),
    )
    .option('--width <pixels>', 'width of the input (default: what the graph says)', integerOption(1))
    .option('--height <pixels>', 'height of the input (default: what the graph says)', integerOption(1))
    .addOption(
      new Option('--layout <layout>', 'order of the axes (default: what the graph says)').choices([
        'NCHW',
        'NHWC',
      ]),
    )
    .addOption(
      new Option('--channels <order>', 'order of the colours (default: RGB)').choices(['RGB', 'BGR', 'GRAY']),
    )
    .addOption(
      new Option(
        '--resize <rule>',
        'how a picture becomes the input (default: crop, letterbox for a detector)',
      ).choices(['crop', 'squash', 'letterbox', 'none']),
    )
    .option(
      '--shorter-side <pixels>',
      'for crop: shorter side before the middle is cut out',
      integerOption(1),
    )
    .addOption(new Option('--kernel <name>', 'resampling (default: bilinear)').choices(KERNEL_NAMES))
    .option('--decoder <name>', 'for a detector: how its outputs are read, e.g. yolov8, ssd, yolox')
    .addOption(
      new Option('--softmax <where>', 'inside the graph or not (default: what the graph says)').choices([
        'inside',
        'outside',
        'sigmoid',
      ]),
    )
    .option(
      '--class-offset <n>',
      'outputs before the first label, 1 for a background class',
      integerOption(0),
    )
    .option('--licence <name>', 'e.g. Apache-2.0')
    .option('--source <text>', 'where it comes from')
    .option('--force', 'replace a model of the same id')
    .option('--json', 'the manifest as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ pictor models add birds.onnx --labels birds.txt --pixels imagenet
  $ pictor models add yolov8n.onnx --task detect --decoder yolov8 --labels coco-80 --pixels 0..1
  $ pictor models add mine.onnx --manifest mine.json --force
  $ pictor models add squeezenet1.1-7.onnx        a file of the catalogue needs nothing else
  $ pictor models add squeezenet1.1-7.onnx --id small`,
    )
    .action(async (file: string, { manifest: manifestFile, force, json, ...recipe }: AddFlags) => {
      const { openModelStore } = await import('../../../models/store/store.ts');
      const { readJsonFile, recipeManifest } = await import('./model-recipe.ts');
      const described = Object.keys(recipe).length > 0;
      const base = manifestFile === undefined ? undefined : await readJsonFile(manifestFile);
      const manifest = described ? await recipeManifest(file, recipe, base) : base;
      const model = await openModelStore().add(file, manifest, { force: force === true });
      process.stdout.write(
        json
          ? `${JSON.stringify({ path: model.path, ...model.manifest }, null, 2)}\n`
          : `${colorsFor(process.stdout).green('✓')} ${model.manifest.id} ${colorsFor(process.stdout).dim(model.path)}\n`,
      );
    });
}
