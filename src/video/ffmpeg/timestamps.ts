import type { Readable } from 'node:stream';

/**
 * Timestamps as the `metadata` filter prints them, in the order of the frames.
 *
 * @param stream `frame:0    pts:133500  pts_time:1.48333` and lines that do not matter
 * @yields the pts in the filter's time base, undefined for a frame without
 */
export async function* timestamps(stream: Readable): AsyncGenerator<number | undefined, void> {
  let rest = '';
  for await (const text of stream.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const pts = /^frame:\d+\s+pts:(\S+)/.exec(line)?.[1];
      if (pts === undefined) continue;
      yield Number.isFinite(Number(pts)) ? Number(pts) : undefined;
    }
  }
}
