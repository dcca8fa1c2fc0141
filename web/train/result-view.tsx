import { useState } from 'preact/hooks';
import { percent, useTexts } from '../base/texts.ts';
import { CellPictures, type Corrections } from './cell-pictures.tsx';
import { Confusion } from './confusion.tsx';
import type { Report } from './report.ts';
import { TEXTS } from './texts.ts';
import { TryIt } from './try-it.tsx';

export interface TrainResult {
  readonly model: string;
  readonly version: number;
  readonly knownShare?: number;
  readonly comparison?: { readonly version: number; readonly before: number; readonly after: number };
}

interface Props {
  readonly job: string;
  readonly report: Report;
  readonly result: TrainResult;
  onTrain(corrections: object): void;
}

/** What a training made: how good it is, where it errs, and a place to try it. */
export function ResultView({ job, report, result, onTrain }: Props) {
  const t = useTexts(TEXTS);
  const [cell, setCell] = useState<{ truth: string; answer: string }>();
  const [corrections, setCorrections] = useState<Corrections>(new Map());
  const { measures } = report;
  const classes = measures.perClass.map(({ label }) => label);
  const [low, high] = measures.interval;
  const { comparison } = result;
  const correct = () => {
    const all = [...corrections];
    onTrain({
      exclude: all.filter(([, to]) => to === null).map(([name]) => name),
      relabel: Object.fromEntries(all.filter(([, to]) => to !== null)),
    });
  };
  return (
    <>
      <h3>
        {result.model} v{result.version}
      </h3>
      <p class="big">{t.right(percent(measures.top1), percent(low), percent(high), measures.n)}</p>
      {comparison !== undefined && (
        <p>{t.than(percent(comparison.before), percent(comparison.after), comparison.version)}</p>
      )}
      {result.knownShare !== undefined && <p class="soft">{t.known(percent(result.knownShare))}</p>}
      <TryIt model={result.model} />
      <Confusion
        classes={classes}
        counts={measures.confusion}
        onCell={(truth, answer) => setCell({ truth, answer })}
      />
      {cell !== undefined && (
        <CellPictures
          job={job}
          cell={cell}
          classes={classes}
          names={report.answers
            .filter(({ label, predicted }) => label === cell.truth && predicted === cell.answer)
            .map(({ name }) => name)}
          corrections={corrections}
          onCorrect={setCorrections}
          onClose={() => setCell(undefined)}
        />
      )}
      {corrections.size > 0 && (
        <button type="button" class="primary" onClick={correct}>
          {t.corrections(corrections.size)}
        </button>
      )}
      <h3>{t.perClass}</h3>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>{t.className}</th>
              <th>{t.held}</th>
              <th>{t.recall}</th>
              <th>{t.precision}</th>
            </tr>
          </thead>
          <tbody>
            {measures.perClass.map(({ label, n, recall, precision }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{n}</td>
                <td>{percent(recall)}</td>
                <td>{percent(precision)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
