/**
 * `pictor models quantize`: an 8-bit model of a float32 one.
 *
 * @module
 */
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Command, Option } from 'commander';
import type { CalibrationMethod } from '../../../convert/quantize/calibrate.ts';
import type { QuantizedLocal } from '../../../convert/quantize/quantize-local.ts';
import { PictorError } from '../../../errors.ts';
import { integerOption, listOption } from '../../options.ts';
import { expandInputs } from '../../pictures/inputs.ts';

interface QuantizeFlags {
  readonly calibrate: readonly string[];
  readonly pictures: number;
  readonly output?: string;
  readonly method: CalibrationMethod;
  readonly keepFloat: readonly string[];
  readonly reduceRange?: boolean;
  readonly json?: boolean;
}

/** Adds `pictor models quantize`. */
export function registerModelsQuantize(models: Command): void {
  models
    .command('quantize')
    .description('make an 8-bit model of a float32 one, and say what that costs and gains')
    .argument('<model>', 'model id, or path of an .onnx file or manifest')
    .requiredOption(
      '--calibrate <pictures>',
      'pictures like those to come (files, folders, globs)',
      listOption,
    )
    .option('-n, --pictures <n>', 'pictures to calibrate on, at most', integerOption(1, 10_000), 100)
    .option('-o, --output <file>', 'the new .onnx file (default <model>-int8.onnx here)')
    .addOption(
      new Option('--method <name>', 'how ranges are chosen')
        .choices(['min-max', 'percentile'])
        .default('min-max'),
    )
    .option('--keep-float <nodes>', 'names of nodes to leave alone, comma-separated', listOption, [])
    .option(
      '--reduce-range',
      '7-bit weights, for x86 processors without VNNI (default: as this machine needs)',
    )
    .option('--no-reduce-range', '8-bit weights, whatever this machine is')
    .option('--json', 'the report as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ pictor models quantize squeezenet --calibrate photos/
  $ pictor classify cat.jpg --model ./squeezenet-int8.onnx`,
    )
    .action(async (reference: string, flags: QuantizeFlags) => {
      const { openModelStore } = await import('../../../models/store/store.ts');
      const { quantizeLocal } = await import('../../../convert/quantize/quantize-local.ts');
      const inputs = await expandInputs(flags.calibrate);
      const model = await openModelStore().resolve(reference);
      const path = flags.output ?? `${model.manifest.id}-int8.onnx`;
      if (!path.endsWith('.onnx')) {
        throw new PictorError('OPTION_INVALID', {
          expected: '--output with the ending .onnx',
          received: path,
        });
      }
      const controller = new AbortController();
      const interrupt = () => controller.abort();
      process.once('SIGINT', interrupt);
      try {
        const result = await quantizeLocal(
          model,
          inputs.map((input) => input.open()),
          {
            pictures: flags.pictures,
            method: flags.method,
            keepFloat: flags.keepFloat,
            ...(flags.reduceRange !== undefined && { reduceRange: flags.reduceRange }),
            signal: controller.signal,
          },
        );
        await save(path, result);
        process.stdout.write(
          flags.json ? `${JSON.stringify(report(path, result), null, 2)}\n` : render(path, result),
        );
      } finally {
        process.removeListener('SIGINT', interrupt);
      }
    });
}

async function save(path: string, { model, manifest }: QuantizedLocal): Promise<void> {
  const [graph] = manifest.files;
  const own = { ...manifest, files: [{ ...graph, path: basename(path) }] };
  try {
    await writeFile(path, model);
    const beside = join(dirname(path), `${basename(path, '.onnx')}.manifest.json`);
    await writeFile(beside, `${JSON.stringify(own, null, 2)}\n`);
  } catch (cause) {
    throw new PictorError('FILE_WRITE_FAILED', { received: path, cause });
  }
}

function report(path: string, result: QuantizedLocal): Record<string, unknown> {
  const { model, manifest, ...facts } = result;
  return { path, id: manifest.id, bytes: model.byteLength, ...facts };
}

function render(path: string, result: QuantizedLocal): string {
  const { comparison, floatBytes, model, quantizedNodes, totalNodes } = result;
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const seen = result.heldOut ? 'pictures not calibrated on' : 'the calibration pictures';
  const ratio = comparison.floatMs / comparison.quantizedMs;
  return [
    `${path}: ${quantizedNodes} of ${totalNodes} nodes in 8 bits${result.reduceRange ? ', 7-bit weights' : ''}`,
    `  size    ${megabytes(floatBytes)} → ${megabytes(model.byteLength)}`,
    `  speed   ${comparison.floatMs.toFixed(2)} → ${comparison.quantizedMs.toFixed(2)} ms a picture (${ratio.toFixed(2)} times)`,
    `  answers ${(100 * comparison.sameTop1).toFixed(1)} % same first answer, ${comparison.signalToNoiseDb.toFixed(1)} dB, on ${comparison.pictures} of ${seen}`,
    ratio < 1.1 ? '  It does not pay on this machine: keep the float32 model.' : '',
  ]
    .filter(Boolean)
    .join('\n')
    .concat('\n');
}
