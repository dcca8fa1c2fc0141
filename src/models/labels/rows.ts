import type { LabelRecord } from './types.ts';

/** What one line of a label table says; the class index is the line's position. */
interface RowShape {
  /** Spaces in the English name become underscores, as ImageAI prints them. */
  readonly underscores: boolean;
  /** The first column is a WordNet id. */
  readonly synsets: boolean;
}

/**
 * Reads a label table: one class a line, columns parted by `|`: synset (if any), Chinese name, English names
 * parted by `, ` with the label first.
 *
 * @param table the lines
 * @param shape which columns there are
 */
export function parseRows(table: string, shape: RowShape): readonly LabelRecord[] {
  return table
    .trim()
    .split('\n')
    .map((line, index) => {
      const columns = line.split('|');
      const synset = shape.synsets ? columns.shift() : undefined;
      const [zh = '', english = ''] = columns;
      const [first = '', ...synonyms] = english.split(', ');
      const label = shape.underscores ? first.replaceAll(' ', '_') : first;
      return Object.freeze({
        index,
        label,
        ...(zh ? { zh } : {}),
        ...(synset ? { synset } : {}),
        ...(synonyms.length > 0 ? { synonyms: Object.freeze(synonyms) } : {}),
      });
    });
}
