import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { classFileBeside } from '../../src/convert/labels/beside.ts';
import { parseClassFile } from '../../src/convert/labels/class-file.ts';
import { anchorsOfHeads } from '../../src/convert/recipe/anchors.ts';
import { openFileSet } from '../../src/convert/source/file-set.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pictor-classes-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

test.each<[string, string | Uint8Array, readonly string[]]>([
  ['ImageAI', '{"0" : "green", "1" : "red"}', ['green', 'red']],
  [
    'keys sorted as text',
    '{"0":"a","1":"b","10":"k","2":"c","3":"d","4":"e","5":"f","6":"g","7":"h","8":"i","9":"j"}',
    [...'abcdefghijk'],
  ],
  ['from one', '{"2":"b","1":"a"}', ['a', 'b']],
  ['names first', '{"dog":1,"cat":0}', ['cat', 'dog']],
  ['names that are numbers', '{"0":0,"10":2,"2":1}', ['0', '2', '10']],
  ['a list', '["a","b"]', ['a', 'b']],
  ['Hugging Face', '{"id2label":{"0":"a","1":"b"},"label2id":{"a":0}}', ['a', 'b']],
  ['class_to_idx', '{"class_to_idx":{"b":1,"a":0}}', ['a', 'b']],
  ['class_names', '{"class_names":["a","b"]}', ['a', 'b']],
  ['ImageNet', '{"0":["n01440764","tench"],"1":["n01443537","goldfish"]}', ['tench', 'goldfish']],
  ['Teachable Machine', '0 Class 1\r\n1 纸板\r\n', ['Class 1', '纸板']],
  ['numbers out of order', '1 b\n0 a\n', ['a', 'b']],
  ['numbers from one', '1,a\n2,b\n3,c', ['a', 'b', 'c']],
  ['names with numbers', '1 euro\n2 euro', ['1 euro', '2 euro']],
  ['addresses', '10 downing street\n11 downing street', ['10 downing street', '11 downing street']],
  ['UTF-16', utf16('cat\r\ndog\r\n'), ['cat', 'dog']],
  ['a byte-order mark', '\ufeff["a"]', ['a']],
])('%s', (_, text, names) => {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  expect(parseClassFile(bytes, 'classes').names).toEqual(names);
});

test.each([
  ['{"0":"a","2":"c"}', /leave out 1/],
  ['{"a":0,"b":0}', /leave out/],
  ['{}', /object/],
  ['[1,2]', /1 where a name belongs/],
  ['{"labels": "a"}', /"labels"/],
  ['{"0":"a"', /not JSON/],
])('%s is refused', (text, message) => {
  expect(() => parseClassFile(Buffer.from(text), 'classes')).toThrow(
    expect.objectContaining({ code: 'LABELS_INVALID', message: expect.stringMatching(message) }),
  );
});

const small = [10, 14, 23, 27, 37, 58];
const large = [81, 82, 344, 100, 135, 169];

test('anchors may begin with the smallest or the largest three; inside of three nothing moves', () => {
  const heads = [
    [
      [81, 82],
      [344, 100],
      [135, 169],
    ],
    [
      [10, 14],
      [23, 27],
      [37, 58],
    ],
  ];
  expect(anchorsOfHeads([...small, ...large], 2)).toEqual(heads);
  expect(anchorsOfHeads([...large, ...small], 2)).toEqual(heads);
  expect(
    parseClassFile(Buffer.from(JSON.stringify({ labels: ['a'], anchors: [large, small] })), '').anchors,
  ).toEqual([...large, ...small]);
});

test.each([[small], [[...small, ...large, ...small]], [[...small, ...large.slice(1), 0]]])(
  'anchors that do not fit the heads are refused: %j',
  (anchors) => {
    expect(() => anchorsOfHeads(anchors, 2)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  },
);

async function beside(model: string, files: Readonly<Record<string, string>>) {
  const root = await mkdtemp(join(folder, 'set-'));
  for (const [name, text] of Object.entries({ ...files, [model]: 'model' })) {
    await mkdir(join(root, name, '..'), { recursive: true });
    await writeFile(join(root, name), text);
  }
  const set = await openFileSet(join(root, model));
  try {
    return (await classFileBeside(set, set.chosen ?? ''))?.names;
  } finally {
    set.close();
  }
}

test('the class file of ImageAI lies in a folder beside that of the models', async () => {
  const classes = '{"0":"a","1":"b"}';
  expect(await beside('models/model_ex-001.h5', { 'json/model_class.json': classes })).toEqual(['a', 'b']);
  expect(
    await beside('models/x.pt', {
      'models/pets_model_classes.json': classes,
      'json/other_detection_config.json': '["c"]',
    }),
  ).toEqual(['a', 'b']);
});

test('what macOS leaves is no class file', async () => {
  const files = { 'pets_model_classes.json': '["a"]', '._pets_model_classes.json': '\0\x05\x16\x07' };
  expect(await beside('best.pt', files)).toEqual(['a']);
});

test('of two class files that could be meant, none is taken', async () => {
  expect(await beside('best.pt', { 'labels.txt': 'a', 'classes.txt': 'b' })).toBeUndefined();
});
