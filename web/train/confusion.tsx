import { useTexts } from '../base/texts.ts';
import { TEXTS } from './texts.ts';

interface Props {
  readonly classes: readonly string[];
  /** `[truth][answer]` */
  readonly counts: readonly (readonly number[])[];
  onCell?: (truth: string, answer: string) => void;
}

/** What was taken for what. */
export function Confusion({ classes, counts, onCell }: Props) {
  const t = useTexts(TEXTS);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <section class="scroll" tabIndex={0} aria-label={t.confusion}>
      <table class="confusion">
        <caption>{t.confusion}</caption>
        <thead>
          <tr>
            <th>{t.truth}</th>
            {classes.map((label) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {counts.map((row, i) => {
            const truth = classes[i] ?? '';
            const sum = row.reduce((all, n) => all + n, 0);
            return (
              <tr key={truth}>
                <th scope="row">{truth}</th>
                {row.map((n, j) => {
                  const answer = classes[j] ?? '';
                  const shade = sum === 0 ? 0 : Math.round((n / sum) * 4);
                  return (
                    <td key={answer} class={`${i === j ? 'right' : 'wrong'} shade-${shade}`}>
                      {onCell !== undefined && n > 0 ? (
                        <button
                          type="button"
                          aria-label={t.cell(n, truth, answer)}
                          onClick={() => onCell(truth, answer)}
                        >
                          {n}
                        </button>
                      ) : (
                        n
                      )}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
