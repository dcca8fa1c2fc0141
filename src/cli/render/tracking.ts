/**
 * Measures of tracks for a person at a terminal.
 *
 * @module
 */
import type { TrackingMeasures } from '../../evaluation/tracking/types.ts';
import type { TrackingReport } from '../../video/tracker/evaluate-tracker.ts';
import { table } from './columns.ts';
import { colorsFor } from './terminal.ts';

const HEAD = [
  'sequence',
  'HOTA',
  'DetA',
  'AssA',
  'MOTA',
  'MOTP',
  'IDF1',
  'IDSW',
  'FP',
  'FN',
  'Frag',
  'ids',
  'true',
];

/** A row for each sequence, percentages as TrackEval prints them, and all together. */
export function renderTrackingReport(what: string, dataset: string, report: TrackingReport): string {
  const colors = colorsFor(process.stdout);
  const rows = report.sequences.map((sequence) => rowOf(sequence.name, sequence));
  if (rows.length > 1) rows.push(rowOf('all together', report.combined));
  const lines = table([HEAD, ...rows], HEAD.map((_, i) => i).slice(1)).split('\n');
  const [head = '', ...rest] = lines.map((line) => `  ${line}`);
  const title = `${colors.bold(what)} ${colors.dim('on')} ${colors.bold(dataset)}`;
  return [title, '', colors.dim(head), ...rest].join('\n');
}

function rowOf(name: string, measures: TrackingMeasures): string[] {
  const { hota, detA, assA, mota, motp, idf1, idsw, fp, fn, frag, trackIds, truthIds } = measures;
  const percentages = [hota, detA, assA, mota, motp, idf1].map((value) => (value * 100).toFixed(2));
  return [name, ...percentages, ...[idsw, fp, fn, frag, trackIds, truthIds].map(String)];
}
