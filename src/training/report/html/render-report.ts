/**
 * The report of a training as one page.
 *
 * @module
 */
import type { FindingKind } from '../../checks/types.ts';
import { SHOWN_PICTURES, type Thumbnails } from '../thumbnails.ts';
import type { RocMeasures, TrainingReport } from '../types.ts';
import { lineChart } from './charts.ts';
import { both, escapeHtml, percent, section, table } from './html.ts';
import { measuresSections, pictures } from './measures-sections.ts';
import { type PageLanguage, page, tiles } from './page.ts';

/**
 * Writes the page: no script, nothing loaded, readable in print, in English and Chinese.
 *
 * @param thumbnails small pictures of mistakes and of doubtful labels, by name
 * @param language which one is shown first
 */
export function renderReport(
  report: TrainingReport,
  thumbnails: Thumbnails,
  language: PageLanguage = 'en',
): string {
  const { measures, model, unknown } = report;
  const [low, high] = measures.interval;
  const head = `<h1>${escapeHtml(report.id)} <span class="soft">${both(`version ${report.version}`, `版本 ${report.version}`)}</span></h1>
<p class="soft">${escapeHtml(report.createdAt)}</p>`;
  const figures = tiles([
    {
      value: percent(measures.top1),
      en: `right, of ${measures.n} held-out pictures (95 % sure: ${percent(low)} to ${percent(high)})`,
      zh: `在 ${measures.n} 张留出图片上的准确率(95 % 置信区间 ${percent(low)} – ${percent(high)})`,
    },
    { value: percent(measures.balanced), en: 'mean over the classes', zh: '各类别平均' },
    { value: percent(measures.ece), en: 'calibration error (ECE)', zh: '校准误差 (ECE)' },
    { value: percent(unknown.heldOutKnown), en: 'of known pictures told as known', zh: '已知图片被认作已知' },
    { value: `${(model.bytes / 1e6).toFixed(1)} MB`, en: 'size of the model', zh: '模型大小' },
    { value: `${model.pictureMs.toFixed(1)} ms`, en: 'a picture, here', zh: '每张图片(本机)' },
  ]);
  const body = [
    head,
    figures,
    heldOutNote(report),
    section('Data', '数据', data(report)),
    section('What the checks found', '数据检查结果', findings(report)),
    section('Likely wrong labels', '可能标错的图片', suspects(report, thumbnails)),
    section('How it was made', '训练过程', training(report)),
    measuresSections(measures, thumbnails),
    section('Unknown pictures', '未知图片', unknownPictures(report)),
    section('To repeat it', '重复此训练', `<p><code>${escapeHtml(report.command)}</code></p>`),
  ];
  return page(`${report.id} ${report.version}`, body.join('\n'), language);
}

function heldOutNote({ heldOut, candidates, comparison }: TrainingReport): string {
  const chosen =
    heldOut === 'validation' && candidates.length > 1
      ? both(
          'The data set has no test part: the figures are from its validation part, which also chose between head and fine-tuning, and are a little too good for that.',
          '数据集没有测试部分:以下数字来自验证部分,它同时用于在两种方案之间选择,因此略为乐观。',
        )
      : both(
          `The figures are from the ${heldOut} part, which no step of the training has seen.`,
          `以下数字来自${heldOut === 'test' ? '测试' : '验证'}部分,训练的任何步骤都没有见过它。`,
        );
  const against = comparison
    ? `<p>${both(
        `Against version ${comparison.version}, on the same ${comparison.n} pictures: ${percent(comparison.before)} → ${percent(comparison.after)}.`,
        `与版本 ${comparison.version} 相比(同样的 ${comparison.n} 张图片):${percent(comparison.before)} → ${percent(comparison.after)}。`,
      )}</p>`
    : '';
  return `<p class="soft">${chosen}</p>${against}`;
}

