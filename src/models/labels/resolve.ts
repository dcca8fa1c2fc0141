/**
 * Label sets: class index to names.
 *
 * @module
 */
import { PictorError } from '../../errors.ts';
import type { LabelsSpec } from '../manifest/manifest.ts';
import { COCO_TABLE } from './coco.ts';
import { IMAGENET_TABLE } from './imagenet-1k.ts';
import { NSFW_TABLE } from './nsfw.ts';
import { parseRows } from './rows.ts';
import type { LabelRecord, LabelSet } from './types.ts';

const UNUSED = '*';

const builders: Readonly<Record<LabelSet, () => readonly LabelRecord[]>> = {
  'imagenet-1k': () => parseRows(IMAGENET_TABLE, { underscores: true, synsets: true }),
  'coco-80': () => parseRows(cocoLines({ all: false }), { underscores: false, synsets: false }),
  'coco-91': () => parseRows(cocoLines({ all: true }), { underscores: false, synsets: false }),
  'nsfw-5': () => parseRows(NSFW_TABLE, { underscores: false, synsets: false }),
};

const built = new Map<LabelSet, readonly LabelRecord[]>();

/**
 * The labels of a model, by class index: `resolveLabels(spec)[i].index === i`.
 *
 * `coco-91` has one record for each id of the COCO paper, so class index = id − 1: a TensorFlow detector that
 * answers with ids 1..90 is looked up at id − 1.
 *
 * @param spec name of a built-in set, or the model's own names (`zh` in the same order, an empty string where
 * there is none)
 * @throws LABELS_INVALID when `zh` has another length than `names`, or a name is empty
 * @example
 * resolveLabels('imagenet-1k')[184];
 * // { index: 184, label: 'Irish_terrier', zh: '爱尔兰梗', synset: 'n02093991', synonyms: ['Irish terrier'] }
 */
export function resolveLabels(spec: LabelsSpec): readonly LabelRecord[] {
  if (typeof spec !== 'string') return ownLabels(spec);
  const known = built.get(spec);
  if (known) return known;
  const records = Object.freeze(builders[spec]());
  built.set(spec, records);
  return records;
}

function ownLabels({ names, zh }: Exclude<LabelsSpec, string>): readonly LabelRecord[] {
  if (zh && zh.length !== names.length) {
    throw new PictorError('LABELS_INVALID', {
      expected: `${names.length} Chinese names, one for each label`,
      received: `${zh.length}`,
      fix: 'Give zh the length of names, with empty strings where there is no Chinese name',
    });
  }
  return names.map((name, index) => {
    if (name.trim() === '') {
      throw new PictorError('LABELS_INVALID', {
        expected: 'a name for each class',
        received: `an empty name at index ${index}`,
      });
    }
    const chinese = zh?.[index];
    return { index, label: name, ...(chinese ? { zh: chinese } : {}) };
  });
}

function cocoLines({ all }: { readonly all: boolean }): string {
  return COCO_TABLE.trim()
    .split('\n')
    .filter((line) => all || !line.startsWith(UNUSED))
    .map((line) => line.replace(UNUSED, ''))
    .join('\n');
}
