import type { Measures } from '../measures.ts';
import { SHOWN_PICTURES, type Thumbnails } from '../thumbnails.ts';
import { confusionMatrix, lineChart } from './charts.ts';
import { both, escapeHtml, percent, section, table } from './html.ts';

/** Classes up to which a confusion matrix can be read. */
const MATRIX_CLASSES = 40;
/** Rows of a table of classes. */
const SHOWN_CLASSES = 100;

const TENTHS = [0, 0.2, 0.4, 0.6, 0.8, 1];

/** What any model is measured by: classes, confusions, reliability, mistakes. */
export function measuresSections(measures: Measures, thumbnails: Thumbnails): string {
  const classes = measures.perClass.map(({ label }) => label);
  return [
    section('Classes', '各类别', classTable(measures)),
    section(
      'What is taken for what',
      '混淆情况',
      classes.length <= MATRIX_CLASSES
        ? confusionMatrix(measures.confusion, classes)
        : confusionList(measures),
    ),
    section('How sure, and how often right', '置信度与准确率', reliability(measures)),
    section('Worst mistakes', '最严重的错误', mistakes(measures, thumbnails)),
  ].join('');
}

function classTable({ perClass }: Measures): string {
  const rows = perClass
    .toSorted((a, b) => a.f1 - b.f1)
    .slice(0, SHOWN_CLASSES)
    .map(({ label, n, precision, recall, f1 }) => [
      escapeHtml(label),
      String(n),
      percent(precision),
      percent(recall),
      percent(f1),
    ]);
  const head = [
    both('class', '类别'),
    both('pictures', '图片数'),
    both('precision', '精确率'),
    both('recall', '召回率'),
    'F1',
  ];
  return table(head, rows, [1, 2, 3, 4]);
}

function confusionList({ mistakes: all }: Measures): string {
  const times = new Map<string, { readonly label: string; readonly predicted: string; n: number }>();
  for (const { label, predicted } of all) {
    const pair = JSON.stringify([label, predicted]);
    const known = times.get(pair) ?? { label, predicted, n: 0 };
    known.n++;
    times.set(pair, known);
  }
  const rows = [...times.values()]
    .sort((a, b) => b.n - a.n)
    .slice(0, 30)
    .map(({ label, predicted, n }) => [escapeHtml(label), escapeHtml(predicted), String(n)]);
  return table([both('truth', '真实类别'), both('taken for', '误认为'), both('times', '次数')], rows, [2]);
}

function reliability({ reliability: bins, ece }: Measures): string {
  const points = bins.filter(({ n }) => n > 0).map((bin): [number, number] => [bin.meanScore, bin.accuracy]);
  const rows = bins
    .filter(({ n }) => n > 0)
    .map(({ from, to, n, meanScore, accuracy }) => [
      `${percent(from)} – ${percent(to)}`,
      String(n),
      percent(meanScore),
      percent(accuracy),
    ]);
  const chart = lineChart({
    series: [{ points, color: 'var(--tint)', dots: true }],
    x: [0, 1],
    y: [0, 1],
    xTicks: TENTHS,
    yTicks: TENTHS,
    diagonal: true,
    caption: [
      `Score (across) against share of right answers (up). On the dashed line a score means what it says; the mean distance from it is ${percent(ece)}.`,
      `横轴为置信度,纵轴为正确率。落在虚线上表示置信度可信;平均偏差 ${percent(ece)}。`,
    ],
  });
  const head = [
    both('score', '置信度'),
    both('pictures', '图片数'),
    both('mean', '平均'),
    both('right', '正确'),
  ];
  return `<div class="charts">${chart}<div>${table(head, rows, [1, 2, 3])}</div></div>`;
}

function mistakes({ mistakes: all }: Measures, thumbnails: Thumbnails): string {
  if (all.length === 0) return `<p>${both('None.', '没有。')}</p>`;
  const shown = all.slice(0, SHOWN_PICTURES).map(({ name, label, predicted, score }) => ({
    name,
    text: `${label} → ${predicted} (${percent(score)})`,
  }));
  return pictures(shown, thumbnails);
}

/** Small pictures with a line below each. */
export function pictures(
  items: readonly { readonly name: string; readonly text: string }[],
  thumbnails: Thumbnails,
): string {
  return `<div class="pictures">${items
    .map(({ name, text }) => {
      const source = thumbnails.get(name);
      const image = source ? `<img src="${source}" alt="${escapeHtml(name)}">` : '';
      return `<figure>${image}<figcaption>${escapeHtml(text)}<br><code>${escapeHtml(name)}</code></figcaption></figure>`;
    })
    .join('')}</div>`;
}
