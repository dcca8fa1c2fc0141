import type { PreparedData } from '../data/prepare-data.ts';
import { answer, type FittedModel } from '../fit-model.ts';
import { bestOf, type Matrix, pickRows, rowOf } from '../matrix.ts';
import type { Comparison, TrainingReport } from '../report/types.ts';
import type { TrainingRecord } from './version-store.ts';

/**
 * A new version against an earlier one, on the held-out pictures that both have. What the earlier one said of each class
 * is in its report, so it need not be asked again.
 *
 * @returns undefined when the held-out part is another one
 */
export async function compareVersions(
  earlier: { readonly record: TrainingRecord; readonly report: TrainingReport },
  fitted: FittedModel,
  features: Matrix,
  data: PreparedData,
): Promise<Comparison | undefined> {
  const { record, report } = earlier;
  const kept = record.classes.filter((label) => data.classes.includes(label));
  const heldBefore = record.pictures.filter(
    ({ part, classIndex }) => part === report.heldOut && kept.includes(record.classes[classIndex] ?? ''),
  );
  const wanted = new Set(
    heldBefore.map(({ sha256, classIndex }) => `${sha256} ${record.classes[classIndex]}`),
  );
  const rows = [...data.pictures.keys()].filter((row) => {
    const picture = data.pictures[row];
    return (
      picture !== undefined &&
      picture.part === data.heldOut &&
      wanted.has(`${picture.sha256} ${data.classes[picture.classIndex]}`)
    );
  });
  if (rows.length === 0 || rows.length !== heldBefore.length) return undefined;
  const still = new Set(kept);
  const right = report.answers.filter(
    ({ label, predicted }) => label === predicted && still.has(label),
  ).length;
  const { scores } = await answer(fitted, pickRows(features, rows), data.classes.length);
  const after = rows.filter((row, at) => bestOf(rowOf(scores, at)) === data.pictures[row]?.classIndex).length;
  return {
    version: report.version,
    n: rows.length,
    before: right / rows.length,
    after: after / rows.length,
  };
}
