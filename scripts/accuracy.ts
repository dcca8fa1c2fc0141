/**
 * Accuracy of the models in the test data, one JSON line for each: `npm run accuracy -- --json`.
 *
 * @module
 */
import { readdirSync } from 'node:fs';
import { createClassifier } from '../src/tasks/classify.ts';
import { evaluateClassifier } from '../src/tasks/evaluation/classifier.ts';
import { dataPath } from '../test/support/data.ts';
import { openInProcess } from '../test/support/in-process-engine.ts';
import { squeezenetReference } from '../test/support/squeezenet.ts';

await using classifier = createClassifier(await openInProcess(squeezenetReference()));
const indexOf = new Map(classifier.labels.map(({ synset, index }) => [synset, index]));
const pictures = readdirSync(dataPath('imagenet')).flatMap((name) => {
  const classIndex = indexOf.get(name.split('_')[0]);
  return classIndex === undefined ? [] : [{ image: dataPath('imagenet', name), classIndex }];
});
const { model, n, top1, top5 } = await evaluateClassifier(classifier, pictures);
console.log(
  process.argv.includes('--json')
    ? JSON.stringify({ model, dataset: 'imagenet', n, top1, top5 })
    : `${model} on imagenet: ${n} pictures, top-1 ${top1}, top-5 ${top5}`,
);
