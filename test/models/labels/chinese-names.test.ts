import { describe, expect, test } from 'vitest';
import type { LabelSet } from '../../../src/models/labels/index.ts';
import { resolveLabels } from '../../../src/models/labels/index.ts';

const SETS: readonly LabelSet[] = ['imagenet-1k', 'coco-80', 'coco-91', 'nsfw-5'];

/** Names that Chinese writes with Latin letters. */
const WITH_LATIN = ['CD播放机', 'iPod', 'T恤', '福特T型车'];

/** Frequent characters of the names in their traditional form, none of which simplified Chinese uses. */
const TRADITIONAL =
  /[鳥魚龍馬車門電機鴨鵝貓獅蟲蛺鯨鯊龜蘭葉環蘋藍紅綠綿護軟頭飛艦槍彈鐵鋼鐘鏡鍵錄錢鎖針釘銅鑽樂樓樹櫃衛衝術褲襪襯訊話調論證貝貨賽車輪轎農運遊過達還邊郵醫釀釋開間關隊陽陰雞難雜靜鞦韓頂項預領顯風飯飲餅館駝驢骯髒鬆鬍鹽麥麵黃點齒]/u;

describe.each(SETS)('Chinese names of %s', (set) => {
  const names = resolveLabels(set).map(({ zh }) => zh ?? '');

  test('none is missing', () => {
    expect(names.filter((name) => name === '')).toEqual([]);
  });

  test('are Chinese, short and without spaces', () => {
    const odd = names.filter((name) => !/^\p{Script=Han}{1,10}$/u.test(name));
    expect(odd.filter((name) => !WITH_LATIN.includes(name))).toEqual([]);
  });

  test('are simplified', () => {
    expect(names.filter((name) => TRADITIONAL.test(name))).toEqual([]);
  });

  test('are different for different classes', () => {
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

describe('ImageNet classes that are easily confused', () => {
  const zhOf = (index: number) => resolveLabels('imagenet-1k')[index]?.zh;

  test.each([
    { label: 'crane', first: 134, second: 517, zh: ['鹤', '起重机'] },
    { label: 'maillot', first: 638, second: 639, zh: ['紧身泳衣', '连体泳衣'] },
    { label: 'sunglass and sunglasses', first: 836, second: 837, zh: ['太阳镜', '墨镜'] },
    { label: 'corn and ear', first: 987, second: 998, zh: ['玉米', '玉米穗'] },
    { label: 'missile and projectile', first: 657, second: 744, zh: ['导弹', '射弹'] },
    { label: 'laptop and notebook', first: 620, second: 681, zh: ['笔记本电脑', '轻薄笔记本电脑'] },
    {
      label: 'cassette player and tape player',
      first: 482,
      second: 848,
      zh: ['盒式磁带播放机', '磁带播放机'],
    },
    { label: 'monitor and screen', first: 664, second: 782, zh: ['显示器', '屏幕'] },
    { label: 'breastplate and cuirass', first: 461, second: 524, zh: ['护胸甲', '胸背铠甲'] },
    { label: 'lesser and giant panda', first: 387, second: 388, zh: ['小熊猫', '大熊猫'] },
  ])('$label', ({ first, second, zh }) => {
    expect([zhOf(first), zhOf(second)]).toEqual(zh);
  });

  test.each([
    [0, '丁鲷'],
    [24, '乌林鸮'],
    [65, '海蛇'],
    [131, '小蓝鹭'],
    [184, '爱尔兰梗'],
    [207, '金毛寻回犬'],
    [281, '虎斑猫'],
    [293, '猎豹'],
    [323, '帝王蝶'],
    [364, '三趾树懒'],
    [404, '客机'],
    [456, '弓'],
    [500, '崖居'],
    [566, '圆号'],
    [600, '钩子'],
    [680, '奶嘴'],
    [740, '电钻'],
    [779, '校车'],
    [826, '秒表'],
    [871, '三体船'],
    [908, '机翼'],
    [920, '红绿灯'],
    [954, '香蕉'],
    [980, '火山'],
    [999, '卫生纸'],
  ])('class %i is %s', (index, zh) => {
    expect(zhOf(index)).toBe(zh);
  });
});
