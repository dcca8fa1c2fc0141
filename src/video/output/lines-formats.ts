/**
 * Formats of one line, or a few, for each frame: JSONL, MOTChallenge, CSV, WebVTT.
 *
 * @module
 */
import type { AnalyzedFrame } from '../track.ts';
import { FileLines } from './file-lines.ts';
import { frameLine } from './jsonl.ts';
import type { ResultWriter } from './result-writer.ts';

function linesWriter(path: string, head: string, textOf: (frame: AnalyzedFrame) => string): ResultWriter {
  const file = new FileLines(path);
  let begun = false;
  const begin = async () => {
    if (!begun) await file.write(head);
    begun = true;
  };
  return {
    async write(frame) {
      await begin();
      await file.write(textOf(frame));
    },
    async finish() {
      await begin();
      await file.finish();
    },
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}

/** A JSON object a line, as `pictor video --jsonl` prints them. */
export function jsonlWriter(path: string): ResultWriter {
  return linesWriter(path, '', (frame) => `${frameLine(frame)}\n`);
}

/** MOTChallenge: `frame,id,left,top,width,height,score,-1,-1,-1`, frames from 1, id -1 without tracking. */
export function motWriter(path: string): ResultWriter {
  return linesWriter(path, '', ({ frame, objects }) =>
    objects
      .map(({ id = -1, box, score }) => {
        const places = [box.x, box.y, box.width, box.height].map((value) => value.toFixed(2));
        return `${frame + 1},${id},${places.join(',')},${score.toFixed(4)},-1,-1,-1\n`;
      })
      .join(''),
  );
}

/** A row for each box, with a head (RFC 4180). */
export function csvWriter(path: string): ResultWriter {
  const head = 'frame,time,id,label,score,x,y,width,height,speed\r\n';
  return linesWriter(path, head, ({ frame, time, objects }) =>
    objects
      .map(({ id, label, score, box, speed }) => {
        const places = [box.x, box.y, box.width, box.height].map((value) => value.toFixed(1));
        const cells = [
          frame,
          time.toFixed(6),
          id ?? '',
          quoted(label),
          score.toFixed(4),
          ...places,
          speed?.toFixed(1) ?? '',
        ];
        return `${cells.join(',')}\r\n`;
      })
      .join(''),
  );
}

/** A label may come from anybody's model: a spreadsheet must not take it for a formula. */
function quoted(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** WebVTT metadata for `<track kind="metadata">`: a cue for each frame, with JSON as its text. */
export function webVttWriter(path: string): ResultWriter {
  let before: AnalyzedFrame | undefined;
  const file = new FileLines(path);
  const cue = async (end: number) => {
    if (!before) return;
    // A cue must not be empty, and must not hold an arrow.
    const text = frameLine(before).replaceAll('-->', '--\\u003e');
    await file.write(`${clock(before.time)} --> ${clock(Math.max(end, before.time + 0.001))}\n${text}\n\n`);
  };
  let begun = false;
  const begin = async () => {
    if (!begun) await file.write('WEBVTT\n\n');
    begun = true;
  };
  return {
    async write(frame) {
      await begin();
      await cue(frame.time);
      // The pixels are not needed any more.
      before = { ...frame, picture: { ...frame.picture, data: new Uint8Array() } };
    },
    async finish({ summary }) {
      await begin();
      await cue(Math.max((before?.time ?? 0) + 0.04, summary.source.duration ?? 0));
      await file.finish();
    },
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}

function clock(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const part = (value: number, digits: number) => String(value).padStart(digits, '0');
  const [hours, minutes] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60];
  return `${part(hours, 2)}:${part(minutes, 2)}:${part(Math.floor(ms / 1000) % 60, 2)}.${part(ms % 1000, 3)}`;
}
