/**
 * A load test for a person at a terminal.
 *
 * @module
 */
import { histogram } from '../../load-test/histogram.ts';
import { milliseconds, type ReportInput } from '../../load-test/report.ts';
import { isOk, type LatencySummary } from '../../load-test/summary.ts';
import { table } from './columns.ts';
import { bar, colorsFor, megabytes, terminalColumns } from './terminal.ts';

const LATENCY_NAMES = ['min', 'mean', 'p50', 'p90', 'p99', 'max'] as const;

/** One run: figures, errors by kind, and the spread of latencies. */
export function renderRun({ title, samples, summary }: ReportInput): string {
  const colors = colorsFor(process.stdout);
  const lines = [colors.bold(title)];
  if (summary.latency) {
    const { latency } = summary;
    lines.push(
      table(
        [[...LATENCY_NAMES], LATENCY_NAMES.map((name) => milliseconds(latency[name]))],
        LATENCY_NAMES.map((_, i) => i),
      ).replaceAll(/^/gm, '  '),
    );
  }
  lines.push(
    `  ${summary.ok} of ${summary.requests} good answers in ${(summary.elapsedMs / 1000).toFixed(2)} s: ${colors.bold(summary.throughput.toFixed(1))} a second · sent ${megabytes(summary.bytesSent)} · received ${megabytes(summary.bytesReceived)}`,
  );
  for (const [kind, count] of Object.entries(summary.errors)) {
    lines.push(`  ${colors.red('✗')} ${kind}: ${count}`);
  }
  lines.push(...latencyChart(samples.filter(isOk).map((sample) => sample.latencyMs)));
  return lines.join('\n');
}

/** Concurrency against throughput and latency. */
export function renderSweep(runs: readonly ReportInput[]): string {
  const rows = runs.map(({ title, summary }) => [
    title.split(' · ').at(-1) ?? title,
    summary.throughput.toFixed(1),
    summary.latency ? milliseconds(summary.latency.p50) : '–',
    summary.latency ? milliseconds(summary.latency.p99) : '–',
    String(summary.requests - summary.ok),
  ]);
  return table([['sweep', 'a second', 'p50', 'p99', 'failed'], ...rows], [1, 2, 3, 4]);
}

/** Cold starts next to warm answers. */
export function renderColdStarts(
  calls: number,
  cold: LatencySummary | undefined,
  warm: LatencySummary | undefined,
): string {
  if (!cold) return `cold: none of ${calls} calls was answered`;
  const ratio = warm ? ` · ${(cold.p50 / warm.p50).toFixed(1)}× the warm median` : '';
  return `cold (${calls} calls): p50 ${milliseconds(cold.p50)}, max ${milliseconds(cold.max)}${ratio}`;
}

function latencyChart(values: readonly number[]): string[] {
  if (values.length < 5) return [];
  const bins = histogram(values, 10);
  const most = bins.reduce((max, bin) => Math.max(max, bin.count), 1);
  const columns = Math.max(10, terminalColumns(process.stdout) - 34);
  const colors = colorsFor(process.stdout);
  return bins.map((bin) => {
    const range = `${milliseconds(bin.from).padStart(8)} – ${milliseconds(bin.to).padStart(8)}`;
    return `  ${range} ${String(bin.count).padStart(6)} ${colors.cyan(bar(bin.count / most, columns))}`;
  });
}
