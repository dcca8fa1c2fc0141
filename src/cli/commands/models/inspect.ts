/**
 * `pictor models inspect`.
 *
 * @module
 */
import type { Command } from 'commander';
import type { ModelInspection } from '../../../convert/inspect-model.ts';
import { untilInterrupted } from '../../interrupt.ts';
import { colorsFor } from '../../render/terminal.ts';

/** Adds `pictor models inspect`. */
export function registerModelsInspect(models: Command): void {
  models
    .command('inspect')
    .description('say what a model file is, and what it does not tell, without running any of it')
    .argument(
      '<path>',
      'a folder, a .zip, an address, or a file: .h5, .keras, .pth, .pt, .safetensors, .tflite, .onnx',
    )
    .option('--json', 'everything as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ pictor models inspect keras_model.h5
  $ pictor models inspect resnet50-19c8e357.pth --json`,
    )
    .action(async (path: string, { json }: { readonly json?: boolean }) => {
      const { inspectModel } = await import('../../../convert/inspect-model.ts');
      const found = await untilInterrupted((signal) => inspectModel(path, { signal }));
      process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : render(found));
    });
}

function render(found: ModelInspection): string {
  const colors = colorsFor(process.stdout);
  const { input, labels, alternatives = [] } = found;
  const count = (value: number | undefined, unit: string) =>
    value === undefined ? [] : [`${value.toLocaleString('en')} ${unit}`];
  const rows: [name: string, value: string][] = [
    ['file', found.file],
    ['format', found.format],
    ['written by', found.framework ?? ''],
    [
      'holds',
      [
        ...count(found.layers, 'layers'),
        ...count(found.tensors, 'tensors'),
        ...count(found.parameters, 'parameters'),
      ].join(', '),
    ],
    ['recipe', [found.recipe ?? '', ...alternatives.map((id) => `(also fits ${id})`)].join(' ').trim()],
    ['task', found.task ?? ''],
    ['input', input ? `${input.width}×${input.height} ${input.channelOrder}, ${input.resize.rule}` : ''],
    [
      'scaling',
      input ? `(pixel × ${short(input.scale)} − [${input.mean.map(short)}]) / [${input.std.map(short)}]` : '',
    ],
    ['classes', classesOf(labels)],
  ];
  const lines = rows
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${colors.dim(name.padEnd(11))}${value}`);
  for (const { flag, text } of found.uncertain) {
    lines.push(`${colors.yellow('?')} ${text}${flag === '' ? '' : ` ${colors.dim(`(${flag})`)}`}`);
  }
  if (found.refusal) lines.push(`${colors.red('✗')} ${found.refusal.message}`);
  return `${lines.join('\n')}\n`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function classesOf(labels: ModelInspection['labels']): string {
  if (labels === undefined) return '';
  if (typeof labels === 'string') return labels;
  const { names } = labels;
  const shown = names.slice(0, 8).join(', ');
  return `${names.length}: ${shown}${names.length > 8 ? ', …' : ''}`;
}
