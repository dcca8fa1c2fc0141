/**
 * A load test as a picture: every request as a dot over time, and how latencies are spread. One SVG, and an HTML page
 * around it that needs nothing else.
 *
 * @module
 */
import { histogram } from './histogram.ts';
import { isOk, type LoadTestSummary } from './summary.ts';
import type { Sample } from './types.ts';

/** What a report is about. */
export interface ReportInput {
  readonly title: string;
  readonly samples: readonly Sample[];
  readonly summary: LoadTestSummary;
}

const WIDTH = 880;
const HEIGHT = 420;
const LEFT = 70;
const TOP = 40;
const PLOT_WIDTH = 560;
const PLOT_HEIGHT = 320;
const BARS_LEFT = LEFT + PLOT_WIDTH + 30;
const BARS_WIDTH = WIDTH - BARS_LEFT - 20;
const MAX_DOTS = 4000;

/**
 * The chart as SVG text.
 *
 * @param input samples and their summary
 */
export function reportSvg({ title, samples, summary }: ReportInput): string {
  const good = samples.filter(isOk);
  const elapsed = Math.max(1, summary.elapsedMs);
  const top = Math.max(1, (summary.latency?.max ?? 1) * 1.05);
  const x = (ms: number) => LEFT + (ms / elapsed) * PLOT_WIDTH;
  const y = (ms: number) => TOP + PLOT_HEIGHT - (Math.min(ms, top) / top) * PLOT_HEIGHT;
  const step = Math.ceil(samples.length / MAX_DOTS);
  const dots = samples
    .filter((_, i) => i % step === 0)
    .map((sample) => {
      const colour = isOk(sample) ? '#2563eb' : '#dc2626';
      return `<circle cx="${x(sample.dueMs).toFixed(1)}" cy="${y(sample.latencyMs).toFixed(1)}" r="2" fill="${colour}" fill-opacity="0.55"/>`;
    });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const at = y(part * top).toFixed(1);
    return `<line x1="${LEFT}" x2="${LEFT + PLOT_WIDTH}" y1="${at}" y2="${at}" stroke="#8884"/><text x="${LEFT - 8}" y="${at}" text-anchor="end" dominant-baseline="middle">${milliseconds(part * top)}</text>`;
  });
  const lines = summary.latency
    ? (['p50', 'p99'] as const).map((name) => {
        const value = summary.latency?.[name] ?? 0;
        const at = y(value).toFixed(1);
        return `<line x1="${LEFT}" x2="${LEFT + PLOT_WIDTH}" y1="${at}" y2="${at}" stroke="#d97706" stroke-dasharray="5 4"/><text x="${LEFT + PLOT_WIDTH}" y="${at}" dy="-4" text-anchor="end" fill="#d97706">${name} ${milliseconds(value)}</text>`;
      })
    : [];
  const bins = histogram(
    good.map((sample) => sample.latencyMs),
    24,
  );
  const most = bins.reduce((max, bin) => Math.max(max, bin.count), 1);
  const barHeight = PLOT_HEIGHT / Math.max(1, bins.length);
  const bars = bins.map((bin, i) => {
    const at = TOP + PLOT_HEIGHT - (i + 1) * barHeight;
    return `<rect x="${BARS_LEFT}" y="${at.toFixed(1)}" width="${((bin.count / most) * BARS_WIDTH).toFixed(1)}" height="${(barHeight * 0.85).toFixed(1)}" fill="#2563eb" fill-opacity="0.7"><title>${milliseconds(bin.from)} to ${milliseconds(bin.to)}: ${bin.count}</title></rect>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="currentColor" role="img" aria-label="${escapeXml(title)}">
<rect width="${WIDTH}" height="${HEIGHT}" fill="Canvas"/>
<text x="${LEFT}" y="22" font-size="15" font-weight="600">${escapeXml(title)}</text>
${ticks.join('\n')}
${dots.join('\n')}
${lines.join('\n')}
${bars.join('\n')}
<text x="${LEFT}" y="${TOP + PLOT_HEIGHT + 20}">0 s</text>
<text x="${LEFT + PLOT_WIDTH}" y="${TOP + PLOT_HEIGHT + 20}" text-anchor="end">${(elapsed / 1000).toFixed(1)} s</text>
<text x="${BARS_LEFT}" y="${TOP + PLOT_HEIGHT + 20}">spread (logarithmic)</text>
<text x="${LEFT}" y="${TOP + PLOT_HEIGHT + 45}" fill="#2563eb">● answered ${summary.ok}</text>
<text x="${LEFT + 140}" y="${TOP + PLOT_HEIGHT + 45}" fill="#dc2626">● failed ${summary.requests - summary.ok}</text>
</svg>`;
}

/**
 * A page with the charts of one or more runs.
 *
 * @param runs in the order of the page
 */
export function reportHtml(runs: readonly ReportInput[]): string {
  const sections = runs.map((run) => `<section>${reportSvg(run)}${figures(run.summary)}</section>`);
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Pictor load test</title>
<style>:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}svg{width:100%;height:auto}table{border-collapse:collapse}td{padding:.1rem 1rem .1rem 0;font-variant-numeric:tabular-nums}</style>
<h1>Load test</h1>
${sections.join('\n')}
</html>
`;
}

function figures(summary: LoadTestSummary): string {
  const rows: [string, string][] = [
    ['requests', String(summary.requests)],
    ['good answers', String(summary.ok)],
    ['throughput', `${summary.throughput.toFixed(1)} a second`],
    ...Object.entries(summary.latency ?? {}).map(([name, value]): [string, string] => [
      name,
      milliseconds(Number(value)),
    ]),
    ...Object.entries(summary.errors).map(([kind, count]): [string, string] => [kind, String(count)]),
  ];
  return `<table>${rows.map(([name, value]) => `<tr><td>${escapeXml(name)}<td>${escapeXml(value)}`).join('')}</table>`;
}

/** Milliseconds for a person. */
export function milliseconds(value: number): string {
  return value >= 10_000
    ? `${(value / 1000).toFixed(1)} s`
    : `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
