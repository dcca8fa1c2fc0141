/**
 * `pictor models info`.
 *
 * @module
 */
import type { Command } from 'commander';
import type { Manifest } from '../../../models/manifest/manifest.ts';
import type { ModelListing } from '../../../models/types.ts';
import { languageOption } from '../../pictures/picture-command.ts';
import type { Language } from '../../render/answers.ts';
import { colorsFor, megabytes } from '../../render/terminal.ts';

interface InfoFlags {
  readonly json?: boolean;
  readonly lang: Language;
}

const WORDS = {
  en: {
    state: 'where',
    task: 'task',
    input: 'input',
    output: 'output',
    labels: 'labels',
    accuracy: 'accuracy',
    licence: 'licence',
    source: 'source',
    made: 'converted',
    caution: 'caution',
    file: 'file',
    remote: 'not on this machine',
    classes: 'classes',
  },
  zh: {
    state: '位置',
    task: '任务',
    input: '输入',
    output: '输出',
    labels: '标签',
    accuracy: '精度',
    licence: '许可证',
    source: '来源',
    made: '转换自',
    caution: '注意',
    file: '文件',
    remote: '不在本机',
    classes: '类',
  },
} as const;

/** Adds `pictor models info`. */
export function registerModelsInfo(models: Command): void {
  models
    .command('info')
    .description('show how a model is fed, what it answers, where it comes from')
    .argument('<model>', 'model id, or path of an .onnx file or manifest')
    .addOption(languageOption('language of the headings'))
    .option('--json', 'the whole manifest, with state and path')
    .addHelpText(
      'after',
      `
Examples:
  $ pictor models info squeezenet
  $ pictor models info ./mine.onnx --json`,
    )
    .action(async (reference: string, { json, lang }: InfoFlags) => {
      const { openModelStore } = await import('../../../models/store/store.ts');
      const listing = await openModelStore().info(reference);
      const { manifest, ...where } = listing;
      process.stdout.write(
        json ? `${JSON.stringify({ ...where, ...manifest }, null, 2)}\n` : await render(listing, lang),
      );
    });
}

async function render({ manifest, state, path }: ModelListing, language: Language): Promise<string> {
  const { table } = await import('../../render/columns.ts');
  const words = WORDS[language];
  const { accuracy, provenance, caution } = manifest;
  const colors = colorsFor(process.stdout);
  const rows: string[][] = [
    [words.task, manifest.task],
    [words.state, path ?? (state === 'remote' ? words.remote : state)],
    [words.input, inputWords(manifest)],
    [words.output, outputWords(manifest)],
    ...(manifest.labels ? [[words.labels, labelWords(manifest.labels, words.classes)]] : []),
    ...(accuracy ? [[words.accuracy, accuracyWords(accuracy)]] : []),
    [words.licence, manifest.licence],
    [words.source, manifest.source],
    ...(provenance ? [[words.made, `${provenance.format} (sha256 ${provenance.sourceSha256})`]] : []),
    ...manifest.files.map(({ path: name, bytes, sha256 }) => [
      words.file,
      `${name}, ${megabytes(bytes)}, sha256 ${sha256}`,
    ]),
    ...(caution === undefined ? [] : [[words.caution, caution]]),
  ];
  const title = manifest.title === undefined ? '' : ` ${colors.dim(manifest.title)}`;
  return `${colors.bold(manifest.id)}${title}\n${table(rows)}\n`;
}

function inputWords({ input }: Manifest): string {
  const { resize, scale, mean, std } = input;
  const size = resize.rule === 'none' ? 'any size' : `${input.width}×${input.height}`;
  const how = resize.rule === 'crop' ? `crop after ${resize.shorterSide}` : resize.rule;
  const values = [
    `× ${Number(scale.toPrecision(6))}`,
    mean.some((value) => value !== 0) ? `− [${mean.map(short).join(', ')}]` : '',
    std.some((value) => value !== 1) ? `÷ [${std.map(short).join(', ')}]` : '',
  ];
  const recipe = values.filter((part) => part !== '' && part !== '× 1').join(' ');
  return `${size} ${input.channelOrder} ${input.layout} ${input.elementType}, ${how} (${resize.kernel})${recipe && `, ${recipe}`}`;
}

function outputWords({ output }: Manifest): string {
  if (output.decoder !== 'classification') return output.decoder;
  const offset = output.classOffset > 0 ? `, first class at ${output.classOffset}` : '';
  return `classification, softmax ${output.softmax}${offset}`;
}

function labelWords(labels: NonNullable<Manifest['labels']>, classes: string): string {
  if (typeof labels === 'string') return labels;
  const [first = '', second = ''] = labels.names;
  return `${labels.names.length} ${classes}: ${first}, ${second}${labels.names.length > 2 ? ', …' : ''}`;
}

function accuracyWords({ top1, top5, map, note }: NonNullable<Manifest['accuracy']>): string {
  const percent = (value: number | undefined, name: string) =>
    value === undefined ? '' : `${name} ${(100 * value).toFixed(1)} %`;
  return [percent(top1, 'top-1'), percent(top5, 'top-5'), percent(map, 'mAP'), `(${note})`]
    .filter(Boolean)
    .join(' ');
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
