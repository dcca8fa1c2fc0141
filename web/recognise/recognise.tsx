import { useEffect, useMemo, useState } from 'preact/hooks';
import { Failure } from '../api/failure.ts';
import { modelsFor, useModels } from '../api/models.ts';
import type { TaskName } from '../api/types.ts';
import { useSession } from '../base/session.ts';
import { useStore } from '../base/store.ts';
import { useTexts } from '../base/texts.ts';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { AnswerView } from './answer-view.tsx';
import { ask } from './ask.ts';
import { CodeView } from './code-view.tsx';
import { findingsOf, THRESHOLDS } from './findings.ts';
import { createGallery, outcomeOf } from './gallery.ts';
import { Intake } from './intake-view.tsx';
import { ModelChoice } from './model-choice.tsx';
import { Stage } from './stage.tsx';
import { Strip } from './strip.tsx';
import { TEXTS } from './texts.ts';

const TASKS: readonly TaskName[] = ['classify', 'detect', 'tag', 'moderate'];

/** Survives a look at another room; not a reload, since browsers give files only once. */
const gallery = createGallery(ask);
window.addEventListener('online', () => gallery.retry(({ code }) => code === 'offline'));

/** Pictures in, answers beside them. */
export function Recognise() {
  const t = useTexts(TEXTS);
  const { language, key } = useSession();
  const state = useStore(gallery);
  const { models, loading, failure } = useModels();
  const [wanted, setWanted] = useState<TaskName>('classify');
  const [chosen, setChosen] = useState<Partial<Record<TaskName, string>>>({});
  const [thresholds, setThresholds] = useState<Record<TaskName, number>>(THRESHOLDS);
  const [active, setActive] = useState<number>();
  const [problem, setProblem] = useState<Failure>();

  const tasks = TASKS.filter((task) => models.some(({ defaultFor }) => defaultFor.includes(task)));
  const task = tasks.includes(wanted) ? wanted : tasks[0];
  const model = task && chosen[task];
  useEffect(() => gallery.ask(task && { task, model, language }), [task, model, language]);
  // What failed for want of a key, or while nobody answered, is asked again when that has changed.
  useEffect(() => gallery.retry(({ status }) => status === 401 || status === 403), [key]);
  useEffect(() => {
    if (failure === undefined) gallery.retry(({ code }) => code === 'offline');
  }, [failure]);

  const selected = state.pictures.find(({ id }) => id === state.selected);
  const outcome = selected && outcomeOf(state, selected.id);
  const answer = outcome?.state === 'answered' ? outcome.answer : undefined;
  const threshold = task ? thresholds[task] : 0;
  const all = useMemo(() => (answer ? findingsOf(answer, language) : []), [answer, language]);
  const shown = useMemo(() => all.filter(({ score }) => score >= threshold), [all, threshold]);
  const highlight = { active, setActive };

  return (
    <div class="recognise">
      <section class="stage" aria-label={selected === undefined ? t.invite : t.picture(selected.name)}>
        {selected !== undefined && (
          <Stage key={selected.id} picture={selected} answer={answer} findings={shown} {...highlight} />
        )}
        <Intake
          compact={selected !== undefined}
          onFound={(found) => {
            setProblem(gallery.add(found) ? undefined : new Failure('too-many'));
          }}
          onProblem={setProblem}
        />
        {problem !== undefined && <FailureNotice failure={problem} />}
        {state.pictures.length > 0 && <Strip gallery={gallery} state={state} />}
      </section>
      <section class="answer" aria-label={t.answer}>
        {task === undefined ? (
          <Nothing loading={loading} failure={failure} />
        ) : (
          <Tabs
            id="task"
            label={t.tasks}
            tabs={tasks.map((name) => ({ name, title: t[name] }))}
            selected={task}
            onSelect={setWanted}
          >
            <ModelChoice
              models={modelsFor(task, models)}
              chosen={model}
              used={answer?.model}
              onChoose={(id) => setChosen({ ...chosen, [task]: id })}
            />
            <AnswerView
              outcome={outcome}
              findings={shown}
              hidden={all.length - shown.length}
              threshold={threshold}
              onThreshold={(value) => setThresholds({ ...thresholds, [task]: value })}
              onRetry={() => gallery.retry()}
              {...highlight}
            />
            {state.question !== undefined && (
              <CodeView
                question={state.question}
                picture={selected}
                answer={answer}
                findings={shown}
                state={state}
              />
            )}
          </Tabs>
        )}
        {task !== undefined && failure !== undefined && <FailureNotice failure={failure} />}
      </section>
    </div>
  );
}

function Nothing({ loading, failure }: { readonly loading: boolean; readonly failure: Failure | undefined }) {
  const t = useTexts(TEXTS);
  if (failure !== undefined) return <FailureNotice failure={failure} />;
  return (
    <p class="hint" role="status">
      {loading ? t.loading : t.noModels}
    </p>
  );
}
