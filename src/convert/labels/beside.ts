import type { FileSet } from '../source/file-set.ts';
import { type ClassFile, parseClassFile } from './class-file.ts';

/** Names under which tools leave the classes beside a model. */
const USUAL = [
  /^labels\.txt$/i,
  /^model_class\.json$/i,
  /_model_classes\.json$/i,
  /_detection_config\.json$/i,
  /^detection_config\.json$/i,
  /^class(es|_names|_labels|_indices)?\.(txt|json)$/i,
];

/** Endings behind the name of the model itself: `mine.h5` and `mine.labels.txt`. */
const OWN = [
  '.labels.txt',
  '.model_class.json',
  '_model_classes.json',
  '.classes.json',
  '.classes.txt',
  '.labels.json',
];

/**
 * The class file that lies with a model: one that carries the model's name, else the only one of a usual name in its folder,
 * else anywhere.
 *
 * @param model name of the model in the set
 */
export async function classFileBeside(
  files: FileSet,
  model: string,
): Promise<(ClassFile & { readonly file: string }) | undefined> {
  const stem = model.replace(/\.[^./]+$/, '');
  const stems = [stem, stem.replace(/[._-]?(keras_)?model$/i, '')];
  const own = stems
    .flatMap((each) => OWN.map((ending) => `${each}${ending}`))
    .find((name) => files.names.includes(name));
  const usual = files.names.filter((name) =>
    USUAL.some((pattern) => pattern.test(name.split('/').at(-1) ?? '')),
  );
  const folderOf = (name: string) => name.slice(0, name.lastIndexOf('/') + 1);
  const near = usual.filter((name) => folderOf(name) === folderOf(model));
  const [only, ...more] = near.length > 0 ? near : usual;
  const file = own ?? (more.length === 0 ? only : undefined);
  if (file === undefined) return undefined;
  return { ...parseClassFile(await files.read(file), file), file };
}