function data({ data: { path, classes, notices } }: TrainingReport): string {
  const head = [
    both('class', '类别'),
    both('train', '训练'),
    both('validation', '验证'),
    both('test', '测试'),
  ];
  const rows = classes.map(({ label, train, validation, test }) => [
    escapeHtml(label),
    String(train),
    String(validation),
    String(test),
  ]);
  const shown = table(head, rows.slice(0, 200), [1, 2, 3]);
  const texts = notices.map((text) => `<p class="warn">${escapeHtml(text)}</p>`).join('');
  return `<p><code>${escapeHtml(path)}</code></p>${texts}${shown}`;
}

/** What each kind of finding is called, and what to do about it, in Chinese. */
const FINDINGS_ZH: Readonly<Record<FindingKind, string>> = {
  unreadable: '张图片无法读取,已略过。请删除或重新保存',
  duplicate: '对完全相同的图片(同类)。无需处理',
  'duplicate-across-parts': '对完全相同的图片同时出现在训练部分与留出部分。请从其中一处删除',
  'two-classes': '对相同的图片属于两个类别。请只保留正确的类别',
  'near-duplicate': '对几乎相同的图片(同类)。无需处理',
  'near-duplicate-across-parts': '对几乎相同的图片同时出现在训练部分与留出部分。请放入同一部分',
  'few-pictures': '个类别的图片太少。请增加图片',
  imbalance: '类别大小悬殊。请为小类别增加图片',
  'class-without-training': '个类别没有训练图片。类别按名称匹配,请统一文件夹名',
  tiny: '张图片太小。请使用更大的图片',
  dark: '张图片几乎全黑。请检查',
  blurred: '张图片没有清晰的边缘。请检查',
  'likely-wrong-label': '个标签可能有误。请检查后移到正确的类别',
};

function findings({ data: { findings: all } }: TrainingReport): string {
  if (all.length === 0) return `<p>${both('Nothing.', '没有问题。')}</p>`;
  return all
    .map(({ kind, count, message, fix, files }) => {
      const names = files.map((name) => `<code>${escapeHtml(name)}</code>`).join('<br>');
      const summary = both(`${message}. ${fix}.`, `${count} ${FINDINGS_ZH[kind]}。`);
      return `<details><summary>${summary}</summary><p>${names}</p></details>`;
    })
    .join('');
}

function suspects({ data: { suspects: all } }: TrainingReport, thumbnails: Thumbnails): string {
  const shown = all.slice(0, SHOWN_PICTURES).map(({ name, label, likely, score }) => ({
    name,
    text: `${label} → ${likely}? (${percent(score)})`,
  }));
  return shown.length === 0 ? '' : pictures(shown, thumbnails);
}

function training({
  backbone,
  head,
  level,
  candidates,
  curve,
  seed,
  durationMs,
  model,
}: TrainingReport): string {
  const rows = [
    [
      both('backbone', '骨干网络'),
      `${escapeHtml(backbone.id)}, ${backbone.features} ${both('features', '维特征')}`,
    ],
    [both('head', '分类头'), `${head.kind}${head.lambda === undefined ? '' : `, λ = ${head.lambda}`}`],
    [both('temperature', '温度'), head.temperature.toFixed(3)],
    [
      both('right on training pictures that the fit had not seen', '训练图片交叉验证准确率'),
      percent(head.outOfFold),
    ],
    [
      both('level', '级别'),
      level === 'head' ? both('head on frozen features', '冻结特征 + 分类头') : both('fine-tuned', '微调'),
    ],
    ...candidates.map((each) => [
      both(`${each.level}, on validation`, `${each.level}(验证部分)`),
      `${percent(each.validation)}, ${each.logLoss.toFixed(3)} nats`,
    ]),
    [both('seed', '随机种子'), String(seed)],
    [both('took', '用时'), `${(durationMs / 1000).toFixed(1)} s`],
    [
      both('the finished model answers as in training', '导出模型与训练结果一致'),
      both(
        `within ${model.difference.toExponential(1)} on ${model.checked} pictures`,
        `${model.checked} 张图片,差异 ${model.difference.toExponential(1)}`,
      ),
    ],
    [both('licence of the backbone', '骨干网络许可'), escapeHtml(model.licence)],
  ];
  const note = backbone.note ? `<p class="warn">${escapeHtml(backbone.note)}</p>` : '';
  return `${note}${table(['', ''], rows)}<div class="charts">${penaltyChart(head.path)}${learningCurve(curve)}</div>`;
}

