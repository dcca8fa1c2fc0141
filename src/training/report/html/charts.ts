/**
 * Charts as SVG, drawn by hand: they need no script and print well.
 *
 * @module
 */
import { both, escapeHtml, percent } from './html.ts';

const SIDE = 260;
const LEFT = 40;
const BOTTOM = 30;

type Point = readonly [number, number];

interface Series {
  readonly points: readonly Point[];
  readonly color: string;
  readonly dots?: boolean;
}

interface ChartSpec {
  readonly series: readonly Series[];
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  readonly format?: (value: number) => string;
  readonly diagonal?: boolean;
  readonly caption: readonly [en: string, zh: string];
}

/** Lines over two axes. */
export function lineChart(spec: ChartSpec): string {
  const { series, x, y, xTicks, yTicks, diagonal, caption, format = (value: number) => String(value) } = spec;
  const at = (value: number, [low, high]: Point) => (high > low ? (value - low) / (high - low) : 0);
  const px = (value: number) => LEFT + at(value, x) * SIDE;
  const py = (value: number) => 10 + SIDE - at(value, y) * SIDE;
  const grid = yTicks
    .map(
      (tick) =>
        `<line x1="${LEFT}" x2="${LEFT + SIDE}" y1="${py(tick)}" y2="${py(tick)}" stroke="var(--line)"/><text x="${LEFT - 5}" y="${py(tick) + 4}" text-anchor="end">${escapeHtml(format(tick))}</text>`,
    )
    .join('');
  const below = xTicks
    .map(
      (tick) =>
        `<text x="${px(tick)}" y="${SIDE + BOTTOM - 4}" text-anchor="middle">${escapeHtml(format(tick))}</text>`,
    )
    .join('');
  const line = diagonal
    ? `<line x1="${px(x[0])}" y1="${py(y[0])}" x2="${px(x[1])}" y2="${py(y[1])}" stroke="var(--soft)" stroke-dasharray="4 4"/>`
    : '';
  const drawn = series
    .map(({ points, color, dots }) => {
      const path = points.map(([a, b]) => `${px(a).toFixed(1)},${py(b).toFixed(1)}`).join(' ');
      const marks = dots
        ? points
            .map(
              ([a, b]) => `<circle cx="${px(a).toFixed(1)}" cy="${py(b).toFixed(1)}" r="3" fill="${color}"/>`,
            )
            .join('')
        : '';
      return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/>${marks}`;
    })
    .join('');
  const [en, zh] = caption;
  return `<figure><svg viewBox="0 0 ${LEFT + SIDE + 15} ${SIDE + BOTTOM}" width="${LEFT + SIDE + 15}" role="img" aria-label="${escapeHtml(en)}">${grid}${below}${line}${drawn}</svg><figcaption>${both(en, zh)}</figcaption></figure>`;
}

/** Truth by row, answer by column; the darker, the more of the row. */
export function confusionMatrix(
  confusion: readonly (readonly number[])[],
  classes: readonly string[],
): string {
  const cell = Math.max(16, Math.min(46, Math.floor(560 / classes.length)));
  const label = Math.min(150, 12 + 7 * Math.max(...classes.map(({ length }) => length)));
  const short = (text: string) => (text.length > 20 ? `${text.slice(0, 19)}…` : text);
  const cells = confusion.flatMap((row, truth) => {
    const total = row.reduce((sum, count) => sum + count, 0) || 1;
    return row.map((count, said) => {
      const share = count / total;
      const x = label + said * cell;
      const y = label + truth * cell;
      const color = truth === said ? 'var(--good)' : 'var(--warn)';
      const title = `<title>${escapeHtml(`${classes[truth]} → ${classes[said]}: ${count} (${percent(share)})`)}</title>`;
      const number =
        count === 0 || cell < 18
          ? ''
          : `<text x="${x + cell / 2}" y="${y + cell / 2 + 4}" text-anchor="middle" style="fill:var(--ink)">${count}</text>`;
      return `<g>${title}<rect x="${x}" y="${y}" width="${cell - 1}" height="${cell - 1}" fill="${color}" fill-opacity="${count === 0 ? 0.04 : (0.12 + 0.75 * share).toFixed(2)}"/>${number}</g>`;
    });
  });
  const names = classes.flatMap((name, index) => {
    const middle = label + index * cell + cell / 2;
    return [
      `<text x="${label - 6}" y="${middle + 4}" text-anchor="end">${escapeHtml(short(name))}</text>`,
      `<text transform="translate(${middle + 4} ${label - 6}) rotate(-60)">${escapeHtml(short(name))}</text>`,
    ];
  });
  const size = label + classes.length * cell + 60;
  return `<div class="wide"><svg viewBox="0 0 ${size} ${size - 50}" width="${size}" role="img" aria-label="confusion matrix">${cells.join('')}${names.join('')}</svg></div><p class="soft">${both('Rows are the truth, columns the answer.', '行为真实类别,列为模型答案。')}</p>`;
}
