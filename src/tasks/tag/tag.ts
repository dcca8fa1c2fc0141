/**
 * Several labels for a picture, with category and broader terms, from a classifier or a detector.
 *
 * @module
 */
import type { ImageSource } from '../../image/types.ts';
import type { LabelRecord } from '../../models/labels/index.ts';
import { labelId, type Term, taxonomyOf, taxonomyTerms } from '../../models/labels/taxonomy/taxonomy.ts';
import type { Manifest } from '../../models/manifest/manifest.ts';
import { nameSet, normalName, numberOption } from '../options.ts';
import { overPictures } from '../recognizer.ts';
import type {
  Box,
  CallOptions,
  Familiarity,
  Prediction,
  Recognize,
  Tag,
  TagAnswer,
  TagOptions,
} from '../types.ts';

interface Found extends Prediction {
  readonly box?: Box;
}

/** What a picture shows, before it is grouped into tags; best first. */
type Source = (
  image: ImageSource,
  call: CallOptions,
  minScore: number,
) => Promise<
  Pick<TagAnswer, 'picture' | 'timings'> & {
    readonly found: readonly Found[];
    readonly familiarity?: Familiarity | undefined;
  }
>;

/** A class as tags name it, apart from the picture. */
interface Place {
  readonly id: string;
  readonly category: Tag['category'];
  readonly parents: Tag['parents'];
}

const OTHER: Place = { id: '/l/other', category: { en: 'Other', zh: '其他' }, parents: [] };

/**
 * Makes the `tag` method of a recognizer. A tag has one entry for each class; a detector's several finds of a class
 * become its instances, and the best of them gives the score.
 *
 * @param defaultMinScore 0..1, or one for each class
 * @param source finds things in a picture
 */
export function tagger(
  manifest: Manifest,
  labels: readonly LabelRecord[],
  defaultMinScore: number | readonly number[],
  source: Source,
): Recognize<TagOptions, TagAnswer> {
  // Made at the first call: a thousand classes take time that a cold start has not.
  let made: Directory | undefined;
  const directory = () => {
    made ??= directoryOf(manifest, labels);
    return made;
  };

  return overPictures(
    (options: TagOptions | undefined) => ({
      maxTags: numberOption('maxTags', options?.maxTags, { min: 1, max: 1000, fallback: 10, integer: true }),
      minScore: minScoreOf(options?.minScore, defaultMinScore),
      include: nameSet('include', options?.include, directory().known),
      exclude: nameSet('exclude', options?.exclude, directory().known),
    }),
    async (image, { maxTags, minScore, include, exclude }, call) => {
      const least = typeof minScore === 'number' ? minScore : 0;
      const { found, picture, timings, familiarity } = await source(image, call, least);
      const { names, places } = directory();
      const groups = new Map<number, Found[]>();
      // However sure the scores are: of a picture like none that the model knows, nothing can be said.
      for (const item of familiarity?.unknown ? [] : found) {
        const own = names[item.index] ?? new Set();
        if (item.score < (typeof minScore === 'number' ? minScore : (minScore[item.index] ?? 0))) continue;
        if (include && !intersects(own, include)) continue;
        if (exclude && intersects(own, exclude)) continue;
        const group = groups.get(item.index);
        if (group) group.push(item);
        else groups.set(item.index, [item]);
      }
      const tags = [...groups]
        .slice(0, maxTags)
        .map(([index, group]) => toTag(group, places[index] ?? OTHER));
      return { model: manifest.id, picture, timings, tags, ...familiarity };
    },
  );
}

/** The caller's score for every class, else the default. */
function minScoreOf(value: number | undefined, fallback: number | readonly number[]) {
  if (value === undefined && typeof fallback !== 'number') return fallback;
  return numberOption('minScore', value, {
    min: 0,
    max: 1,
    fallback: 0.1,
    ...(typeof fallback === 'number' && { fallback }),
  });
}

/** What all pictures have in common. */
interface Directory {
  /** By class. */
  readonly places: readonly Place[];
  /** By class: what a filter may call it. */
  readonly names: readonly ReadonlySet<string>[];
  /** Every name that a filter may use. */
  readonly known: ReadonlySet<string>;
}

function directoryOf(manifest: Manifest, labels: readonly LabelRecord[]): Directory {
  const places = labels.map(({ index }) => placeOf(manifest, index));
  const names = labels.map((label, index) => namesOf(label, places[index] ?? OTHER));
  // A term of the vocabulary is no misspelling, even where this model has no class for it.
  const vocabulary = typeof manifest.labels === 'string' ? taxonomyTerms().flatMap(spellings) : [];
  const known = new Set([...names.flatMap((own) => [...own]), ...vocabulary.map(normalName)]);
  return { places, names, known };
}

function toTag(group: readonly Found[], place: Place): Tag {
  const best = group[0];
  return {
    id: place.id,
    label: best?.label ?? '',
    ...(best?.zh !== undefined && { zh: best.zh }),
    score: best?.score ?? 0,
    category: place.category,
    parents: place.parents,
    instances: group.flatMap(({ score, box }) => (box ? [{ score, box }] : [])),
  };
}

function placeOf({ labels }: Manifest, index: number): Place {
  const entry = (typeof labels === 'string' ? taxonomyOf(labels, index) : undefined) ?? OTHER;
  const id = labels === undefined ? undefined : labelId(labels, index);
  return { ...entry, id: id ?? OTHER.id };
}

/** What a filter may call a class: its own names, its category and its broader terms. */
function namesOf(label: LabelRecord, { category, parents }: Place): ReadonlySet<string> {
  const terms = [category, ...parents].flatMap(spellings);
  const all = [label.label, label.zh, ...(label.synonyms ?? []), ...terms];
  return new Set(all.filter((name) => name !== undefined).map(normalName));
}

function spellings({ en, zh }: Term): string[] {
  return [en, zh];
}

function intersects(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const item of a) if (b.has(item)) return true;
  return false;
}
