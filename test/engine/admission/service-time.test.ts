import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ServiceTime } from '../../../src/engine/queue/service-time.ts';

const SMALL = 200_000;
const LARGE = 12_000_000;

/** Ten pictures a second of one size, some a little slower than others. */
function feed(service: ServiceTime, ms: number, pixels: number, from: number, count = 50): number {
  let now = from;
  for (let i = 0; i < count; i++) {
    now += 100;
    service.observe(ms + (i % 3) - 1, pixels + (i % 5) * 10_000, now);
  }
  return now;
}

test('nothing is foretold before anything is known; a warm inference is better than nothing', () => {
  const service = new ServiceTime();
  expect(service.estimate(SMALL)).toBeUndefined();
  service.expect(8);
  expect(service.estimate(SMALL)).toBe(8);
  feed(service, 20, SMALL, 0, 200);
  service.expect(8);
  expect(service.estimate(SMALL)).toBeGreaterThan(18);
  expect(service.estimate(SMALL)).toBeLessThan(22);
});

test('pictures at the beginning, while everything is cold, make nothing look slow', () => {
  const service = new ServiceTime();
  service.expect(8);
  for (const [i, ms] of [280, 250, 120, 90, 60, 40].entries()) service.observe(ms, SMALL, 100 * i);
  expect(service.estimate(SMALL)).toBe(8);
});

test('large pictures take longer, and that is learned from one of them', () => {
  const service = new ServiceTime();
  const now = feed(service, 15, SMALL, 0);
  expect(service.estimate(LARGE)).toBeLessThan(60);
  service.observe(150, LARGE, now + 10);
  feed(service, 15, SMALL, now + 10, 5);
  expect(service.estimate(LARGE)).toBeGreaterThan(110);
  expect(service.estimate(LARGE)).toBeLessThan(200);
  expect(service.estimate(SMALL)).toBeGreaterThan(8);
  expect(service.estimate(SMALL)).toBeLessThan(25);
});

test('what happened a second ago counts no more once something new is known', () => {
  const service = new ServiceTime();
  const now = feed(service, 600, SMALL, 0);
  expect(service.isStale(now + 500)).toBe(false);
  expect(service.isStale(now + 1500)).toBe(true);
  service.observe(15, SMALL, now + 1500);
  expect(service.estimate(SMALL)).toBe(15);
  expect(service.isStale(now + 1500)).toBe(false);
});

test('an estimate is a positive time, whatever was measured', () => {
  const seen = fc.record({
    ms: fc.double({ min: 0.01, max: 1e5, noNaN: true }),
    pixels: fc.nat({ max: 3e8 }),
    after: fc.double({ min: 0, max: 5000, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(seen, { minLength: 1, maxLength: 100 }), fc.nat({ max: 3e8 }), (all, pixels) => {
      const service = new ServiceTime();
      let now = 0;
      for (const { ms, pixels: size, after } of all) {
        now += after;
        service.observe(ms, size, now);
      }
      const estimate = service.estimate(pixels) ?? Number.NaN;
      expect(estimate).toBeGreaterThan(0);
      expect(estimate).toBeLessThan(1e12);
    }),
  );
});
