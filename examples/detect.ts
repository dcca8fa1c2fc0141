/**
 * What is in a picture, and where: the boxes drawn, and each find cut out.
 *
 *     npx tsx examples/detect.ts examples/photos/coffee.jpg out/
 *
 * Works without a network: the detector comes with the package.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { annotate, load } from 'pictor';

const [file = 'examples/photos/coffee.jpg', folder = 'out'] = process.argv.slice(2);

await using detector = await load(process.env.MODEL ?? 'centernet', { task: 'detect' });
const bytes = await readFile(file);
const { detections, crops } = await detector.crops(bytes, { minScore: 0.3, margin: 0.05 });

await mkdir(folder, { recursive: true });
for (const [i, { label, score, box }] of detections.entries()) {
  const size = `${box.width.toFixed(0)}×${box.height.toFixed(0)} at ${box.x.toFixed(0)},${box.y.toFixed(0)}`;
  console.log(`${label} ${(score * 100).toFixed(1)} %: ${size}`);
  await writeFile(join(folder, `${i + 1}-${label}.jpg`), crops[i] ?? '');
}
const annotations = detections.map(({ box, label, index }) => ({ box, label, group: index }));
await writeFile(join(folder, 'annotated.jpg'), await annotate(bytes, annotations));
