import fc from 'fast-check';
import { expect, test } from 'vitest';
import { admit } from '../../../src/engine/queue/admission.ts';
import { FairQueue, type Queued } from '../../../src/engine/queue/fair-queue.ts';

interface Item extends Queued {
  readonly id: number;
}

const clients = fc.constantFrom('a', 'b', 'c');
const action = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('push' as const), client: clients, first: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('take' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), which: fc.nat() }) },
);

test('whatever happens: nothing is lost or doubled, the sums are right, each client is served in order', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
      const queue = new FairQueue<Item>();
      const model = new Map<string, Item[]>();
      let id = 0;
      for (const step of actions) {
        const waiting = [...model.values()].flat();
        if (step.kind === 'push') {
          const item = { id: ++id, client: step.client, pixels: id * 3, bytes: id, costMs: id % 7 };
          queue.push(item, step.first);
          const lane = model.get(step.client) ?? [];
          model.set(step.client, step.first ? [item, ...lane] : [...lane, item]);
        } else if (step.kind === 'take') {
          const taken = queue.take(() => true);
          expect(taken === undefined).toBe(waiting.length === 0);
          if (taken) expect(model.get(taken.client)?.shift()).toBe(taken);
        } else {
          const item = waiting[step.which % Math.max(1, waiting.length)];
          if (item === undefined) continue;
          expect(queue.remove(item)).toBe(true);
          expect(queue.remove(item)).toBe(false);
          model.set(
            item.client,
            (model.get(item.client) ?? []).filter((other) => other !== item),
          );
        }
        const left = [...model.values()].flat();
        expect(new Set(queue)).toEqual(new Set(left));
        expect(queue.size).toBe(left.length);
        expect(queue.pixels).toBe(left.reduce((sum, { pixels }) => sum + pixels, 0));
        expect(queue.bytes).toBe(left.reduce((sum, { bytes }) => sum + bytes, 0));
        expect(queue.costMs).toBe(left.reduce((sum, { costMs }) => sum + costMs, 0));
      }
    }),
  );
});

test('a new picture is served after exactly as many others as were foretold', () => {
  fc.assert(
    fc.property(fc.array(clients, { maxLength: 40 }), clients, (before, client) => {
      const queue = new FairQueue<Item>();
      for (const [id, name] of before.entries())
        queue.push({ id, client: name, pixels: 1, bytes: 1, costMs: 1 });
      const foretold = queue.aheadMs(client);
      const own = { id: -1, client, pixels: 1, bytes: 1, costMs: 1 };
      queue.push(own);
      let served = 0;
      while (queue.take(() => true) !== own) served += 1;
      expect(served).toBeLessThanOrEqual(foretold);
      expect(served).toBeGreaterThanOrEqual(foretold - 2);
    }),
  );
});

test('the line is looked through in the order in which it is served', () => {
  fc.assert(
    fc.property(fc.array(clients, { maxLength: 40 }), fc.nat({ max: 10 }), (names, served) => {
      const queue = new FairQueue<Item>();
      for (const [id, client] of names.entries()) queue.push({ id, client, pixels: 1, bytes: 1, costMs: 1 });
      for (let i = 0; i < served; i++) queue.take(() => true);
      const seen = [...queue];
      const order: Item[] = [];
      for (let item = queue.take(() => true); item; item = queue.take(() => true)) order.push(item);
      expect(seen).toEqual(order);
    }),
  );
});

test('work that is appraised anew counts for what it costs now', () => {
  const queue = new FairQueue<Item>();
  for (const id of [1, 2, 3]) queue.push({ id, client: 'a', pixels: id, bytes: 1, costMs: 1 });
  queue.push({ id: 4, client: 'b', pixels: 4, bytes: 1, costMs: 1 });
  queue.appraise(({ pixels }) => 10 * pixels);
  expect([queue.costMs, queue.aheadMs('a'), queue.aheadMs('b'), queue.aheadMs('c')]).toEqual([
    100, 100, 80, 60,
  ]);
  for (const item of queue) queue.remove(item);
  expect(queue.costMs).toBe(0);
});

test('between two pictures of one client, no other client gets more than one', () => {
  fc.assert(
    fc.property(fc.array(clients, { minLength: 1, maxLength: 60 }), (names) => {
      const queue = new FairQueue<Item>();
      for (const [id, client] of names.entries()) queue.push({ id, client, pixels: 1, bytes: 1, costMs: 1 });
      const order: string[] = [];
      for (let item = queue.take(() => true); item; item = queue.take(() => true)) order.push(item.client);
      for (const name of new Set(order)) {
        const turns = order.flatMap((client, at) => (client === name ? [at] : []));
        for (const [i, at] of turns.slice(1).entries()) {
          const between = order.slice((turns[i] ?? 0) + 1, at);
          expect(new Set(between).size).toBe(between.length);
        }
      }
    }),
  );
});

test('the bounds of the line hold whatever comes, and nobody loses a place to one with as many', () => {
  const arrival = fc.record({
    client: clients,
    pixels: fc.nat({ max: 50 }),
    bytes: fc.nat({ max: 50 }),
    leftMs: fc.nat({ max: 100 }),
    etaMs: fc.nat({ max: 100 }),
  });
  fc.assert(
    fc.property(
      fc.record({
        maxPictures: fc.nat({ max: 6 }),
        maxPixels: fc.nat({ max: 150 }),
        maxBytes: fc.nat({ max: 150 }),
      }),
      fc.array(arrival, { maxLength: 60 }),
      (bounds, arrivals) => {
        const queue = new FairQueue<Item>();
        for (const [id, job] of arrivals.entries()) {
          const item = { id, client: job.client, pixels: job.pixels, bytes: job.bytes, costMs: 1 };
          const verdict = admit(queue, bounds, job);
          if (verdict.kind === 'refused') {
            if (verdict.reason === 'late') expect(job.etaMs).toBeGreaterThan(job.leftMs);
            continue;
          }
          expect(job.etaMs).toBeLessThanOrEqual(job.leftMs);
          if (verdict.kind === 'instead-of') {
            expect(queue.sizeOf(verdict.victim.client)).toBeGreaterThan(queue.sizeOf(job.client) + 1);
            expect(queue.remove(verdict.victim)).toBe(true);
          }
          queue.push(item);
          expect(queue.size).toBeLessThanOrEqual(bounds.maxPictures);
          expect(queue.pixels).toBeLessThanOrEqual(bounds.maxPixels);
          expect(queue.bytes).toBeLessThanOrEqual(bounds.maxBytes);
        }
      },
    ),
  );
});
