import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { LabelSet } from '../../../src/models/labels/index.ts';
import { resolveLabels, uniqueNames } from '../../../src/models/labels/index.ts';
import { COCO_PLACES } from '../../../src/models/labels/taxonomy/coco.ts';
import { IMAGENET_PLACES } from '../../../src/models/labels/taxonomy/imagenet-1k.ts';
import { NSFW_PLACES } from '../../../src/models/labels/taxonomy/nsfw.ts';
import {
  kindOf,
  levelsOf,
  type TaxonomyEntry,
  taxonomyCategories,
  taxonomyOf,
  taxonomyTerm,
} from '../../../src/models/labels/taxonomy/taxonomy.ts';
import { TERMS_TABLE } from '../../../src/models/labels/taxonomy/terms.ts';

const SETS: readonly LabelSet[] = ['imagenet-1k', 'coco-80', 'coco-91', 'nsfw-5'];

/** COCO's supercategory of a person is the person. */
const SAME_AS_CATEGORY = ['person'];

describe.each(SETS)('the taxonomy of %s', (set) => {
  const places = resolveLabels(set).map((record) => ({ ...record, entry: taxonomyOf(set, record.index) }));

  test('gives every class a category and a parent, in both languages', () => {
    const poor = places.filter(({ entry }) => {
      const terms = entry ? [entry.category, ...entry.parents] : [];
      return (
        terms.length < 2 || !terms.every(({ en, zh }) => /^[A-Z]/.test(en) && /^\p{Script=Han}+$/u.test(zh))
      );
    });
    expect(poor.map(({ label }) => label)).toEqual([]);
  });

  test('ends the parents with the category', () => {
    for (const { entry } of places) expect(entry?.parents.at(-1)).toEqual(entry?.category);
  });

  test('names no class as its own parent', () => {
    const plain = (name: string) => name.toLowerCase().replaceAll('_', ' ');
    const own = places.filter(({ label, zh, synonyms, entry }) => {
      const names = [label, ...(synonyms ?? [])].map(plain);
      return entry?.parents.some((parent) => names.includes(plain(parent.en)) || parent.zh === zh);
    });
    expect(own.map(({ label }) => label).filter((label) => !SAME_AS_CATEGORY.includes(label))).toEqual([]);
  });

  test.each([-1, 1000, 0.5, Number.NaN])('has nothing at %d', (index) => {
    expect(taxonomyOf(set, index)).toBeUndefined();
  });
});

describe('the tables', () => {
  test.each([
    { set: 'imagenet-1k', table: IMAGENET_PLACES },
    { set: 'coco-91', table: COCO_PLACES },
    { set: 'nsfw-5', table: NSFW_PLACES },
  ] as const)('of $set hold known terms, and every class once', ({ set, table }) => {
    const names = uniqueNames(resolveLabels(set));
    const held = table
      .trim()
      .split(/\n+/)
      .flatMap((line) => {
        const [term = '', list = ''] = line.split(': ');
        expect(taxonomyTerm(term), term).toBeDefined();
        return list.split(', ').flatMap((item) => {
          const [first = '', last = first] = item.split('..');
          expect(names, item).toContain(first);
          expect(names.indexOf(last), item).toBeGreaterThanOrEqual(names.indexOf(first));
          return names.slice(names.indexOf(first), names.indexOf(last) + 1);
        });
      });
    expect(held.toSorted()).toEqual([...names].toSorted());
  });

  test('of terms has each name once in either language, and none that no class uses', () => {
    const lines = TERMS_TABLE.trim()
      .split('\n')
      .map((line) => line.trim().split('|'));
    const used = new Set(
      SETS.flatMap((set) =>
        resolveLabels(set).flatMap(({ index }) => taxonomyOf(set, index)?.parents ?? []),
      ).map(({ en }) => en),
    );
    const english = lines.map(([en]) => en ?? '');
    expect(english.toSorted()).toEqual([...used].toSorted());
    expect(new Set(lines.map(([, zh]) => zh)).size).toBe(lines.length);
  });
});

test('the documentation lists the categories as they are', () => {
  const page = readFileSync(new URL('../../../docs/labels.md', import.meta.url), 'utf8');
  const listed = [...page.matchAll(/^\| (.+) \| (.+) \| `(.+)` \| (object|scene|concept) \|/gm)];
  expect(listed.map(([, en, zh, id, kind]) => ({ id, en, zh, kind }))).toEqual(taxonomyCategories());
});

