import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createClassifier } from '../../src/tasks/classify/classify.ts';
import { dataPath, describeWithData } from '../support/data.ts';
import { openInProcess } from '../support/in-process-engine.ts';
import { squeezenetReference } from '../support/squeezenet.ts';

describeWithData('SqueezeNet on 200 ImageNet photographs', () => {
  test('names at least 69 % first and 88 % among five', { timeout: 120_000 }, async () => {
    await using classifier = createClassifier(await openInProcess(squeezenetReference()));
    const files = readdirSync(dataPath('imagenet')).filter((name) => name.endsWith('.JPEG'));
    const answers = await classifier.classify(files.map((name) => dataPath('imagenet', name)));
    const places = answers.map(({ predictions }, i) =>
      predictions.findIndex(({ synset }) => synset !== undefined && files[i]?.startsWith(synset)),
    );
    const share = (within: number) =>
      places.filter((place) => place >= 0 && place < within).length / files.length;
    console.info(`squeezenet1.1: n=${files.length} top1=${share(1)} top5=${share(5)}`);
    expect(files.length).toBe(200);
    expect(share(1)).toBeGreaterThanOrEqual(0.69);
    expect(share(5)).toBeGreaterThanOrEqual(0.88);
  });
});
