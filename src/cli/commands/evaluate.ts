/**
 * `pictor evaluate`: how good a model is on pictures whose truth is known.
 *
 * @module
 */
import { type Command, Option } from 'commander';
import { PictorError } from '../../errors.ts';
import type { Dataset } from '../../evaluation/datasets/open-dataset.ts';
import type { EvaluateOptions } from '../../evaluation/run-over.ts';
import type { TrackerPreset } from '../../video/tracker/types.ts';
import { EXIT } from '../exit.ts';
import { untilInterrupted } from '../interrupt.ts';
import { integerOption } from '../options.ts';
import type { EvaluatedDataset } from '../render/evaluation.ts';
import { progressBar } from '../render/notices.ts';

interface EvaluateFlags {
  readonly model?: string;
  readonly images?: string;
  readonly limit?: number;
  readonly perClass?: boolean;
  readonly json?: boolean;
  readonly html?: string;
  readonly tracking?: boolean;
  readonly tracker?: TrackerPreset;
  readonly every?: number;
  readonly results?: string;
}

// On their own: TypeScript leaves the ending of an import as it is where the function has an `await using` to lower.
const classification = () => import('../../evaluation/classifier.ts');
const detection = () => import('../../evaluation/detector.ts');
const recognizers = () => import('../pictures/open.ts');
const pages = () => import('../render/evaluation-page.ts');
const reports = () => import('../render/evaluation.ts');

/** Adds `pictor evaluate`. */
export function registerEvaluate(program: Command): void {
  program
    .command('evaluate')
    .description('measure a model on pictures whose truth is known')
    .argument('<dataset>', 'folder or file, see below')
    .option('-m, --model <id>', 'model id, or path of an .onnx file or manifest')
    .option('--images <folder>', 'where the pictures of a COCO file lie')
    .option('-n, --limit <n>', 'only the first n pictures', integerOption(1))
    .option('--per-class', 'every class in the table, not only the weakest')
    .option('--json', 'the whole report as one JSON object')
    .option('--html <file>', 'write a page with confusion matrix, reliability and mistakes (classifiers)')
    .option('--tracking', 'measure tracking: HOTA, MOTA, IDF1')
    .addOption(
      new Option('--tracker <preset>', 'tracker for the detections of the sequences (default: default)')
        .choices(['default', 'sort', 'bytetrack', 'ocsort'])
        .conflicts('results'),
    )
    .option('--every <n>', 'only every nth frame of the sequences', integerOption(1))
    .option('--results <folder>', 'measure tracks that are there: <sequence>.txt for each sequence')
    .addHelpText(
      'after',
      `
Data sets for a classifier:
  folder of class folders             val/cat/1.jpg, val/dog/2.jpg
  folder of pictures named by synset  n02130308_cheetah.jpg
  table (.tsv)                        path, tab, class on each line
  A class is a label, a synset or an index of the model.

Data sets for a detector:
  folder with images/ and labels/     YOLO text: class cx cy width height
  COCO file (.json)                   instances_val2017.json

Sequences for a tracker (with --tracking), MOTChallenge text:
  folder of <sequence>/gt.txt         det.txt and seqinfo.ini beside it

Examples:
  $ pictor evaluate --tracking MOT15/train --tracker default --every 3
  $ pictor evaluate flowers/val --model ./flowers.onnx
  $ pictor evaluate imagenet-sample/ --model squeezenet --json
  $ pictor evaluate flowers/val --model flowers --html report.html
  $ pictor evaluate coco/ --per-class
  $ pictor evaluate instances_val2017.json --images val2017/`,
    )
    .action(async (path: string, flags: EvaluateFlags) => {
      if (flags.tracking) {
        process.exitCode = await untilInterrupted((signal) => evaluateTracking(path, flags, signal));
        return;
      }
      const { openDataset } = await import('../../evaluation/datasets/open-dataset.ts');
      const dataset = await openDataset(path, {
        ...(flags.images !== undefined && { images: flags.images }),
      });
      process.exitCode = await untilInterrupted(async (signal) => {
        const bar = progressBar();
        const options = { signal, onProgress: bar.update };
        try {
          const failed = await (dataset.kind === 'classes'
            ? evaluateClasses(path, dataset, flags, options)
            : evaluateBoxes(path, dataset, flags, options));
          return failed > 0 ? EXIT.failed : EXIT.ok;
        } finally {
          bar.stop();
        }
      });
    });
}