describe('both sets speak of categories in the same words', () => {
  test('the categories', () => {
    expect(taxonomyCategories().map(({ en, zh }) => `${en} ${zh}`)).toMatchInlineSnapshot(`
      [
        "Person 人物",
        "Animal 动物",
        "Plant 植物",
        "Fungus 真菌",
        "Nature 自然景观",
        "Food 食物",
        "Kitchen 厨房用品",
        "Furniture 家具",
        "Appliance 家电",
        "Electronic 电子产品",
        "Vehicle 交通工具",
        "Outdoor 户外设施",
        "Building 建筑",
        "Clothing 服装",
        "Accessory 配饰",
        "Sports 运动",
        "Musical Instrument 乐器",
        "Weapon 武器",
        "Tool 工具",
        "Medical 医疗用品",
        "Indoor 室内用品",
        "Content Rating 内容分级",
      ]
    `);
  });

  test.each([
    ['Person', 'person', 'groom'],
    ['Animal', 'dog', 'Irish_terrier'],
    ['Vehicle', 'car', 'sports_car'],
    ['Outdoor', 'bench', 'park_bench'],
    ['Accessory', 'hat', 'sombrero'],
    ['Accessory', 'shoe', 'running_shoe'],
    ['Sports', 'sports ball', 'soccer_ball'],
    ['Kitchen', 'bottle', 'wine_bottle'],
    ['Food', 'pizza', 'pizza'],
    ['Furniture', 'toilet', 'toilet_seat'],
    ['Electronic', 'tv', 'television'],
    ['Appliance', 'toaster', 'toaster'],
    ['Indoor', 'vase', 'vase'],
  ])('%s holds %s and %s', (category, coco, imagenet) => {
    expect(placeOf('coco-91', coco).category.en).toBe(category);
    expect(placeOf('imagenet-1k', imagenet).category.en).toBe(category);
  });
});

describe('where ImageNet classes belong', () => {
  test.each([
    ['goldfish', 'Fish > Animal', '鱼类 > 动物'],
    ['hammerhead', 'Shark > Fish > Animal', '鲨鱼 > 鱼类 > 动物'],
    ['magpie', 'Songbird > Bird > Animal', '鸣禽 > 鸟类 > 动物'],
    ['axolotl', 'Salamander > Amphibian > Animal', '蝾螈类 > 两栖动物 > 动物'],
    ['triceratops', 'Dinosaur > Reptile > Animal', '恐龙 > 爬行动物 > 动物'],
    ['sidewinder', 'Snake > Reptile > Animal', '蛇类 > 爬行动物 > 动物'],
    ['scorpion', 'Arachnid > Animal', '蛛形动物 > 动物'],
    ['tusker', 'Elephant Family > Mammal > Animal', '象科动物 > 哺乳动物 > 动物'],
    ['hermit_crab', 'Crab > Crustacean > Animal', '蟹类 > 甲壳动物 > 动物'],
    ['crane', 'Wading Bird > Bird > Animal', '涉禽 > 鸟类 > 动物'],
    ['bustard', 'Bird > Animal', '鸟类 > 动物'],
    ['pug', 'Toy Dog > Dog > Mammal > Animal', '玩赏犬 > 犬 > 哺乳动物 > 动物'],
    ['Weimaraner', 'Gun Dog > Dog > Mammal > Animal', '枪猎犬 > 犬 > 哺乳动物 > 动物'],
    ['Irish_terrier', 'Terrier > Dog > Mammal > Animal', '梗犬 > 犬 > 哺乳动物 > 动物'],
    ['Rottweiler', 'Working Dog > Dog > Mammal > Animal', '工作犬 > 犬 > 哺乳动物 > 动物'],
    ['hyena', 'Carnivore > Mammal > Animal', '食肉动物 > 哺乳动物 > 动物'],
    ['cheetah', 'Wild Cat > Mammal > Animal', '野生猫科动物 > 哺乳动物 > 动物'],
    ['giant_panda', 'Bear > Mammal > Animal', '熊类 > 哺乳动物 > 动物'],
    ['ladybug', 'Beetle > Insect > Animal', '甲虫 > 昆虫 > 动物'],
    ['sorrel', 'Equine > Hoofed Mammal > Mammal > Animal', '马科动物 > 有蹄动物 > 哺乳动物 > 动物'],
    ['gibbon', 'Ape > Primate > Mammal > Animal', '猿类 > 灵长动物 > 哺乳动物 > 动物'],
    ['puffer', 'Fish > Animal', '鱼类 > 动物'],
    ['cello', 'String Instrument > Musical Instrument', '弦乐器 > 乐器'],
    ['airliner', 'Aircraft > Vehicle', '航空器 > 交通工具'],
    ['fire_engine', 'Service Vehicle > Road Vehicle > Vehicle', '专用车辆 > 道路车辆 > 交通工具'],
    ['schooner', 'Sailing Vessel > Watercraft > Vehicle', '帆船 > 船舶 > 交通工具'],
    ['crane (n03126707)', 'Machinery > Tool', '机械设备 > 工具'],
    ['maillot (n03710721)', 'Swimwear > Clothing', '泳装 > 服装'],
    ['mosque', 'Religious Building > Building', '宗教建筑 > 建筑'],
    ['viaduct', 'Bridge > Infrastructure > Building', '桥梁 > 基础设施 > 建筑'],
    ['refrigerator', 'Kitchen Appliance > Appliance', '厨房电器 > 家电'],
    ['laptop', 'Computing > Electronic', '计算机设备 > 电子产品'],
    ['cup', 'Drinkware > Kitchen', '饮具 > 厨房用品'],
    ['syringe', 'Medical Supply > Medical', '医疗器材 > 医疗用品'],
    ['cannon', 'Heavy Weapon > Weapon', '重型武器 > 武器'],
    ['banana', 'Fruit > Food', '水果 > 食物'],
    ['zucchini', 'Squash > Vegetable > Food', '瓜类蔬菜 > 蔬菜 > 食物'],
    ['volcano', 'Landform > Nature', '地貌 > 自然景观'],
    ['daisy', 'Flower > Plant', '花卉 > 植物'],
    ['bolete', 'Wild Mushroom > Fungus', '野生菌菇 > 真菌'],
    ['scuba_diver', 'Athlete > Person', '运动员 > 人物'],
  ])('%s: %s', (name, en, zh) => {
    const { parents } = placeOf('imagenet-1k', name);
    expect(parents.map((term) => term.en).join(' > ')).toBe(en);
    expect(parents.map((term) => term.zh).join(' > ')).toBe(zh);
  });
});

