import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBodyMemory, discard } from '../../../src/server/http/body-memory.ts';
import { openServer, picture } from '../support.ts';

test('memory is as long as it was asked for, and never lent to two', () => {
  const step = fc.oneof(fc.nat({ max: 3_000_000 }), fc.constant('give back' as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const memory = createBodyMemory();
      const lent: Uint8Array[] = [];
      for (const one of steps) {
        if (one === 'give back') {
          const bytes = lent.shift();
          if (bytes === undefined) continue;
          memory.recycle(bytes);
          memory.recycle(bytes);
          continue;
        }
        const bytes = memory.take(one);
        expect(bytes.byteLength).toBe(one);
        expect(lent.some(({ buffer }) => buffer === bytes.buffer)).toBe(false);
        lent.push(bytes);
      }
    }),
    { numRuns: 50 },
  );
});

test('memory that was not lent here is not taken in', () => {
  const memory = createBodyMemory();
  const foreign = new Uint8Array(16 * 1024);
  memory.recycle(foreign);
  expect(memory.take(16 * 1024).buffer).not.toBe(foreign.buffer);
});

test('only memory that is nobody else’s is given back', () => {
  const whole = new Uint8Array(1000);
  discard(whole);
  expect(whole.byteLength).toBe(0);
  const shared = new Uint8Array(1000);
  const part = shared.subarray(10, 20);
  discard(part);
  expect([part.byteLength, shared.byteLength]).toEqual([10, 1000]);
});

test('pictures of different sizes at the same time each get their own answer', async () => {
  const { listener } = await openServer();
  const ask = async (colour: string, width: number) => {
    const body = await picture(colour, { width, height: width, format: 'png' });
    const response = await fetch(`${listener.url}/v1/classify?top=1`, { method: 'POST', body });
    const answer = (await response.json()) as {
      readonly predictions: readonly { readonly label: string }[];
      readonly picture: { readonly width: number };
    };
    return [answer.predictions[0]?.label, answer.picture.width];
  };
  const colours = ['red', 'blue'] as const;
  const asked = Array.from(
    { length: 40 },
    (_, i) => [colours[i % 2] ?? 'red', 20 + ((i * 37) % 300)] as const,
  );
  const answers = await Promise.all(asked.map(([colour, width]) => ask(colour, width)));
  expect(answers).toEqual(asked.map(([colour, width]) => [colour, width]));
});
