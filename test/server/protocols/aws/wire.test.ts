import { DetectLabelsCommand } from '@aws-sdk/client-rekognition';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { picture } from '../../support.ts';
import { serveApp } from '../support.ts';
import { rekognition } from './support.ts';

const red = await picture('red', { width: 160, height: 120 });

test('whatever the parameters, the region and the endpoint, client and server agree', async () => {
  const { host } = await serveApp();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 3 }),
      fc.constantFrom('us-east-1', 'cn-north-1', 'local'),
      fc.constantFrom('', '/vision', '/a-b/c%20d/é'),
      fc.boolean(),
      async (names, region, path, named) => {
        const client = rekognition(named ? host.replace('127.0.0.1', 'localhost') : host, { region, path });
        const Settings = { GeneralLabels: { LabelExclusionFilters: names.map((name) => `x${name}`) } };
        const { Labels } = await client.send(new DetectLabelsCommand({ Image: { Bytes: red }, Settings }));
        expect(Labels).toHaveLength(1);
      },
    ),
    { numRuns: 25 },
  );
});
