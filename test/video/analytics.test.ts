import { expect, test } from 'vitest';
import { IntervalCounter } from '../../src/video/analytics/intervals.ts';
import { LineCounter } from '../../src/video/analytics/lines.ts';
import { ObjectBook } from '../../src/video/analytics/objects.ts';
import { type LineInput, resolveLines, resolveZones } from '../../src/video/analytics/options.ts';
import { ZoneCounter } from '../../src/video/analytics/zones.ts';
import type { VideoEvent } from '../../src/video/types.ts';

const WIDTH = 1000;
const HEIGHT = 500;
const at = (id: number, x: number, y: number, label = 'car') => ({
  id,
  label,
  box: { x: x - 20, y: y - 10, width: 40, height: 20 },
});

function line(options: Partial<LineInput> = {}) {
  const [resolved] = resolveLines([{ from: [0.1, 0.5], to: [0.9, 0.5], ...options }]);
  if (!resolved) throw new Error('no line');
  return new LineCounter(resolved);
}

function cross(counter: LineCounter, path: readonly (readonly [number, number])[]): VideoEvent[] {
  return path.flatMap(([x, y], i) =>
    counter.update([at(1, x, y)], { time: i / 10, width: WIDTH, height: HEIGHT }),
  );
}

test('who goes up over a line drawn to the right comes in, who goes down goes out', () => {
  const counter = line();
  expect(
    cross(counter, [
      [500, 300],
      [500, 200],
    ]),
  ).toMatchObject([{ type: 'cross', direction: 'in', id: 1, time: 0.1 }]);
  expect(cross(counter, [[500, 300]])).toMatchObject([{ direction: 'out' }]);
  expect(counter.count).toMatchObject({ in: 1, out: 1, perClass: { car: { in: 1, out: 1 } } });
});

test('a box that trembles on the line does not cross it', () => {
  const counter = line();
  expect(
    cross(counter, [
      [500, 300],
      [500, 249],
      [500, 251],
      [500, 249],
      [500, 251],
      [500, 300],
    ]),
  ).toEqual([]);
});

test('beside the ends of the line there is nothing to cross', () => {
  expect(
    cross(line(), [
      [950, 300],
      [950, 200],
    ]),
  ).toEqual([]);
  expect(
    cross(line(), [
      [50, 300],
      [50, 200],
    ]),
  ).toEqual([]);
});

test('a line ten pixels from the edge counts', () => {
  const counter = line({ from: [0.99, 1], to: [0.99, 0] });
  // Its box is cut by the edge: the centre goes as far as it can be seen.
  const leave = [940, 960, 980, 995].map((x, i) =>
    counter.update(
      [{ id: 1, label: 'car', box: { x: x - 20, y: 240, width: Math.min(40, 1000 - (x - 20)), height: 20 } }],
      { time: i / 10, width: WIDTH, height: HEIGHT },
    ),
  );
  leave.push(
    counter.update([{ id: 1, label: 'car', box: { x: 992, y: 240, width: 8, height: 20 } }], {
      time: 1,
      width: WIDTH,
      height: HEIGHT,
    }),
  );
  expect(leave.flat()).toHaveLength(1);
});

test('a fast object crosses although no frame shows it near the line', () => {
  expect(
    cross(line(), [
      [500, 450],
      [520, 30],
    ]),
  ).toHaveLength(1);
});

test('zones: visits, dwell by media time, a short absence is none', () => {
  const [zone] = resolveZones([
    {
      name: 'door',
      points: [
        [0, 0],
        [0.5, 0],
        [0.5, 1],
        [0, 1],
      ],
      anchor: 'center',
      dwell: 2,
      grace: 0.5,
    },
  ]);
  if (!zone) throw new Error('no zone');
  const counter = new ZoneCounter(zone);
  const see = (time: number, x: number | undefined) =>
    counter.update(x === undefined ? [] : [at(7, x, 250)], { time, width: WIDTH, height: HEIGHT });
  expect(see(0, 700)).toEqual([]);
  expect(see(1, 400)).toMatchObject([{ type: 'enter', zone: 'door', id: 7, time: 1 }]);
  expect(see(1.3, undefined)).toEqual([]);
  expect(see(1.6, 410)).toEqual([]);
  expect(counter.count).toMatchObject({ occupancy: 1, entries: 1 });
  expect(see(2.0, 410)).toEqual([]);
  expect(see(2.4, 410)).toEqual([]);
  expect(see(2.8, 410)).toEqual([]);
  expect(see(3.2, 410)).toMatchObject([{ type: 'dwell', dwell: 2.2 }]);
  expect(see(3.6, 700)).toEqual([]);
  expect(see(3.8, 700)).toMatchObject([{ type: 'leave', time: 3.2, dwell: 2.2 }]);
  expect(counter.count).toMatchObject({ occupancy: 0, entries: 1, maxOccupancy: 1 });
  expect(counter.count.dwell).toBeCloseTo(2.2);
});

test('seconds are media time, averages are fractions, and the last incomplete second is there', () => {
  const counter = new IntervalCounter(1);
  const bottle = (id: number) => ({
    id,
    label: 'bottle',
    score: 1,
    box: { x: 0, y: 0, width: 1, height: 1 },
  });
  // Three bottles in every fifth frame are 0.6 on average, not 0.
  const told = [0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.3].map((time, i) =>
    counter.update(i % 5 === 0 ? [bottle(1), bottle(2), bottle(3)] : [], time),
  );
  expect(told.filter(Boolean)).toMatchObject([
    { interval: 0, start: 0, end: 1, frames: 5, unique: { bottle: 3 }, average: { bottle: 0.6 } },
  ]);
  expect(counter.finish()).toMatchObject({
    interval: 1,
    start: 1,
    end: 1.3,
    frames: 2,
    average: { bottle: 1.5 },
  });
  expect(counter.finish()).toBeUndefined();
});

test('different objects are counted once, however long the stream; speed is pixels a second', () => {
  const book = new ObjectBook();
  let speed = 0;
  for (let i = 0; i < 5000; i += 1) {
    const id = Math.floor(i / 50) + 1;
    const time = i / 10;
    speed = book.update([at(id, (i % 50) * 5, 100)], { time, width: WIDTH, height: HEIGHT }).get(id) ?? 0;
  }
  expect(book.unique).toEqual({ car: 100 });
  expect(speed).toBeCloseTo(50);
  expect(book.summaries).toHaveLength(100);
});

test.each<[unknown[], RegExp]>([
  [[{ from: [10, 20], to: [300, 400] }], /fractions of the frame/],
  [
    [
      { from: [0, 0], to: [1, 1], name: 'a' },
      { from: [0, 0], to: [1, 0], name: 'a' },
    ],
    /a name of its own/,
  ],
])('a line that cannot be used is refused', (lines, message) => {
  expect(() => resolveLines(lines as Parameters<typeof resolveLines>[0])).toThrow(message);
});
