import { expect, test } from 'vitest';
import { pictor, workshop } from './support.ts';

test.each([
  [['classify'], /missing required argument 'pictures'/],
  [['classify', 'x.png', '--top', '0'], /whole number from 1 to 1000/],
  [['classify', 'x.png', '--top', 'x'], /whole number from 1 to 1000/],
  [['classify', 'x.png', '--min-score', '1.5'], /number from 0 to 1/],
  [['classify', 'x.png', '--lang', 'fr'], /Allowed choices are en, zh/],
  [['classify', 'x.png', '--json', '--jsonl'], /cannot be used with/],
  [['classify', 'x.png', '--frob'], /unknown option '--frob'/],
  [['clasify', 'x.png'], /Did you mean classify\?/],
  [['completion', 'tcsh'], /Allowed choices are bash, zsh, fish/],
  [['evaluate'], /missing required argument 'dataset'/],
])('%j is a mistake of usage: exit 2, one message, no stack', async (args, message) => {
  const { code, stdout, stderr } = await pictor(args);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
});

test('a model that is not there, or is for another task, is one line and exit 1', async () => {
  const { env, picture, path } = await workshop('colours', 'halves');
  const file = await picture('a.png', 'red');
  for (const [model, command, line] of [
    ['colour', 'classify', /MODEL_UNKNOWN/],
    [path('nothing.onnx'), 'classify', /MODEL_UNKNOWN/],
    ['resnet50', 'classify', /MODEL_OFFLINE/],
    ['halves', 'moderate', /MODEL_TASK_MISMATCH/],
  ] as const) {
    const { code, stdout, stderr } = await pictor([command, file, '--model', model], { env });
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^✗ [^\n]+\n$/);
    expect(stderr).toMatch(line);
    expect(code).toBe(1);
  }
});
