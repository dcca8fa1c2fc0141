/**
 * Evaluation reports for a person at a terminal.
 *
 * @module
 */
import type { ClassificationReport } from '../../evaluation/classifier.ts';
import type { DetectionReport } from '../../evaluation/detector.ts';
import type { FailedPicture } from '../../evaluation/run-over.ts';
import { clipColumns, table } from './columns.ts';
import { colorsFor, percent } from './terminal.ts';

/** What a report is about. */
export interface EvaluatedDataset {
  readonly dataset: string;
  readonly layout: string;
}

/** Rows shown of a table that could be long. */
const SHOWN = 10;

/**
 * Accuracy, the weakest classes and the worst confusions.
 *
 * @param everyClass all classes instead of the weakest
 */
export function renderClassificationReport(
  report: EvaluatedDataset & ClassificationReport,
  everyClass: boolean,
): string {
  const weakest = report.perClass
    .filter(({ top1 }) => top1 < 1)
    .toSorted((a, b) => a.top1 - b.top1 || b.n - a.n);
  const classes = everyClass ? report.perClass : weakest.slice(0, SHOWN);
  return [
    heading(report),
    facts([
      ['pictures', `${report.n}, ${report.perClass.length} classes`],
      ['top-1', percent(report.top1).trim()],
      ['top-5', percent(report.top5).trim()],
      ['speed', `${report.picturesPerSecond.toFixed(1)} pictures/s`],
    ]),
    section(
      everyClass ? 'Classes' : `Weakest classes${more(weakest.length)}`,
      ['class', 'pictures', 'top-1', 'top-5'],
      classes.map(({ label, n, top1, top5 }) => [label, String(n), percent(top1), percent(top5)]),
      [1, 2, 3],
    ),
    section(
      `Worst confusions${more(report.confusions.length)}`,
      ['truth', 'taken for', 'times'],
      report.confusions.slice(0, SHOWN).map(({ truth, predicted, n }) => [truth, predicted, String(n)]),
      [2],
    ),
    failures(report.failed),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/**
 * Mean average precision, and the weakest classes.
 *
 * @param everyClass all classes instead of the weakest
 */
export function renderDetectionReport(
  report: EvaluatedDataset & DetectionReport,
  everyClass: boolean,
): string {
  const weakest = report.perClass.toSorted((a, b) => a.ap50 - b.ap50 || b.truths - a.truths);
  const classes = everyClass ? report.perClass : weakest.slice(0, SHOWN);
  return [
    heading(report),
    facts([
      ['pictures', `${report.n}, ${report.perClass.length} classes`],
      ['mAP@0.5', report.map50.toFixed(4)],
      ['mAP@[.5:.95]', report.map.toFixed(4)],
      ['speed', `${report.picturesPerSecond.toFixed(1)} pictures/s`],
    ]),
    section(
      everyClass ? 'Classes' : `Weakest classes${more(weakest.length)}`,
      ['class', 'objects', 'AP@0.5', 'AP@[.5:.95]'],
      classes.map(({ label, truths, ap50, ap }) => [label, String(truths), ap50.toFixed(3), ap.toFixed(3)]),
      [1, 2, 3],
    ),
    failures(report.failed),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function heading({ model, dataset }: { readonly model: string; readonly dataset: string }): string {
  const colors = colorsFor(process.stdout);
  return `${colors.bold(model)} ${colors.dim('on')} ${colors.bold(dataset)}`;
}

function facts(rows: readonly (readonly [string, string])[]): string {
  return indent(table(rows));
}

function section(title: string, head: string[], rows: string[][], rightAligned: readonly number[]): string {
  if (rows.length === 0) return '';
  const colors = colorsFor(process.stdout);
  const clipped = rows.map((row) => row.map((cell) => clipColumns(cell, 32)));
  const [first = '', ...rest] = table([head, ...clipped], rightAligned).split('\n');
  return `${colors.bold(title)}\n${indent([colors.dim(first), ...rest].join('\n'))}`;
}

function failures(failed: readonly FailedPicture[]): string {
  if (failed.length === 0) return '';
  const colors = colorsFor(process.stdout);
  const lines = failed.slice(0, SHOWN).map(({ name, code }) => `${name}  ${colors.dim(code)}`);
  return `${colors.red(`Left out: ${failed.length} that cannot be read`)}\n${indent(lines.join('\n'))}`;
}

function more(total: number): string {
  return total > SHOWN ? ` (${SHOWN} of ${total})` : '';
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
