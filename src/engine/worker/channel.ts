import type { Duplex } from 'node:stream';
import { deserialize, serialize } from 'node:v8';

const PREFIX = 4;

/**
 * Messages over a pipe: a length, then the structured clone of the message. Node's own channel between processes would
 * do, but it joins what it has read with every 64 KiB that come in, which for a picture of 20 MB is gigabytes of copying.
 *
 * @param onMessage gets every whole message; its typed arrays are views on one buffer that belongs to the message
 */
export function openChannel<In, Out>(
  stream: Duplex,
  onMessage: (message: In) => void,
): { send(message: Out): void } {
  let chunks: Buffer[] = [];
  let have = 0;
  let want: number | undefined;

  /** Takes bytes off the front. */
  function take(count: number): Buffer {
    const all = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, have);
    chunks = all.length > count ? [all.subarray(count)] : [];
    have -= count;
    return all.subarray(0, count);
  }

  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    have += chunk.length;
    for (;;) {
      if (want === undefined) {
        if (have < PREFIX) return;
        want = take(PREFIX).readUInt32LE(0);
      }
      if (have < want) return;
      const body = take(want);
      want = undefined;
      onMessage(deserialize(body));
    }
  });

  return {
    send(message) {
      const body = serialize(message);
      const prefix = Buffer.allocUnsafe(PREFIX);
      prefix.writeUInt32LE(body.length);
      stream.cork();
      stream.write(prefix);
      stream.write(body);
      stream.uncork();
    },
  };
}
