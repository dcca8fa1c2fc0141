import type { LabelsSpec } from '../../manifest/manifest.ts';
import { resolveLabels } from '../index.ts';

/** COCO categories that are an ImageNet class as well, with its WordNet id: the same thing has the same id in both. */
const COCO_SYNSETS: ReadonlyMap<string, string> = new Map([
  ['backpack', 'n02769748'],
  ['banana', 'n07753592'],
  ['broccoli', 'n07714990'],
  ['cell phone', 'n02992529'],
  ['cup', 'n07930864'],
  ['desk', 'n03179701'],
  ['dining table', 'n03201208'],
  ['hair drier', 'n03483316'],
  ['hot dog', 'n07697537'],
  ['keyboard', 'n03085013'],
  ['laptop', 'n03642806'],
  ['microwave', 'n03761084'],
  ['mouse', 'n03793489'],
  ['orange', 'n07747607'],
  ['parking meter', 'n03891332'],
  ['pizza', 'n07873807'],
  ['refrigerator', 'n04070727'],
  ['remote', 'n04074963'],
  ['skis', 'n04228054'],
  ['street sign', 'n06794110'],
  ['teddy bear', 'n04399382'],
  ['toaster', 'n04442312'],
  ['traffic light', 'n06874185'],
  ['tv', 'n04404412'],
  ['umbrella', 'n04507155'],
  ['vase', 'n04522168'],
  ['zebra', 'n02391049'],
]);

/**
 * An id of a label that stays the same between versions, models and label sets: `/w/` and the WordNet id where the class
 * has one, else `/l/`, the family of the set and the label. Pictor's own: never an id of a vendor's knowledge graph.
 *
 * @param labels name of a built-in set, or the model's own names
 * @param index class index, 0-based
 * @returns undefined where the set has no such class
 * @throws LABELS_INVALID when the model's own names are not in order
 * @example
 * labelId('imagenet-1k', 184); // '/w/n02093991'
 * labelId('coco-80', 10); // '/l/coco/fire-hydrant'
 */
export function labelId(labels: LabelsSpec, index: number): string | undefined {
  const record = resolveLabels(labels)[index];
  if (!record) return undefined;
  const coco = labels === 'coco-80' || labels === 'coco-91';
  const synset = record.synset ?? (coco ? COCO_SYNSETS.get(record.label) : undefined);
  if (synset !== undefined) return `/w/${synset}`;
  if (typeof labels !== 'string') return `/l/own/${escaped(record.label)}`;
  return `/l/${coco ? 'coco' : labels}/${record.label.toLowerCase().replaceAll(' ', '-')}`;
}

/** Letters and digits of any script, `-`, `.` and `_` stay; everything else becomes `%` and its code point in hex, ended by `;`. */
function escaped(label: string): string {
  return label.replace(/[^\p{L}\p{N}._-]/gu, (character) => `%${character.codePointAt(0)?.toString(16)};`);
}
