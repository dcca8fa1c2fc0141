import type { FineTuneOptions } from './types.ts';

/** The words of the command line that ask for the same fine-tuning, as far as it has words for it. */
export function fineTuneWords(options: true | FineTuneOptions): readonly string[] {
  const words = ['--fine-tune'];
  if (options === true) return words;
  const { layers, epochs, batchSize, learningRate, augmentation, timeMs, threads } = options;
  const add = (flag: string, value: string | number | undefined) => {
    if (value !== undefined) words.push(flag, String(value));
  };
  add('--layers', typeof layers === 'object' ? layers.after : layers);
  add('--epochs', epochs);
  add('--batch-size', batchSize);
  add('--learning-rate', learningRate);
  if (augmentation) {
    const { flip = true, crop = 1, color = 0, erase = 0 } = augmentation;
    const kinds = [
      ...(flip ? ['flip'] : []),
      ...(crop < 1 ? ['crop'] : []),
      ...(color > 0 ? ['color'] : []),
      ...(erase > 0 ? ['erase'] : []),
    ];
    add('--augment', kinds.join(',') || 'none');
  }
  add('--time', timeMs === undefined ? undefined : `${Math.ceil(timeMs / 1000)}s`);
  add('--threads', threads);
  return words;
}