describe('for vocabularies of other services', () => {
  test('every ImageNet class has a first and a different second level', () => {
    const flat = resolveLabels('imagenet-1k').filter(({ index }) => {
      const entry = taxonomyOf('imagenet-1k', index);
      if (!entry) return true;
      const { first, second } = levelsOf(entry);
      return first.en === second.en;
    });
    expect(flat.map(({ label }) => label)).toEqual([]);
  });

  test('the first level is the category, the second the term below it', () => {
    expect(levelsOf(placeOf('imagenet-1k', 'Irish_terrier'))).toEqual({
      first: { en: 'Animal', zh: '动物' },
      second: { en: 'Mammal', zh: '哺乳动物' },
    });
  });

  test('a class directly in its category has it on both levels', () => {
    const animal = { en: 'Animal', zh: '动物' };
    expect(levelsOf(placeOf('coco-80', 'bird'))).toEqual({ first: animal, second: animal });
  });

  test.each([
    ['imagenet-1k', 'banana', 'object'],
    ['imagenet-1k', 'mosque', 'scene'],
    ['imagenet-1k', 'triumphal_arch', 'object'],
    ['imagenet-1k', 'seashore', 'scene'],
    ['imagenet-1k', 'spider_web', 'object'],
    ['imagenet-1k', 'bubble', 'concept'],
    ['coco-80', 'person', 'object'],
    ['nsfw-5', 'Porn', 'concept'],
  ] as const)('in %s, %s is of the kind %s', (set, name, kind) => {
    expect(kindOf(placeOf(set, name))).toBe(kind);
  });

  test('a term outside the vocabulary is an object', () => {
    expect(kindOf({ category: { en: 'Other', zh: '其他' }, parents: [] })).toBe('object');
  });

  test('terms have ids', () => {
    expect(taxonomyTerm('Musical Instrument')).toEqual({
      id: 'musical-instrument',
      en: 'Musical Instrument',
      zh: '乐器',
      kind: 'object',
    });
    expect(taxonomyTerm('musical instrument')).toBeUndefined();
  });
});

function placeOf(set: LabelSet, name: string): TaxonomyEntry {
  const entry = taxonomyOf(set, uniqueNames(resolveLabels(set)).indexOf(name));
  if (!entry) throw new Error(`${set} has no class ${name}`);
  return entry;
}
