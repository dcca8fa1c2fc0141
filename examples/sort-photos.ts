/**
 * Copies the photographs of a folder into one folder per category: animal, food, vehicle …
 *
 *     npx tsx examples/sort-photos.ts holiday/ sorted/
 *
 * MODEL names another model than SqueezeNet. A picture without a tag of 40 % or more goes to `unsure/`, a file that is
 * no picture is named and left where it is.
 */
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isPictorError, loadLocal, openModelStore } from 'pictor';

const [from = 'examples/photos', to = 'sorted'] = process.argv.slice(2);

const model = await openModelStore().pull(process.env.MODEL ?? 'squeezenet');
await using tagger = await loadLocal(model, 'tag');

for (const name of (await readdir(from)).sort()) {
  const file = join(from, name);
  try {
    const { tags } = await tagger.tag(file, { minScore: 0.4 });
    const folder = tags[0]?.category.en ?? 'unsure';
    await mkdir(join(to, folder), { recursive: true });
    await copyFile(file, join(to, folder, basename(file)));
    console.log(`${name} → ${folder}`);
  } catch (error) {
    if (!isPictorError(error)) throw error;
    console.error(`${name}: ${error.message}`);
    process.exitCode = 1;
  }
}
