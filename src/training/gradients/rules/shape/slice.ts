import type { GradientRule } from '../../rule.ts';

/** Zeros go where nothing was taken from; a step of 2 or more first gets them between its values. */
export const slice: GradientRule = {
  operators: ['Slice'],
  refuses: ({ node, integers }) =>
    node.inputs.slice(1).some((name) => name !== '' && !integers(name))
      ? 'computed bounds'
      : integers(node.inputs[4])?.some((step) => step < 1)
        ? 'backwards'
        : undefined,
  gradient({ node, dY: [dY = ''], op, ints, shape, integers }) {
    const full = shape(node.inputs[0] ?? '');
    const taken = shape(node.outputs[0] ?? '');
    const starts = integers(node.inputs[1]) ?? [];
    const axes = (integers(node.inputs[3]) ?? starts.map((_, i) => i)).map((axis) =>
      axis < 0 ? axis + full.length : axis,
    );
    const steps = integers(node.inputs[4]) ?? starts.map(() => 1);
    let gradient = dY;
    const lengths = [...taken];
    const before = full.map(() => 0);
    for (const [i, axis] of axes.entries()) {
      const length = full[axis] ?? 1;
      const count = taken[axis] ?? 1;
      const step = steps[i] ?? 1;
      const start = starts[i] ?? 0;
      before[axis] = Math.min(Math.max(start < 0 ? start + length : start, 0), length);
      if (step === 1) continue;
      // [.., n, ..] → [.., n, 1, ..] → [.., n, step, ..] → [.., n · step, ..], less the last zeros
      const head = lengths.slice(0, axis);
      const tail = lengths.slice(axis + 1);
      const apart = op('Reshape', [gradient, ints([...head, count, 1, ...tail])]);
      const pads = [...head, count, 1, ...tail].map(() => 0);
      const after = pads.map((_, at) => (at === axis + 1 ? step - 1 : 0));
      const spread = op('Pad', [apart, ints([...pads, ...after])]);
      const joined = op('Reshape', [spread, ints([...head, count * step, ...tail])]);
      lengths[axis] = (count - 1) * step + 1;
      gradient = op('Slice', [joined, ints([0]), ints([lengths[axis] ?? 0]), ints([axis])]);
    }
    const after = full.map((length, axis) => length - (before[axis] ?? 0) - (lengths[axis] ?? 0));
    if ([...before, ...after].every((length) => length === 0)) return [gradient];
    return [op('Pad', [gradient, ints([...before, ...after])])];
  },
};
