import { useTexts } from '../base/texts.ts';
import { ServerImage } from '../ui/server-image.tsx';
import { TEXTS } from './texts.ts';

/** By name of a picture: the class that it belongs to, or null to leave it out. */
export type Corrections = ReadonlyMap<string, string | null>;

const LEAVE_OUT = ' leave out';

interface Props {
  readonly job: string;
  readonly cell: { readonly truth: string; readonly answer: string };
  readonly classes: readonly string[];
  readonly names: readonly string[];
  readonly corrections: Corrections;
  onCorrect(corrections: Corrections): void;
  onClose(): void;
}

/** The pictures of a cell of the confusion matrix, to leave out or to put into their class. */
export function CellPictures({ job, cell, classes, names, corrections, onCorrect, onClose }: Props) {
  const t = useTexts(TEXTS);
  const set = (name: string, value: string) => {
    const changed = new Map(corrections);
    if (value === '') changed.delete(name);
    else changed.set(name, value === LEAVE_OUT ? null : value);
    onCorrect(changed);
  };
  const chosenFor = (name: string) => {
    const to = corrections.get(name);
    return to === undefined ? '' : (to ?? LEAVE_OUT);
  };
  return (
    <section class="cell" aria-label={t.cellTitle(cell.truth, cell.answer)}>
      <div class="row between">
        <h3>{t.cellTitle(cell.truth, cell.answer)}</h3>
        <button type="button" onClick={onClose}>
          {t.close}
        </button>
      </div>
      <ul class="cell-pictures">
        {names.slice(0, 60).map((name) => (
          <li key={name}>
            <ServerImage
              path={`/v1/jobs/${job}/picture?name=${encodeURIComponent(name)}`}
              alt={name}
              width={120}
            />
            <select
              aria-label={`${t.belongs}: ${name}`}
              value={chosenFor(name)}
              onChange={(event) => set(name, event.currentTarget.value)}
            >
              <option value="">{t.asIs}</option>
              <option value={LEAVE_OUT}>{t.leaveOut}</option>
              {classes
                .filter((label) => label !== cell.truth)
                .map((label) => (
                  <option key={label} value={label}>
                    {`${t.belongs} ${label}`}
                  </option>
                ))}
            </select>
          </li>
        ))}
      </ul>
    </section>
  );
}
