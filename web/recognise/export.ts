/**
 * What can be taken along: the picture with its boxes, a table of all answers.
 *
 * @module
 */
import { percent } from '../base/texts.ts';
import { csv } from '../ui/download.ts';
import { jpegOf } from '../ui/use-camera.ts';
import { type Answer, type Picture, serverPreview } from './ask.ts';
import { colourOf, widthOf } from './boxes.tsx';
import { type Finding, findingsOf } from './findings.ts';
import { type GalleryState, outcomeOf } from './gallery.ts';

/**
 * Draws what is shown into the picture.
 *
 * @returns JPEG of the picture's own size
 */
export async function annotatedPicture(
  picture: Picture,
  answer: Answer,
  findings: readonly Finding[],
): Promise<Blob> {
  const { width, height } = answer.picture;
  const bitmap = await bitmapOf(picture);
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const text = Math.max(12, Math.max(width, height) / 42);
  context.font = `${text}px system-ui, sans-serif`;
  for (const finding of findings.toReversed())
    for (const box of finding.boxes) draw(context, finding, box, text);
  return jpegOf(canvas);
}

type Box = Finding['boxes'][number];

function draw(
  context: CanvasRenderingContext2D,
  finding: Finding,
  { x, y, width, height }: Box,
  text: number,
): void {
  const label = `${finding.name} ${percent(finding.score)}`;
  const plate = widthOf(label) * text;
  const left = Math.max(0, Math.min(x, context.canvas.width - plate));
  const top = Math.max(0, y - text * 1.5);
  for (const [style, thickness] of [
    ['#000', text / 3.5],
    [colourOf(finding), text / 7],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = thickness;
    context.strokeRect(x, y, width, height);
  }
  context.fillStyle = colourOf(finding);
  context.fillRect(left, top, plate, text * 1.5);
  context.fillStyle = '#000';
  context.fillText(label, left + text * 0.3, top + text * 1.1);
}

async function bitmapOf(picture: Picture): Promise<ImageBitmap> {
  const preview = () =>
    serverPreview(picture, new AbortController().signal).then((blob) => createImageBitmap(blob));
  return picture.source.kind === 'url' ? preview() : createImageBitmap(picture.source.blob).catch(preview);
}

/** A line for each finding of each picture that was answered, and one for each that failed. */
export function tableOf(state: GalleryState): string {
  const language = state.question?.language ?? 'en';
  const rows = state.pictures.flatMap((picture) => {
    const outcome = outcomeOf(state, picture.id);
    if (outcome.state === 'failed') return [[picture.name, '', '', '', '', '', '', outcome.failure.code]];
    if (outcome.state !== 'answered') return [];
    return findingsOf(outcome.answer, language).flatMap(({ name, score, boxes }) =>
      (boxes.length === 0 ? [undefined] : boxes).map((box) => [
        picture.name,
        name,
        score.toFixed(4),
        ...(['x', 'y', 'width', 'height'] as const).map((side) => box?.[side] ?? ''),
        '',
      ]),
    );
  });
  return csv([['picture', 'name', 'score', 'x', 'y', 'width', 'height', 'error'], ...rows]);
}
