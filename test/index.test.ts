import { expect, test } from 'vitest';
import * as convert from '../src/convert/index.ts';
import * as pictor from '../src/index.ts';
import * as training from '../src/training/index.ts';

test('the front door lets out these names and no others', () => {
  expect(Object.keys(pictor).sort()).toMatchInlineSnapshot(`
    [
      "ERROR_TABLE",
      "PictorError",
      "VERDICT_THRESHOLDS",
      "annotate",
      "createClassifier",
      "createDetector",
      "createEmbedder",
      "createEngine",
      "createModerator",
      "createTracker",
      "cropBoxes",
      "cropHints",
      "defaultModel",
      "evaluateClassifier",
      "evaluateDetector",
      "evaluateTracker",
      "evaluateTracks",
      "imageProperties",
      "isPictorError",
      "load",
      "loadLocal",
      "localModelFor",
      "openAnnotatedVideo",
      "openDataset",
      "openModelStore",
      "openResultWriter",
      "openVideo",
      "openVideoWriter",
      "parseYoloText",
      "readSequences",
      "track",
      "watch",
    ]
  `);
});

test('the door to conversion lets out these names and no others', () => {
  expect(Object.keys(convert).sort()).toEqual(['importModel', 'inspectModel', 'quantizeLocal']);
});

test('exports this for training, and nothing else', () => {
  expect(Object.keys(training).sort()).toEqual([
    'addPictures',
    'checkTrainingData',
    'openVersions',
    'removeClasses',
    'train',
  ]);
});
