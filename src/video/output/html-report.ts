/**
 * A report of a video as one HTML file without scripts: counts, timeline, heat map, the objects with a picture of each.
 *
 * @module
 */
import { colorsOf } from '../../image/draw/colors.ts';
import type { Pixels } from '../../image/types.ts';
import type { Box } from '../../tasks/types.ts';
import { IntervalCounter } from '../analytics/intervals.ts';
import type { IntervalCount, TrackSummary, VideoSummary } from '../types.ts';
import { FileLines } from './file-lines.ts';
import { hashOf } from './hash-of.ts';
import { objectJpeg } from './object-jpeg.ts';
import type { ResultWriter } from './result-writer.ts';

/** Columns of the timeline; two neighbours are merged when there are more. */
const COLUMNS = 240;
/** Objects that are shown with a picture. */
const SHOWN = 200;
const THUMBNAIL = 96;

/** Opens a report. */
export async function htmlWriter(path: string): Promise<ResultWriter> {
  const file = new FileLines(path);
  const seconds = new IntervalCounter(1);
  let timeline: IntervalCount[] = [];
  const pictures = new Map<number, { readonly area: number; readonly jpeg: Promise<string> }>();

  /** Keeps the timeline at a bounded number of columns: a long video has coarser ones. */
  function note(count: IntervalCount | undefined): void {
    if (!count) return;
    timeline.push(count);
    if (timeline.length < 2 * COLUMNS) return;
    timeline = Array.from({ length: COLUMNS }, (_, i) => merged(timeline[2 * i], timeline[2 * i + 1]));
  }

  return {
    async write({ objects, time, picture }) {
      note(seconds.update(objects, time));
      for (const { id, box } of objects) {
        if (id === undefined || (pictures.size >= SHOWN && !pictures.has(id))) continue;
        const area = box.width * box.height;
        const known = pictures.get(id);
        // A larger picture of the same object is worth a new one, a slightly larger one is not.
        if (known && area < 1.5 * known.area) continue;
        const jpeg = thumbnail(picture, box);
        pictures.set(id, { area, jpeg });
        await jpeg;
      }
    },
    async finish({ summary, heatMap, tracks }) {
      note(seconds.finish());
      await file.write(head(summary));
      await file.write(tables(summary));
      await file.write(timelineSvg(timeline));
      await file.write(heatSvg(heatMap, summary));
      await file.write(`<h2>Objects</h2><div class="objects">`);
      for (const track of tracks.slice(0, SHOWN))
        await file.write(card(track, await pictures.get(track.id)?.jpeg));
      await file.write(
        `</div>${tracks.length > SHOWN ? `<p>${tracks.length - SHOWN} more.</p>` : ''}</main></html>\n`,
      );
      await file.finish();
    },
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}

async function thumbnail(picture: Pixels, box: Box): Promise<string> {
  return Buffer.from(await objectJpeg(picture, box, THUMBNAIL)).toString('base64');
}

function merged(a: IntervalCount | undefined, b: IntervalCount | undefined): IntervalCount {
  const first = a ?? b;
  if (!first) return { interval: 0, start: 0, end: 0, frames: 0, unique: {}, average: {} };
  if (!a || !b) return first;
  const frames = a.frames + b.frames;
  const labels = new Set([...Object.keys(a.average), ...Object.keys(b.average)]);
  const average = Object.fromEntries(
    [...labels].map((label) => {
      const sum = (a.average[label] ?? 0) * a.frames + (b.average[label] ?? 0) * b.frames;
      return [label, sum / frames];
    }),
  );
  return { ...a, end: b.end, frames, average };
}

function head({ source, frames, seconds, state }: VideoSummary): string {
  const facts = [`${source.width}×${source.height}`, `${seconds.toFixed(1)} s`, `${frames} frames looked at`];
  const note =
    state.incomplete === undefined ? '' : `<p class="note">Incomplete: ${html(state.incomplete)}</p>`;
  return (
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<title>${html(source.name)}</title><style>:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}` +
    `main{max-width:60rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;margin:1rem 0}` +
    `td,th{padding:.25rem .75rem;text-align:right;border-bottom:1px solid #8884}td:first-child,th:first-child{text-align:left}` +
    `svg{width:100%;height:auto;background:#8881}.objects{display:flex;flex-wrap:wrap;gap:.75rem}` +
    `figure{margin:0;width:6rem;font-size:.8rem}img{width:6rem;height:6rem;background:#fff}.note{color:#c00}</style>` +
    `<main><h1>${html(source.name)}</h1><p>${facts.join(' · ')}</p>${note}`
  );
}

function tables({ unique, average, lines, zones }: VideoSummary): string {
  const rows = Object.keys(average).map((label) => [
    label,
    String(unique[label] ?? '–'),
    (average[label] ?? 0).toFixed(2),
  ]);
  return [
    table(['object', 'different', 'in a frame'], rows),
    table(
      ['line', 'in', 'out'],
      lines.map((line) => [line.name, String(line.in), String(line.out)]),
    ),
    table(
      ['zone', 'entries', 'at most', 'longest visit'],
      zones.map((zone) => [
        zone.name,
        String(zone.entries),
        String(zone.maxOccupancy),
        `${zone.longestDwell.toFixed(1)} s`,
      ]),
    ),
  ].join('');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const cells = (tag: string, row: readonly string[]) =>
    row.map((cell) => `<${tag}>${html(cell)}</${tag}>`).join('');
  return `<table><tr>${cells('th', head)}</tr>${rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('')}</table>`;
}

/** Objects in a frame over time, the classes on each other. */
function timelineSvg(timeline: readonly IntervalCount[]): string {
  const last = timeline.at(-1);
  if (!last || last.end === 0) return '';
  const sums = timeline.map(({ average }) => Object.values(average).reduce((sum, value) => sum + value, 0));
  const most = Math.max(1, ...sums);
  const bars = timeline.flatMap(({ start, end, average }) => {
    let top = 100;
    return Object.entries(average).map(([label, value]) => {
      const height = (value / most) * 95;
      top -= height;
      const x = (start / last.end) * 1000;
      const width = Math.max(0.5, ((end - start) / last.end) * 1000);
      const title = `${label}: ${value.toFixed(2)} at ${start.toFixed(0)} s`;
      return `<rect x="${x.toFixed(1)}" y="${top.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" fill="${colorsOf(hashOf(label)).box}"><title>${html(title)}</title></rect>`;
    });
  });
  return `<h2>Objects in a frame over ${last.end.toFixed(0)} s</h2><svg viewBox="0 0 1000 100" role="img">${bars.join('')}</svg>`;
}

function heatSvg(
  {
    columns,
    rows,
    seconds,
  }: { readonly columns: number; readonly rows: number; readonly seconds: readonly number[] },
  { source }: VideoSummary,
): string {
  const most = seconds.reduce((top, count) => Math.max(top, count), 0);
  if (!(most > 0)) return '';
  const [width, height] = [source.width || 640, source.height || 360];
  const cells = seconds.flatMap((value, i) => {
    if (value === 0) return [];
    const x = ((i % columns) * width) / columns;
    const y = (Math.floor(i / columns) * height) / rows;
    // The square root shows what is seldom, too.
    const strength = Math.sqrt(value / most);
    return [
      `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${(width / columns).toFixed(1)}" height="${(height / rows).toFixed(1)}" fill="hsl(${Math.round(240 - 240 * strength)} 90% 50%)" opacity="${(0.2 + 0.8 * strength).toFixed(2)}"><title>${value.toFixed(1)} s</title></rect>`,
    ];
  });
  return `<h2>Where they were</h2><svg viewBox="0 0 ${width} ${height}" role="img">${cells.join('')}</svg>`;
}

function card({ id, label, firstSeen, lastSeen, speed }: TrackSummary, jpeg: string | undefined): string {
  const image = jpeg === undefined ? '' : `<img alt="" src="data:image/jpeg;base64,${jpeg}">`;
  const text = `${label} #${id}, ${firstSeen.toFixed(1)}–${lastSeen.toFixed(1)} s, ${speed.toFixed(0)} px/s`;
  return `<figure>${image}<figcaption>${html(text)}</figcaption></figure>`;
}

function html(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
