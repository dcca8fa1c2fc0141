/**
 * A video's counts for a person at a terminal.
 *
 * @module
 */
import type { FrameSource, VideoSummary, WatchSummary } from '../../video/types.ts';
import { table } from './columns.ts';
import { colorsFor, percent } from './terminal.ts';

/** Counts of a video: objects, lines, zones. */
export function renderVideoSummary(summary: VideoSummary, follows: boolean): string {
  const colors = colorsFor(process.stdout);
  const { source, frames, seconds, state } = summary;
  const facts = [
    `${source.width}×${source.height}`,
    `${seconds.toFixed(1)} s`,
    `${frames} frames looked at`,
    ...(state.dropped > 0 ? [`${state.dropped} dropped`] : []),
    ...(state.reconnects > 0 ? [`${state.reconnects} reconnects`] : []),
  ];
  const labels = Object.keys(summary.average).toSorted(
    (a, b) =>
      (summary.unique[b] ?? 0) - (summary.unique[a] ?? 0) ||
      (summary.average[b] ?? 0) - (summary.average[a] ?? 0),
  );
  const objects = labels.map((label) => [
    label,
    ...(follows ? [String(summary.unique[label] ?? 0)] : []),
    (summary.average[label] ?? 0).toFixed(2),
  ]);
  return [
    `${colors.bold(source.name)}  ${colors.dim(facts.join(' · '))}`,
    objects.length === 0
      ? '  nothing found'
      : section(['object', ...(follows ? ['different'] : []), 'in a frame'], objects),
    section(
      ['line', 'in', 'out'],
      summary.lines.map((line) => [line.name, String(line.in), String(line.out)]),
    ),
    section(
      ['zone', 'entries', 'at most', 'longest visit'],
      summary.zones.map(({ name, entries, maxOccupancy, longestDwell }) => [
        name,
        String(entries),
        String(maxOccupancy),
        `${longestDwell.toFixed(1)} s`,
      ]),
    ),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** What a video shows, from when to when. */
export function renderWatchSummary({
  source,
  frames,
  seconds,
  segments,
  state,
  verdict,
}: WatchSummary): string {
  const colors = colorsFor(process.stdout);
  const facts = [
    `${source.width}×${source.height}`,
    `${seconds.toFixed(1)} s`,
    `${frames} of ${state.decoded} frames looked at`,
  ];
  const rows = segments.map(({ label, start, end, peak }) => [
    label,
    `${start.toFixed(1)} s`,
    `${end.toFixed(1)} s`,
    percent(peak).trim(),
  ]);
  return [
    `${colors.bold(source.name)}  ${colors.dim(facts.join(' · '))}`,
    ...(verdict === undefined ? [] : [`  ${colors.bold(verdict)}`]),
    rows.length === 0 ? '  nothing to name' : section(['what', 'from', 'to', 'at most'], rows),
  ].join('\n\n');
}

function section(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const colors = colorsFor(process.stdout);
  const numbers = head.map((_, i) => i).slice(1);
  const [first = '', ...rest] = table([head, ...rows], numbers).split('\n');
  return [`  ${colors.dim(first)}`, ...rest.map((line) => `  ${line}`)].join('\n');
}

/** One line on standard error that says how far it is; nothing on a stream that is no terminal. */
export function videoProgress({ info }: FrameSource): {
  update(time: number, frames: number): void;
  stop(): void;
} {
  const started = performance.now();
  let shown = 0;
  return {
    update(time, frames) {
      const now = performance.now();
      if (!process.stderr.isTTY || now - shown < 200) return;
      shown = now;
      const of = info.duration === undefined ? '' : ` of ${info.duration.toFixed(0)}`;
      const rate = (frames / Math.max(0.001, (now - started) / 1000)).toFixed(1);
      process.stderr.write(`\r\u001B[K${time.toFixed(1)}${of} s · ${frames} frames · ${rate} frames/s`);
    },
    stop() {
      if (shown > 0) process.stderr.write('\r\u001B[K');
    },
  };
}
