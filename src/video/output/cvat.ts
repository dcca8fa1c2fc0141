import type { SourceInfo } from '../types.ts';
import { FileLines } from './file-lines.ts';
import type { ResultWriter } from './result-writer.ts';

/** Tracks that are put together in one pass over the boxes. */
const TRACKS_AT_A_TIME = 500;

/** A box of a track, or its end. */
interface Row {
  readonly id: number;
  readonly frame: number;
  readonly label: string;
  readonly outside: 0 | 1;
  readonly box: readonly [number, number, number, number];
}

/**
 * CVAT for video 1.1. It wants the boxes of a track together, while they come frame by frame: they wait in a file and
 * are read once for each 500 tracks.
 */
export async function cvatWriter(path: string, source: SourceInfo): Promise<ResultWriter> {
  const rows = new FileLines(`${path}.boxes`);
  const labels = new Map<number, string>();
  let present = new Map<number, Row>();
  let [lastFrame, anonymous] = [0, 0];
  const file = new FileLines(path);
  const keep = (row: Row) => rows.write(`${JSON.stringify(row)}\n`);
  return {
    async write({ frame, objects }) {
      lastFrame = frame;
      const now = new Map<number, Row>();
      for (const { id, label, box } of objects) {
        // Boxes without an identity are tracks of one frame.
        if (id === undefined) anonymous += 1;
        const track = id ?? -anonymous;
        const corners = [box.x, box.y, box.x + box.width, box.y + box.height] as const;
        const row: Row = { id: track, frame, label, outside: 0, box: corners };
        labels.set(track, label);
        now.set(track, row);
        await keep(row);
      }
      for (const [id, row] of present) if (!now.has(id)) await keep({ ...row, frame, outside: 1 });
      present = now;
    },
    async finish() {
      for (const row of present.values()) await keep({ ...row, frame: lastFrame + 1, outside: 1 });
      const size = source.frames ?? lastFrame + 1;
      const names = [...new Set(labels.values())].map((name) => `<label><name>${xml(name)}</name></label>`);
      await file.write(
        `<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n<version>1.1</version>\n<meta><task><name>${xml(source.name)}</name>` +
          `<size>${size}</size><mode>interpolation</mode><labels>${names.join('')}</labels>` +
          `<original_size><width>${source.width}</width><height>${source.height}</height></original_size></task></meta>\n`,
      );
      const ids = [...labels.keys()].toSorted((a, b) => a - b);
      for (let from = 0; from < ids.length; from += TRACKS_AT_A_TIME) {
        const some = new Map(ids.slice(from, from + TRACKS_AT_A_TIME).map((id) => [id, [] as string[]]));
        for await (const line of rows.lines()) {
          const row = JSON.parse(line) as Row;
          // The last frame may end a track beyond the video.
          if (row.frame < size) some.get(row.id)?.push(boxOf(row));
        }
        let number = from;
        for (const [id, boxes] of some) {
          const label = xml(labels.get(id) ?? '');
          await file.write(
            `<track id="${number}" label="${label}" source="auto">\n${boxes.join('')}</track>\n`,
          );
          number += 1;
        }
      }
      await file.write('</annotations>\n');
      await file.finish();
      await rows[Symbol.asyncDispose]();
    },
    async [Symbol.asyncDispose]() {
      await file[Symbol.asyncDispose]();
      await rows[Symbol.asyncDispose]();
    },
  };
}

function boxOf({ frame, outside, box: [left, top, right, bottom] }: Row): string {
  const [xtl, ytl, xbr, ybr] = [left, top, right, bottom].map((value) => value.toFixed(2));
  return `<box frame="${frame}" xtl="${xtl}" ytl="${ytl}" xbr="${xbr}" ybr="${ybr}" outside="${outside}" occluded="0" keyframe="1" z_order="0"></box>\n`;
}

function xml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  // Control characters are not allowed in XML at all.
  return text
    .replace(/[&<>"]/g, (character) => entities[character] ?? '')
    .replace(/(?![\t\n\r])\p{Cc}/gu, '');
}
