import fc from 'fast-check';
import { expect, it } from 'vitest';
import { placeLabel } from '../../src/image/draw/place-label.ts';

const picture = { width: 600, height: 400 };
const size = { width: 80, height: 20 };

it('labels of boxes that start at the same place stand apart', () => {
  const box = { x: 100, y: 100, width: 200, height: 150 };
  const first = placeLabel(box, size, picture, 2, []);
  const second = placeLabel({ ...box, width: 220 }, size, picture, 2, [first]);
  expect(second.y >= first.y + first.height || first.y >= second.y + second.height).toBe(true);
});

it('a label is inside the picture, wherever its box is', () => {
  const box = fc.record({
    x: fc.integer({ min: 0, max: 599 }),
    y: fc.integer({ min: 0, max: 399 }),
    width: fc.integer({ min: 1, max: 600 }),
    height: fc.integer({ min: 1, max: 400 }),
  });
  fc.assert(
    fc.property(box, fc.array(box, { maxLength: 3 }), (own, taken) => {
      const { x, y } = placeLabel(own, size, picture, 4, taken);
      return x >= 0 && y >= 0 && x + size.width <= picture.width && y + size.height <= picture.height;
    }),
  );
});
