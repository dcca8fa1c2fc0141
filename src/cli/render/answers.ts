/**
 * Answers for a person at a terminal.
 *
 * @module
 */
import type { PictureInfo } from '../../image/types.ts';
import type {
  Classification,
  DetectionAnswer,
  Embedding,
  Familiarity,
  Label,
  Moderation,
  TagAnswer,
} from '../../tasks/types.ts';
import { clipColumns, padColumns } from './columns.ts';
import { bar, colorsFor, percent, terminalColumns } from './terminal.ts';

export type Language = 'en' | 'zh';

interface BarRow {
  readonly name: string;
  readonly score: number;
  readonly note?: string;
}

/** The name to show, in the wanted language where it exists. */
export function labelName(label: Pick<Label, 'label' | 'zh'>, language: Language): string {
  return language === 'zh' ? (label.zh ?? label.label) : label.label;
}

/**
 * A head line and a bar chart.
 *
 * @param head what the chart is about
 * @param rows names with scores 0..1, best first
 */
export function barChart(head: string, rows: readonly BarRow[]): string {
  const colors = colorsFor(process.stdout);
  const columns = terminalColumns(process.stdout);
  const nameColumns = Math.min(28, Math.max(16, Math.floor(columns * 0.3)));
  const noteColumns = rows.some((row) => row.note) ? 26 : 0;
  const barColumns = Math.max(8, columns - nameColumns - 12 - noteColumns);
  const lines = rows.map(({ name, score, note }) => {
    const label = padColumns(clipColumns(name, nameColumns), nameColumns);
    const value = percent(score);
    const tail = note ? `  ${colors.dim(note)}` : '';
    const drawn = padColumns(bar(score, barColumns), tail ? barColumns : 0);
    return `  ${label} ${value} ${drawn && colors.cyan(drawn)}${tail}`.trimEnd();
  });
  return [head, ...lines].join('\n');
}

function heading(name: string, answer: { model: string; picture: PictureInfo }): string {
  const colors = colorsFor(process.stdout);
  const { width, height, frames } = answer.picture;
  const read = frames ? ` · ${frames.read} of ${frames.count} frames` : '';
  return `${colors.bold(name)} ${colors.dim(`${width}×${height}${read} · ${answer.model}`)}`;
}

function nothing(head: string, what: string): string {
  return `${head}\n  ${colorsFor(process.stdout).dim(what)}`;
}

/** The line that says whether the model knows such pictures. */
function withFamiliarity(head: string, answer: Partial<Familiarity>, language: Language): string {
  if (!answer.unknown || answer.nearest === undefined) return head;
  const colors = colorsFor(process.stdout);
  const nearest = labelName(answer.nearest, language);
  return `${head}\n  ${colors.yellow('unknown')} ${colors.dim(`like nothing it was trained on; nearest: ${nearest}`)}`;
}

export function renderClassification(name: string, answer: Classification, language: Language): string {
  const head = withFamiliarity(heading(name, answer), answer, language);
  if (answer.predictions.length === 0) return nothing(head, 'nothing above the minimum score');
  return barChart(
    head,
    answer.predictions.map((prediction) => ({
      name: labelName(prediction, language),
      score: prediction.score,
    })),
  );
}

export function renderDetections(name: string, answer: DetectionAnswer, language: Language): string {
  const head = heading(name, answer);
  if (answer.detections.length === 0) return nothing(head, 'no object found');
  return barChart(
    head,
    answer.detections.map((detection) => {
      const { x, y, width, height } = detection.box;
      return {
        name: labelName(detection, language),
        score: detection.score,
        note: `${Math.round(width)}×${Math.round(height)} at ${Math.round(x)},${Math.round(y)}`,
      };
    }),
  );
}

export function renderTags(name: string, answer: TagAnswer, language: Language): string {
  const head = withFamiliarity(heading(name, answer), answer, language);
  if (answer.unknown) return head;
  if (answer.tags.length === 0) return nothing(head, 'no tag above the minimum score');
  return barChart(
    head,
    answer.tags.map((tag) => ({
      name: labelName(tag, language),
      score: tag.score,
      note: tag.category[language] + (tag.instances.length > 1 ? ` ×${tag.instances.length}` : ''),
    })),
  );
}

export function renderModeration(name: string, answer: Moderation, language: Language): string {
  const colors = colorsFor(process.stdout);
  const paint = { pass: colors.green, review: colors.yellow, block: colors.red }[answer.verdict];
  return barChart(
    `${heading(name, answer)}  ${paint(answer.verdict.toUpperCase())}`,
    answer.predictions.map((prediction) => ({
      name: labelName(prediction, language),
      score: prediction.score,
    })),
  );
}

export function renderEmbedding(name: string, answer: Embedding): string {
  const first = Array.from(answer.vector.subarray(0, 6), (value) => value.toFixed(4)).join(', ');
  return `${heading(name, answer)}\n  ${answer.vector.length} numbers: ${first}, …  (--json prints all)`;
}
