import { setTimeout as wait } from 'node:timers/promises';
import { joinSignals } from '../../base/join-signals.ts';
import type { AnalyzedFrame } from '../../video/track.ts';
import type { LiveStream } from './live-stream.ts';

/** What parts of the preview are divided by. */
export const BOUNDARY = 'pictor-frame';

/** Between two pictures at least, milliseconds. */
const INTERVAL_MS = 200;

/**
 * The newest frames of a camera as one JPEG after another (`multipart/x-mixed-replace`). A slow reader gets fewer of
 * them: a picture is drawn when the one before was taken.
 *
 * @param draw makes the JPEG
 * @param signal ends the preview when the server stops
 * @param ended called once, when nobody looks any more
 */
export function streamPreview(
  stream: LiveStream,
  draw: (frame: AnalyzedFrame) => Promise<Uint8Array>,
  signal: AbortSignal,
  ended: () => void,
): ReadableStream<Uint8Array> {
  /** The reader went away. */
  let left = false;
  const looking = joinSignals(signal);
  const over = looking.signal;
  over.addEventListener(
    'abort',
    () => {
      looking.release();
      ended();
    },
    { once: true },
  );
  let shown: AnalyzedFrame | undefined;

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        do await wait(INTERVAL_MS, undefined, { signal: over }).catch(() => {});
        while (!over.aborted && (stream.newest === undefined || stream.newest === shown));
        shown = stream.newest;
        const jpeg = over.aborted || !shown ? undefined : await draw(shown).catch(() => undefined);
        if (left) return;
        if (!jpeg) {
          looking.abort();
          return controller.close();
        }
        const head = `--${BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`;
        controller.enqueue(Buffer.concat([Buffer.from(head), jpeg, Buffer.from('\r\n')]));
      },
      cancel: () => {
        left = true;
        looking.abort();
      },
    },
    { highWaterMark: 0 },
  );
}
