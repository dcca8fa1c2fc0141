/**
 * What any classifier does on labelled pictures, as one page.
 *
 * @module
 */
import type { Measures } from '../measures.ts';
import type { Thumbnails } from '../thumbnails.ts';
import { escapeHtml, percent } from './html.ts';
import { measuresSections } from './measures-sections.ts';
import { page, tiles } from './page.ts';

/**
 * Writes the page of `pictor evaluate --html`.
 *
 * @param model id
 * @param dataset as given
 */
export function renderEvaluation(
  { model, dataset }: { readonly model: string; readonly dataset: string },
  measures: Measures,
  thumbnails: Thumbnails,
): string {
  const [low, high] = measures.interval;
  const figures = tiles([
    {
      value: percent(measures.top1),
      en: `right, of ${measures.n} pictures (95 % sure: ${percent(low)} to ${percent(high)})`,
      zh: `在 ${measures.n} 张图片上的准确率(95 % 置信区间 ${percent(low)} – ${percent(high)})`,
    },
    { value: percent(measures.top5), en: 'among the five best', zh: '前五名命中' },
    { value: percent(measures.balanced), en: 'mean over the classes', zh: '各类别平均' },
    { value: percent(measures.ece), en: 'calibration error (ECE)', zh: '校准误差 (ECE)' },
  ]);
  const head = `<h1>${escapeHtml(model)}</h1><p class="soft"><code>${escapeHtml(dataset)}</code></p>`;
  return page(
    `${model} on ${dataset}`,
    `${head}${figures}${measuresSections({ ...measures, ...onlySeen(measures) }, thumbnails)}`,
  );
}

/** Classes that neither occur nor are answered would fill a page with nothing. */
function onlySeen({ perClass, confusion, mistakes }: Measures): Pick<Measures, 'perClass' | 'confusion'> {
  const taken = new Set(mistakes.map(({ predicted }) => predicted));
  const kept = [...perClass.keys()].filter((index) => {
    const { n = 0, label = '' } = perClass[index] ?? {};
    return n > 0 || taken.has(label);
  });
  return {
    perClass: kept.flatMap((index) => perClass[index] ?? []),
    confusion: kept.map((row) => kept.map((column) => confusion[row]?.[column] ?? 0)),
  };
}
