import { confusionOf } from '../report/confusion.ts';

/** Cross-entropy, accuracy and confusion of logits, weights aside. */
export function measure(
  logits: Float32Array,
  classes: number,
  labels: readonly number[],
): { readonly loss: number; readonly accuracy: number; readonly confusion: number[][] } {
  let loss = 0;
  const said: number[] = [];
  for (const [i, label] of labels.entries()) {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    let best = 0;
    for (let k = 1; k < classes; k++) if ((row[k] ?? 0) > (row[best] ?? 0)) best = k;
    const largest = row[best] ?? 0;
    let sum = 0;
    for (const value of row) sum += Math.exp(value - largest);
    loss += largest + Math.log(sum) - (row[label] ?? 0);
    said.push(best);
  }
  const count = Math.max(1, labels.length);
  const right = labels.filter((label, i) => said[i] === label).length;
  return { loss: loss / count, accuracy: right / count, confusion: confusionOf(labels, said, classes) };
}
