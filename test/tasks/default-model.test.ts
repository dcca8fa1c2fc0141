import { describe, expect, test } from 'vitest';
import { PictorError } from '../../src/errors.ts';
import { catalogue } from '../../src/models/catalogue/catalogue.ts';
import type { LocalModel } from '../../src/models/types.ts';
import { defaultModel } from '../../src/tasks/default-model.ts';

function storeWith(ids: readonly string[], pulls: boolean) {
  const find = (id: string): LocalModel => {
    const manifest = catalogue().find((entry) => entry.id === id);
    if (!manifest) throw new PictorError('MODEL_UNKNOWN');
    return { manifest, path: id, origin: 'cache' };
  };
  return {
    list: async () =>
      catalogue().map((manifest) => ({
        manifest,
        state: ids.includes(manifest.id) ? ('cached' as const) : ('remote' as const),
      })),
    resolve: async (id: string) => {
      if (!ids.includes(id)) throw new PictorError('MODEL_NOT_LOCAL');
      return find(id);
    },
    pull: async (id: string) => {
      if (!pulls) throw new PictorError('MODEL_DOWNLOAD_FAILED');
      return find(id);
    },
  };
}

describe('the model when none is named', () => {
  test.each([
    [['resnet50', 'squeezenet'], false, 'squeezenet', 0],
    [['resnet50', 'tiny-yolov3'], true, 'resnet50', 1],
    [['densenet121', 'resnet50'], true, 'squeezenet', 0],
    [['tiny-yolov3'], true, 'squeezenet', 0],
    [['tiny-yolov3'], false, 'tiny-yolov3', 1],
  ] as const)('with %o, downloads working: %s, is %s', async (ids, pulls, expected, count) => {
    const notices: string[] = [];
    const onNotice = (notice: string) => notices.push(notice);
    const { manifest } = await defaultModel(storeWith(ids, pulls), { allowPull: true, onNotice });
    expect(manifest.id).toBe(expected);
    expect(notices).toHaveLength(count);
  });

  test('of several none is taken by its name: the error says how to choose', async () => {
    const deciding = defaultModel(storeWith(['densenet121', 'resnet50'], false), { allowPull: true });
    await expect(deciding).rejects.toMatchObject({
      code: 'MODEL_NOT_LOCAL',
      message: expect.stringMatching(/several.*resnet50.*pictor models default \S+/),
    });
  });

  test.each(['classify', 'tag', 'embed'] as const)('for %s the chosen one answers', async (task) => {
    const store = {
      ...storeWith(['resnet50', 'squeezenet'], false),
      defaults: async () => ({ classify: 'resnet50' }),
    };
    expect((await defaultModel(store, { allowPull: true, task })).manifest.id).toBe('resnet50');
  });

  test('a chosen one that is not here is an error, not a reason for another', async () => {
    const store = { ...storeWith(['squeezenet'], true), defaults: async () => ({ classify: 'resnet50' }) };
    await expect(defaultModel(store, { allowPull: true })).rejects.toMatchObject({
      code: 'MODEL_NOT_LOCAL',
      message: expect.stringContaining('pictor models default'),
    });
  });

  test('never downloads where that is not allowed', async () => {
    const store = storeWith([], true);
    await expect(defaultModel(store, { allowPull: false })).rejects.toMatchObject({
      code: 'MODEL_NOT_LOCAL',
    });
  });
});
