/**
 * The pictures of a folder that look most like one picture.
 *
 *     npx tsx examples/similarity-search.ts holiday/ cat.jpg
 *
 * Every picture becomes a vector of length 1; the dot product of two is how alike they are. A folder of thousands
 * needs no more than this: keep the vectors in a file, or hand them to a vector database.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadLocal, openModelStore } from 'pictor';

const [folder = 'examples/photos', query = 'examples/photos/cat.jpg'] = process.argv.slice(2);

const model = await openModelStore().pull(process.env.MODEL ?? 'squeezenet');
await using embedder = await loadLocal(model, 'embed');

const files = (await readdir(folder)).filter((name) => /\.(jpe?g|png|webp)$/i.test(name));
const indexed = await embedder.embed(
  files.map((name) => join(folder, name)),
  { normalize: true },
);
const { vector: wanted } = await embedder.embed(query, { normalize: true });

const ranked = indexed
  .map(({ vector }, i) => ({ name: files[i], likeness: dot(vector, wanted) }))
  .sort((a, b) => b.likeness - a.likeness);
for (const { name, likeness } of ranked.slice(0, 10)) console.log(`${likeness.toFixed(3)}  ${name}`);

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
