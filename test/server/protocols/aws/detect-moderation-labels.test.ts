import {
  DetectModerationLabelsCommand,
  type DetectModerationLabelsCommandInput,
} from '@aws-sdk/client-rekognition';
import { expect, test } from 'vitest';
import { picture } from '../../support.ts';
import { rejection, type Served, serveApp } from '../support.ts';
import { rekognition } from './support.ts';

const size = { width: 160, height: 120 };

async function moderate(
  { host }: Served,
  colour: string,
  options: Omit<DetectModerationLabelsCommandInput, 'Image'> = {},
) {
  const Image = { Bytes: await picture(colour, size) };
  return rekognition(host).send(new DetectModerationLabelsCommand({ Image, ...options }));
}

test('an explicit picture has the top-level label, and no level below it is guessed', async () => {
  const answer = await moderate(await serveApp({ models: ['safety'] }), 'red');
  expect(answer.ModerationModelVersion).toBe('safety');
  expect(answer.ModerationLabels).toEqual([
    { Name: 'Explicit', ParentName: '', TaxonomyLevel: 1, Confidence: expect.closeTo(100, 1) },
  ]);
  expect(answer.ContentTypes).toEqual([]);
});

test('a picture that may be shown has no labels', async () => {
  const { ModerationLabels } = await moderate(await serveApp({ models: ['safety'] }), 'cyan');
  expect(ModerationLabels).toEqual([]);
});

test('MinConfidence, which is 50 unless asked otherwise', async () => {
  const served = await serveApp({ models: ['safety'] });
  const all = await moderate(served, 'cyan', { MinConfidence: 0 });
  expect(all.ModerationLabels?.map(({ Name }) => Name)).toEqual([
    'Explicit',
    'Non-Explicit Nudity of Intimate parts and Kissing',
  ]);
});

test('a review by people and an adapter of one’s own are refused in the vendor’s words', async () => {
  const served = await serveApp({ models: ['safety'] });
  const HumanLoopConfig = { HumanLoopName: 'a', FlowDefinitionArn: 'arn:aws:sagemaker:x' };
  expect(await rejection(moderate(served, 'red', { HumanLoopConfig }))).toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringContaining('HumanLoopConfig'),
  });
  expect(await rejection(moderate(served, 'red', { ProjectVersion: 'arn:aws:x' }))).toMatchObject({
    name: 'ResourceNotFoundException',
  });
});
