import { describe, expect, test } from 'vitest';
import { parseYoloText } from '../../src/evaluation/datasets/yolo-text.ts';
import { meanAveragePrecision } from '../../src/evaluation/mean-average-precision.ts';

const box = (x: number, width = 10) => ({ x, y: 0, width, height: 10 });

describe('mean average precision, by hand', () => {
  test('is 1 when every box is found exactly', () => {
    const scores = meanAveragePrecision([
      { truth: [{ classIndex: 1, box: box(0) }], found: [{ classIndex: 1, box: box(0), score: 0.9 }] },
    ]);
    expect(scores).toMatchObject({ map50: 1, map: 1 });
  });

  test('counts one of two found as 51 of 101 recalls', () => {
    const truth = [0, 50].map((x) => ({ classIndex: 0, box: box(x) }));
    const { map50 } = meanAveragePrecision([{ truth, found: [{ classIndex: 0, box: box(0), score: 0.9 }] }]);
    expect(map50).toBeCloseTo(51 / 101, 10);
  });

  test('halves the precision after a stronger wrong find, and a second find of the same box is wrong', () => {
    const truth = [{ classIndex: 0, box: box(0) }];
    const found = [
      { classIndex: 0, box: box(200), score: 0.9 },
      { classIndex: 0, box: box(0), score: 0.8 },
      { classIndex: 0, box: box(0), score: 0.7 },
    ];
    expect(meanAveragePrecision([{ truth, found }]).map50).toBeCloseTo(0.5, 10);
  });

  test('gives an overlap of 0.72 five of ten thresholds', () => {
    const truth = [{ classIndex: 0, box: box(0, 100) }];
    const scores = meanAveragePrecision([{ truth, found: [{ classIndex: 0, box: box(0, 72), score: 1 }] }]);
    expect(scores.map50).toBe(1);
    expect(scores.map).toBeCloseTo(0.5, 10);
  });

  test('leaves finds inside a crowd out of the count', () => {
    const truth = [
      { classIndex: 0, box: box(0) },
      { classIndex: 0, box: box(100, 50), crowd: true },
    ];
    const found = [
      { classIndex: 0, box: box(110), score: 0.9 },
      { classIndex: 0, box: box(0), score: 0.8 },
    ];
    expect(meanAveragePrecision([{ truth, found }]).map50).toBe(1);
  });

  test('reads YOLO text as pixels, and refuses what is none', () => {
    const truth = parseYoloText('3 0.5 0.5 0.2 0.4\n')({ width: 100, height: 50 });
    expect(truth).toEqual([{ classIndex: 3, box: { x: 40, y: 15, width: 20, height: 20 } }]);
    expect(() => parseYoloText('a b c')).toThrow(expect.objectContaining({ code: 'DATASET_INVALID' }));
  });
});