async function evaluateClasses(
  path: string,
  dataset: Extract<Dataset, { kind: 'classes' }>,
  flags: EvaluateFlags,
  options: EvaluateOptions & { readonly signal: AbortSignal },
): Promise<number> {
  const { evaluateClassifier } = await classification();
  const { openRecognizer, startEngine } = await recognizers();
  const { renderClassificationReport } = await reports();
  const open = { engine: startEngine(flags.limit ?? Number.POSITIVE_INFINITY), signal: options.signal };
  await using classifier = await openRecognizer('classify', flags.model, open);
  const pictures = limited(await dataset.read(classifier.labels), flags.limit, path);
  const { remembering, writeEvaluationPage } = await pages();
  const remembered = flags.html === undefined ? classifier : remembering(classifier);
  const report = await evaluateClassifier(remembered, pictures, options);
  if (flags.html !== undefined) await writeEvaluationPage(flags.html, remembered, pictures, path);
  const named = { dataset: path, layout: dataset.layout, ...report };
  print(named, flags, () => renderClassificationReport(named, flags.perClass === true));
  return report.failed.length;
}

async function evaluateBoxes(
  path: string,
  dataset: Extract<Dataset, { kind: 'boxes' }>,
  flags: EvaluateFlags,
  options: EvaluateOptions & { readonly signal: AbortSignal },
): Promise<number> {
  const { evaluateDetector } = await detection();
  const { openRecognizer, startEngine } = await recognizers();
  const { renderDetectionReport } = await reports();
  const open = { engine: startEngine(flags.limit ?? Number.POSITIVE_INFINITY), signal: options.signal };
  await using detector = await openRecognizer('detect', flags.model, open);
  const pictures = limited(await dataset.read(detector.labels), flags.limit, path);
  const report = await evaluateDetector(detector, pictures, options);
  const named = { dataset: path, layout: dataset.layout, ...report };
  print(named, flags, () => renderDetectionReport(named, flags.perClass === true));
  return report.failed.length;
}

async function evaluateTracking(path: string, flags: EvaluateFlags, signal: AbortSignal): Promise<number> {
  const { readSequences } = await import('../../evaluation/tracking/sequences.ts');
  const { evaluateResults, evaluateTracker } = await import('../../video/tracker/evaluate-tracker.ts');
  const { renderTrackingReport } = await import('../render/tracking.ts');
  const { every = 1, results, tracker: preset = 'default' } = flags;
  const sequences = await readSequences(path, { every });
  const report =
    results === undefined
      ? evaluateTracker(sequences, { preset, every, signal })
      : await evaluateResults(sequences, results, every);
  const what = results ?? preset;
  const named = { dataset: path, tracker: what, every, ...report };
  const text = flags.json ? JSON.stringify(named, null, 2) : renderTrackingReport(what, path, report);
  process.stdout.write(`${text}\n`);
  return EXIT.ok;
}

function limited<Picture>(pictures: Picture[], limit: number | undefined, path: string): Picture[] {
  if (pictures.length > 0) return pictures.slice(0, limit);
  throw new PictorError('DATASET_INVALID', { expected: `pictures in ${path}`, received: 'none' });
}

function print<Report extends EvaluatedDataset>(
  report: Report,
  { json }: EvaluateFlags,
  render: () => string,
): void {
  process.stdout.write(`${json ? JSON.stringify(report, null, 2) : render()}\n`);
}
