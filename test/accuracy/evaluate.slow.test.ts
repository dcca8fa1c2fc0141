import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { pictor } from '../cli/support.ts';
import { dataPath, describeWithData } from '../support/data.ts';

const EMBEDDED = fileURLToPath(new URL('../../models/', import.meta.url));

describeWithData('pictor evaluate on the test data', () => {
  test('SqueezeNet, with nothing but its file', { timeout: 120_000 }, async () => {
    const model = dataPath('models', 'squeezenet1.1.onnx');
    const { code, stdout } = await pictor(['evaluate', dataPath('imagenet'), '--model', model, '--json']);
    expect(code).toBe(0);
    const { n, top1, top5 } = JSON.parse(stdout) as Record<string, number>;
    expect(n).toBe(200);
    expect(top1).toBeGreaterThanOrEqual(0.69);
    expect(top5).toBeGreaterThanOrEqual(0.88);
  });

  test.skipIf(!existsSync(`${EMBEDDED}centernet`))(
    'the embedded detector',
    { timeout: 120_000 },
    async () => {
      const { code, stdout } = await pictor(['evaluate', dataPath('coco'), '--json']);
      expect(code).toBe(0);
      const { n, map50, map } = JSON.parse(stdout) as Record<string, number>;
      expect(n).toBe(64);
      expect(map50).toBeGreaterThan(0.49);
      expect(map).toBeGreaterThan(0.315);
    },
  );
});
