import { formatBytes, useTexts } from '../base/texts.ts';
import { TEXTS } from './texts.ts';
import type { Point } from './use-metrics.ts';

const WIDTH = 240;
const HEIGHT = 48;

/** Small charts of what happens now. Their newest value stands beside them as text. */
export function Charts({ points }: { readonly points: readonly Point[] }) {
  const t = useTexts(TEXTS);
  const shown = [
    { name: t.rate, of: (point: Point) => point.rate, text: (value: number) => value.toFixed(1) },
    {
      name: t.latency,
      of: (point: Point) => point.latency,
      text: (value: number) => `${Math.round(value * 1000)} ms`,
    },
    { name: t.errorRate, of: (point: Point) => point.errorRate, text: (value: number) => value.toFixed(1) },
    { name: t.queue, of: (point: Point) => point.queue, text: String },
    { name: t.busy, of: (point: Point) => point.busy, text: String },
    { name: t.memory, of: (point: Point) => point.memory, text: formatBytes },
  ];
  return (
    <ul class="charts">
      {shown.map(({ name, of, text }) => {
        const values = points.map(of);
        const newest = values.at(-1);
        return (
          <li key={name} class="card">
            <h2>{name}</h2>
            <p class="big">{newest === undefined ? '…' : text(newest)}</p>
            <Line values={values} />
          </li>
        );
      })}
    </ul>
  );
}

function Line({ values }: { readonly values: readonly number[] }) {
  const most = Math.max(...values, 1e-9);
  const points = values
    .map((value, i) => `${(i / 59) * WIDTH},${HEIGHT - (value / most) * HEIGHT}`)
    .join(' ');
  return (
    <svg viewBox={`0 -2 ${WIDTH} ${HEIGHT + 4}`} aria-hidden="true" preserveAspectRatio="none">
      <polyline points={points} />
    </svg>
  );
}
