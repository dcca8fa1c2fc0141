/**
 * A classifier of one's own from a folder of class folders.
 *
 *     npx tsx examples/train.ts flowers/ flowers
 *     FINE_TUNE=5m npx tsx examples/train.ts flowers/ flowers
 *
 * The model lies in the store afterwards, under its id: `pictor classify photo.jpg --model flowers`.
 */
import { load } from 'pictor';
import { train } from 'pictor/training';

const [folder = 'flowers', id = 'flowers', photo] = process.argv.slice(2);
const minutes = Number.parseFloat(process.env.FINE_TUNE ?? '');

// The first Ctrl-C asks for the best so far, which fine-tuning has.
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

const { report, version } = await train(folder, {
  id,
  ...(process.env.MODEL && { model: process.env.MODEL }),
  ...(minutes > 0 && { fineTune: { timeMs: minutes * 60_000, stop: stop.signal } }),
  onNotice: (notice) => console.error(notice),
});
const { top1, interval } = report.measures;
const [low, high] = interval.map((share) => (share * 100).toFixed(1));
console.log(`${id} version ${version}: ${(top1 * 100).toFixed(1)} % right (${low} to ${high} %)`);

if (photo) {
  await using classifier = await load(id, { task: 'classify' });
  const { predictions } = await classifier.classify(photo, { topK: 1 });
  console.log(`${photo}: ${predictions[0]?.label}`);
}