function penaltyChart(path: TrainingReport['head']['path']): string {
  if (path.length < 2) return '';
  const points = path.map(({ lambda, logLoss }): [number, number] => [Math.log10(lambda), logLoss]);
  const losses = points.map(([, loss]) => loss);
  const exponents = points.map(([exponent]) => exponent);
  const top = Math.max(...losses);
  return lineChart({
    series: [{ points, color: 'var(--tint)', dots: true }],
    x: [Math.min(...exponents), Math.max(...exponents)],
    y: [0, top],
    xTicks: [...new Set(exponents.map(Math.round))].filter(
      (tick) => tick >= Math.min(...exponents) && tick <= Math.max(...exponents),
    ),
    yTicks: [0, top / 2, top].map((value) => Number(value.toFixed(2))),
    caption: [
      'Log loss on held-out folds (up) by penalty, power of ten (across); the lowest was taken.',
      '各惩罚系数(横轴,10 的幂)的交叉验证损失(纵轴);取最低者。',
    ],
  });
}

function learningCurve(curve: TrainingReport['curve']): string {
  if (curve.length < 2) return '';
  const points = curve.map(({ epoch, validationAccuracy }): [number, number] => [epoch, validationAccuracy]);
  const last = curve.at(-1)?.epoch ?? 1;
  return lineChart({
    series: [{ points, color: 'var(--good)', dots: true }],
    x: [0, last],
    y: [0, 1],
    xTicks: [0, last],
    yTicks: [0, 0.2, 0.4, 0.6, 0.8, 1],
    caption: [
      'Right answers on the validation part after each epoch of fine-tuning; 0 is the head of level 1.',
      '微调每一轮后验证部分的准确率;0 为微调之前。',
    ],
  });
}

function unknownPictures({ unknown }: TrainingReport): string {
  const { threshold, knownShare, heldOutKnown, far, near } = unknown;
  const intro = both(
    `A picture farther than ${threshold.toFixed(3)} from those trained on is called unknown. The threshold keeps ${percent(knownShare)} of known pictures; of those held out it kept ${percent(heldOutKnown)}.`,
    `与训练图片的距离超过 ${threshold.toFixed(3)} 的图片被判为未知。该阈值保留 ${percent(knownShare)} 的已知图片;留出图片中保留了 ${percent(heldOutKnown)}。`,
  );
  const rows = [
    far && ([both('pictures of no class, as given', '给定的无类别图片'), far] as const),
    near && ([both('each class when it is left out of training', '逐一排除每个类别'), near] as const),
  ].flatMap((row) =>
    row ? [[row[0], String(row[1].n), row[1].auroc.toFixed(3), percent(row[1].detected)]] : [],
  );
  const shown =
    rows.length === 0
      ? ''
      : table(['', both('pictures', '图片数'), 'AUROC', both('told', '被识别')], rows, [1, 2, 3]);
  const curves = [far, near].filter((each) => each !== undefined);
  return `<p>${intro}</p>${shown}${curves.length > 0 ? rocChart(curves) : ''}`;
}

function rocChart(curves: readonly RocMeasures[]): string {
  const colors = ['var(--tint)', 'var(--warn)'];
  return lineChart({
    series: curves.map(({ curve }, index) => ({ points: curve, color: colors[index] ?? 'var(--soft)' })),
    x: [0, 1],
    y: [0, 1],
    xTicks: [0, 0.2, 0.4, 0.6, 0.8, 1],
    yTicks: [0, 0.2, 0.4, 0.6, 0.8, 1],
    diagonal: true,
    caption: [
      'Share of unknown pictures that are told (up) by share of known ones called unknown (across).',
      '未知图片被识别的比例(纵轴)与已知图片被误判为未知的比例(横轴)。',
    ],
  });
}
