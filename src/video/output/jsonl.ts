import type { FrameResult } from '../types.ts';

/** A frame's result as a line of JSON: places to a tenth of a pixel, times to a microsecond. */
export function frameLine({ frame, time, width, height, objects, events }: FrameResult): string {
  const rounded = objects.map(({ id, label, zh, score, box, speed }) => ({
    ...(id !== undefined && { id }),
    label,
    ...(zh !== undefined && { zh }),
    score: round(score, 4),
    box: { x: round(box.x, 1), y: round(box.y, 1), width: round(box.width, 1), height: round(box.height, 1) },
    ...(speed !== undefined && { speed: round(speed, 1) }),
  }));
  const what = { frame, time: round(time, 6), width, height, objects: rounded, events };
  return JSON.stringify(what);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
