import { percent, useTexts } from '../base/texts.ts';
import { TEXTS } from './texts.ts';

export interface Epoch {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
}

const WIDTH = 320;
const HEIGHT = 120;

/** Losses and accuracy by epoch; the same as a table for those who cannot see it. */
export function Curve({ epochs }: { readonly epochs: readonly Epoch[] }) {
  const t = useTexts(TEXTS);
  const highest = Math.max(...epochs.flatMap((one) => [one.trainLoss, one.validationLoss]), 1e-9);
  const points = (value: (epoch: Epoch) => number) =>
    epochs
      .map((one, i) => `${(i / Math.max(1, epochs.length - 1)) * WIDTH},${HEIGHT - value(one) * HEIGHT}`)
      .join(' ');
  return (
    <figure class="curve">
      <figcaption>
        <h3>{t.curve}</h3>
      </figcaption>
      <svg viewBox={`-4 -4 ${WIDTH + 8} ${HEIGHT + 8}`} aria-hidden="true">
        <polyline class="train-loss" points={points((one) => one.trainLoss / highest)} />
        <polyline class="validation-loss" points={points((one) => one.validationLoss / highest)} />
        <polyline class="accuracy" points={points((one) => one.validationAccuracy)} />
      </svg>
      <details>
        <summary>
          <span class="key-accuracy">{t.accuracy}</span> <span class="key-train">{t.trainLoss}</span>{' '}
          <span class="key-validation">{t.validationLoss}</span>
        </summary>
        <table>
          <thead>
            <tr>
              <th>{t.epoch}</th>
              <th>{t.accuracy}</th>
              <th>{t.trainLoss}</th>
              <th>{t.validationLoss}</th>
            </tr>
          </thead>
          <tbody>
            {epochs.map((one) => (
              <tr key={one.epoch}>
                <td>{one.epoch}</td>
                <td>{percent(one.validationAccuracy)}</td>
                <td>{one.trainLoss.toFixed(3)}</td>
                <td>{one.validationLoss.toFixed(3)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
