/**
 * What each picture shows.
 *
 *     npx tsx examples/classify.ts examples/photos/*.jpg
 *
 * MODEL names another model than SqueezeNet: an id of `pictor models list`, or the path of an .onnx file.
 */
import { isPictorError, loadLocal, openModelStore } from 'pictor';

const model = await openModelStore().pull(process.env.MODEL ?? 'squeezenet');
await using classifier = await loadLocal(model, 'classify');

for (const file of process.argv.slice(2)) {
  try {
    const { predictions, timings } = await classifier.classify(file, { topK: 3 });
    const found = predictions.map(({ label, score }) => `${label} ${(score * 100).toFixed(1)} %`);
    console.log(`${file}: ${found.join(', ')} (${timings.inference.toFixed(0)} ms)`);
  } catch (error) {
    if (!isPictorError(error)) throw error;
    console.error(`${file}: ${error.message}`);
    process.exitCode = 1;
  }
}
