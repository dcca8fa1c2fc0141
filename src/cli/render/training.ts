/**
 * Trainings for a person at a terminal.
 *
 * @module
 */
import { basename, extname, join, resolve } from 'node:path';
import type { CheckedDataset } from '../../training/check.ts';
import type { Finding } from '../../training/checks/types.ts';
import type { TrainResult } from '../../training/context.ts';
import type { TrainProgress } from '../../training/options.ts';
import type { TrainingReport } from '../../training/report/types.ts';
import { clipColumns, table } from './columns.ts';
import { colorsFor, megabytes, percent } from './terminal.ts';

/** The id of a model that is named after its folder. */
export function idFor(path: string): string {
  const absolute = resolve(path);
  const id = basename(absolute, extname(absolute))
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 58);
  return id || 'model';
}

/** Rows shown of a table that could be long. */
const SHOWN = 10;

/** Prints the result of a training: figures for a person, or the whole report. */
export function printTraining({ report, folder }: TrainResult, json: boolean): void {
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : renderTraining(report, folder));
}

/** The figures of the report, and where the rest of it is. */
function renderTraining(report: TrainingReport, folder: string): string {
  const colors = colorsFor(process.stdout);
  const { measures, data, unknown, model } = report;
  const pictures = data.classes.reduce((sum, each) => sum + each.train + each.validation + each.test, 0);
  const [low, high] = measures.interval;
  const rows: string[][] = [
    ['pictures', `${pictures} in ${data.classes.length} classes, ${measures.n} held out (${report.heldOut})`],
    ['top-1', `${plain(measures.top1)} (${plain(low)} to ${plain(high)})`],
    ['calibration error', plain(measures.ece)],
    ['known pictures told', `${plain(unknown.heldOutKnown)} of those held out`],
    ...(unknown.far
      ? [
          [
            'unknown pictures told',
            `${plain(unknown.far.detected)} of ${unknown.far.n}, AUROC ${unknown.far.auroc.toFixed(3)}`,
          ],
        ]
      : []),
    ...(unknown.near
      ? [
          [
            'one class left out',
            `${plain(unknown.near.detected)} told, AUROC ${unknown.near.auroc.toFixed(3)}`,
          ],
        ]
      : []),
    ['backbone', `${report.backbone.id}, ${report.backbone.features} features`],
    ['level', levelOf(report)],
    ['size and speed', `${megabytes(model.bytes)}, ${model.pictureMs.toFixed(1)} ms a picture`],
    ['took', seconds(report.durationMs)],
  ];
  if (report.comparison) {
    const { version, before, after, n } = report.comparison;
    rows.splice(2, 0, [
      `against version ${version}`,
      `${plain(before)} → ${plain(after)} on the same ${n} pictures`,
    ]);
  }
  return [
    `${colors.green('✓')} ${colors.bold(report.id)} version ${report.version}`,
    indent(table(rows)),
    ...findingLines(data.findings),
    ...weakest(report),
    ...(report.backbone.note ? [`${colors.yellow('!')} ${report.backbone.note}`] : []),
    `Report: ${join(folder, 'report.html')}`,
    `Use it: pictor classify photo.jpg --model ${report.id}`,
  ]
    .join('\n')
    .concat('\n');
}

/** What a data set is and what may be wrong with it. */
export function renderCheck(result: CheckedDataset): string {
  const colors = colorsFor(process.stdout);
  const sizes = result.classes.map(({ n }) => n);
  const head = `${colors.bold(result.path)} ${colors.dim(`${result.layout}, ${result.pictures} pictures, ${result.classes.length} classes of ${Math.min(...sizes)} to ${Math.max(...sizes)}`)}`;
  const found = findingLines(result.findings, SHOWN);
  const notices = result.notices.map((text) => `${colors.yellow('!')} ${text}`);
  const verdict = result.obstacle
    ? [`${colors.red('✗')} ${result.obstacle}`]
    : found.length === 0
      ? [`${colors.green('✓')} nothing found`]
      : [];
  return [head, ...notices, ...found, ...verdict].join('\n').concat('\n');
}

function levelOf({ level, candidates }: TrainingReport): string {
  if (candidates.length === 0) return 'head on frozen features';
  const tried = candidates.map((each) => `${each.level} ${plain(each.validation)}`).join(', ');
  return `${level === 'head' ? 'head on frozen features' : 'fine-tuned'} (validation: ${tried})`;
}

function findingLines(findings: readonly Finding[], files = 3): string[] {
  const colors = colorsFor(process.stdout);
  return findings.flatMap(({ message, fix, files: names, count }) => {
    const shown = names.slice(0, files).map((name) => `    ${colors.dim(clipColumns(name, 100))}`);
    const more = count > shown.length ? [`    ${colors.dim(`and ${count - shown.length} more`)}`] : [];
    return [`${colors.yellow('!')} ${message}. ${fix}.`, ...shown, ...more];
  });
}

function weakest({ measures }: TrainingReport): string[] {
  const colors = colorsFor(process.stdout);
  const rows = measures.perClass
    .filter(({ n, f1 }) => n > 0 && f1 < 1)
    .toSorted((a, b) => a.f1 - b.f1)
    .slice(0, SHOWN)
    .map(({ label, n, precision, recall, f1 }) => [
      clipColumns(label, 32),
      String(n),
      percent(precision),
      percent(recall),
      percent(f1),
    ]);
  if (rows.length === 0) return [];
  return [
    colors.bold('Weakest classes'),
    indent(table([['class', 'pictures', 'precision', 'recall', 'F1'], ...rows], [1, 2, 3, 4])),
  ];
}

const plain = (share: number): string => percent(share).trim();

function seconds(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}

const STAGES: Readonly<Record<TrainProgress['stage'], string>> = {
  check: 'Looking at pictures',
  features: 'Computing features',
  head: 'Fitting the head',
  'fine-tune': 'Fine-tuning',
  verify: 'Measuring',
};

/** One line that says what is going on; on a stream that is no terminal, one line a stage. */
export function trainBar(): { update(progress: TrainProgress): void; stop(): void } {
  let stage: string | undefined;
  let drawn = false;
  let last = 0;
  const clear = () => {
    if (drawn) process.stderr.write('\r\u001B[K');
    drawn = false;
  };
  return {
    update(progress) {
      const { done, total, message, remainingMs } = progress;
      const fresh = progress.stage !== stage;
      stage = progress.stage;
      if (!process.stderr.isTTY) {
        if (fresh && total > 1) process.stderr.write(`${STAGES[progress.stage]}: ${total}\n`);
        return;
      }
      if (!fresh && done < total && Date.now() - last < 100) return;
      last = Date.now();
      const left = remainingMs === undefined || done >= total ? '' : ` · ${seconds(remainingMs)} left`;
      const count = total > 1 ? ` ${done}/${total}` : '';
      clear();
      process.stderr.write(`${STAGES[progress.stage]}${count}${left}${message ? ` · ${message}` : ''}`);
      drawn = true;
    },
    stop: clear,
  };
}
