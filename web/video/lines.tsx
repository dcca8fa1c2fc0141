import { useTexts } from '../base/texts.ts';
import { TEXTS } from './texts.ts';

/** Fractions of the frame. */
export interface Line {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

const FIELDS = ['x1', 'y1', 'x2', 'y2'] as const;

/** Counting lines as a table of coordinates, for keyboard and mouse alike. */
export function Lines({
  lines,
  onChange,
}: {
  readonly lines: readonly Line[];
  onChange(lines: readonly Line[]): void;
}) {
  const t = useTexts(TEXTS);
  return (
    <fieldset>
      <legend>{t.lines}</legend>
      {lines.map((line, i) => (
        <div key={`line ${i}`} class="row">
          <span>{t.line(i + 1)}</span>
          {FIELDS.map((field) => (
            <label key={field}>
              {t.field[field]}{' '}
              <input
                type="number"
                min="0"
                max="1"
                step="0.01"
                value={line[field]}
                onInput={({ currentTarget: { value } }) => {
                  const number = Number(value);
                  if (value !== '' && number >= 0 && number <= 1)
                    onChange(lines.with(i, { ...line, [field]: number }));
                }}
              />
            </label>
          ))}
          <button
            type="button"
            class="quiet"
            aria-label={t.removeLine(i + 1)}
            onClick={() => onChange(lines.filter((_, at) => at !== i))}
          >
            ×
          </button>
        </div>
      ))}
      <button type="button" onClick={() => onChange([...lines, { x1: 0.5, y1: 1, x2: 0.5, y2: 0 }])}>
        + {t.addLine}
      </button>
      {lines.length > 0 && <p class="soft">{t.direction}</p>}
    </fieldset>
  );
}
