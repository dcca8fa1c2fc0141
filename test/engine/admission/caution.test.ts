import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Caution } from '../../../src/engine/queue/caution.ts';

const NEVER = Number.POSITIVE_INFINITY;

test('answers that come when they are expected need no reserve', () => {
  const caution = new Caution();
  for (let now = 0; now < 500; now += 10) caution.observe(0, now);
  expect(caution.reserveMs(10, 0, 500, 500)).toBe(0);
});

test('the less answers keep to their time, the more is kept in reserve', () => {
  const reserve = (off: number) => {
    const caution = new Caution();
    for (let i = 0; i < 100; i++) caution.observe(i % 2 === 0 ? off : -off, i * 10);
    return caution.reserveMs(10, 0, NEVER, 1000);
  };
  expect(reserve(10)).toBeGreaterThan(30);
  expect(reserve(10)).toBeLessThan(50);
  expect(reserve(20)).toBeCloseTo(2 * reserve(10));
});

test('answers that are late as a rule are reckoned with', () => {
  const caution = new Caution();
  for (let i = 0; i < 500; i++) caution.observe(30, i * 10);
  expect(caution.reserveMs(10, 0, NEVER, 5000)).toBeCloseTo(30, 0);
});

test('a cheap job leaves the room that a dear one would need, until none has come for long', () => {
  const caution = new Caution();
  caution.saw(80, 0);
  caution.saw(10, 5);
  const whole = (costMs: number, now: number) => costMs + caution.reserveMs(costMs, 0, NEVER, now);
  expect(whole(10, 5)).toBeCloseTo(80, 0);
  expect(whole(80, 5)).toBeCloseTo(80, 0);
  expect(whole(10, 60_000)).toBeLessThan(11);
});

test('no more than a third of what is left is ever kept in reserve', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { maxLength: 50 }),
      fc.double({ min: 0, max: 1e4, noNaN: true }),
      fc.double({ min: 0, max: 1e4, noNaN: true }),
      (late, dear, leftMs) => {
        const caution = new Caution();
        for (const [i, ms] of late.entries()) caution.observe(ms, i);
        caution.saw(dear, late.length);
        const reserve = caution.reserveMs(1, 0, leftMs, late.length);
        expect(reserve).toBeGreaterThanOrEqual(0);
        expect(reserve).toBeLessThanOrEqual(leftMs / 3);
      },
    ),
  );
});

test('a long wait is not trusted to the millisecond, however well all went so far', () => {
  const caution = new Caution();
  for (let now = 0; now < 1000; now += 10) caution.observe(0, now);
  expect(caution.reserveMs(10, 400, NEVER, 1000)).toBe(80);
  expect(caution.reserveMs(10, 400, 60, 1000)).toBe(20);
});
