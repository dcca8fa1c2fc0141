import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openReceiver, openSender } from '../../src/engine/worker/channel.ts';

interface Note {
  readonly text: string;
  readonly values: Float32Array;
  readonly bytes?: Uint8Array;
}

const notes = fc.array(
  fc.record(
    { text: fc.string(), values: fc.float32Array(), bytes: fc.uint8Array({ maxLength: 5000 }) },
    { requiredKeys: ['text', 'values'] },
  ),
);

test('messages arrive whole and in order, however the pipe cuts them', async () => {
  await fc.assert(
    fc.asyncProperty(notes, fc.integer({ min: 1, max: 700 }), async (sent, size) => {
      const pipe = new PassThrough();
      const send = openSender<Note>(pipe);
      for (const note of sent) send(note);
      process.nextTick(() => pipe.end());
      const all = await buffer(pipe);
      const received: Note[] = [];
      const receive = openReceiver<Note>(({ values, ...rest }) => {
        received.push({ ...rest, values: values.slice() });
      });
      // One piece of memory for all chunks, as the worker's socket has it.
      const chunk = new Uint8Array(size);
      for (let at = 0; at < all.length; at += size) {
        const part = all.subarray(at, at + size);
        chunk.set(part);
        receive(chunk.subarray(0, part.length));
      }
      expect(received.map(plain)).toEqual(sent.map(plain));
    }),
    { numRuns: 60 },
  );
});

test('bytes of a message land in the memory that is provided for them', () => {
  const place = new Uint8Array(8);
  const pipe = new PassThrough();
  let seen: Uint8Array | undefined;
  pipe.on(
    'data',
    openReceiver<Note>(
      ({ bytes }) => {
        seen = bytes;
      },
      (length) => place.subarray(0, length),
    ),
  );
  openSender<Note>(pipe)({ text: '', values: new Float32Array(), bytes: Uint8Array.of(1, 2, 3) });
  return expect.poll(() => seen && [seen.buffer === place.buffer, ...seen]).toEqual([true, 1, 2, 3]);
});

function plain({ text, values, bytes }: Note) {
  return { text, values: [...values], bytes: bytes && [...bytes] };
}
