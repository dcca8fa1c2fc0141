import '../styles/train.css';
import { useEffect, useState } from 'preact/hooks';
import { sendJson } from '../api/client.ts';
import { type Failure, failureOf } from '../api/failure.ts';
import type { Job } from '../api/types.ts';
import { upload } from '../api/upload.ts';
import { useSession } from '../base/session.ts';
import { useStore } from '../base/store.ts';
import { useTexts } from '../base/texts.ts';
import { download } from '../ui/download.ts';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { archiveOf } from './archive.ts';
import { ClassColumn } from './class-column.tsx';
import { addFolders } from './folders.ts';
import { addGroup, loadProject, project, update } from './project.ts';
import { RunView } from './run-view.tsx';
import { TEXTS } from './texts.ts';
import { Versions } from './versions.tsx';

export interface Training {
  readonly backbones: readonly { readonly id: string; readonly title: string; readonly preferred: boolean }[];
  readonly models: readonly string[];
  readonly pack: boolean;
}

/** What the server can train with. */
function useTraining(again: unknown) {
  const { key } = useSession();
  const [state, setState] = useState<{ training?: Training; failure?: Failure }>({});
  useEffect(() => {
    const abort = new AbortController();
    sendJson<Training>('/v1/train', { signal: abort.signal }).then(
      (training) => setState({ training }),
      (thrown) => !abort.signal.aborted && setState({ failure: failureOf(thrown) }),
    );
    return () => abort.abort();
  }, [key, again]);
  return state;
}

/** Classes as columns, then one button. */
export function Train() {
  const t = useTexts(TEXTS);
  const state = useStore(project);
  const [made, setMade] = useState(0);
  const { training, failure } = useTraining(made);
  const [backbone, setBackbone] = useState('');
  const [fineTune, setFineTune] = useState(false);
  const [sent, setSent] = useState<number>();
  const [problem, setProblem] = useState<Failure>();
  useEffect(() => void loadProject(), []);

  const filled = state.groups.filter(({ id }) => state.samples.some(({ group }) => group === id));
  const ready = filled.length >= 2 && sent === undefined;
  const start = async (path: '/v1/train' | '/v1/train/check', corrections: object = {}) => {
    setProblem(undefined);
    const options =
      path === '/v1/train'
        ? {
            id: state.model,
            ...(backbone !== '' && { model: backbone }),
            ...(fineTune && { fineTune: 'true' }),
          }
        : {};
    try {
      const job =
        state.sent === undefined
          ? await sendPictures(path, options)
          : await again(path, options, state.sent, corrections);
      update({ job: job.id, sent: job.id });
    } catch (thrown) {
      const failed = failureOf(thrown);
      // The pictures that were there once are gone: they are sent again.
      if (failed.code === 'JOB_UNKNOWN') update({ sent: undefined });
      setProblem(failed);
    }
    setSent(undefined);
  };
  async function sendPictures(path: string, options: Record<string, string>): Promise<Job> {
    setSent(0);
    const query = new URLSearchParams(options);
    return upload<Job>(`${path}?${query}`, await archiveOf(state), 'application/zip', setSent);
  }
  const again = (path: string, options: object, job: string, corrections: object) =>
    sendJson<Job>(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        ...options,
        ...(fineTune && path === '/v1/train' && { fineTune: true }),
        ...corrections,
        job,
      }),
    });

  if (!state.loaded) return null;
  return (
    <div class="train">
      {failure !== undefined && <FailureNotice failure={failure} />}
      <div class="row between">
        <label>
          {t.model}{' '}
          <input
            value={state.model}
            pattern="[a-z0-9][a-z0-9._\-]*"
            title={t.modelHint}
            onInput={(event) => update({ model: event.currentTarget.value })}
          />
        </label>
        <label class="button">
          {t.folders}
          <input
            type="file"
            class="unseen"
            ref={(input) => input?.setAttribute('webkitdirectory', '')}
            onChange={(event) => addFolders(event.currentTarget)}
          />
        </label>
      </div>
      <div class="columns">
        {state.groups.map((group) => (
          <ClassColumn
            key={group.id}
            group={group}
            samples={state.samples.filter((sample) => sample.group === group.id)}
          />
        ))}
        <button type="button" class="add" onClick={() => addGroup()}>
          + {t.addClass}
        </button>
      </div>
      <section class="card" aria-label={t.train}>
        <div class="row">
          <label for="backbone">{t.backbone}</label>
          <select id="backbone" value={backbone} onChange={(event) => setBackbone(event.currentTarget.value)}>
            <option value="">{t.best}</option>
            {training?.backbones.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
          <label class="check">
            <input
              type="checkbox"
              checked={fineTune}
              onChange={(event) => setFineTune(event.currentTarget.checked)}
            />
            {t.fineTune}
          </label>
        </div>
        <div class="row actions">
          <button type="button" class="primary" disabled={!ready} onClick={() => start('/v1/train')}>
            {t.train}
          </button>
          <button type="button" disabled={!ready} onClick={() => start('/v1/train/check')}>
            {t.check}
          </button>
          <button
            type="button"
            disabled={filled.length === 0}
            onClick={async () => download(`${state.model}.zip`, await archiveOf(state))}
          >
            ↓ {t.keep}
          </button>
        </div>
        {filled.length < 2 && <p class="hint">{t.need}</p>}
        {sent !== undefined && (
          <p role="status">
            {t.sending} <progress aria-label={t.sending} value={sent} max={1} />
          </p>
        )}
        {problem !== undefined && <FailureNotice failure={problem} />}
      </section>
      {state.job !== undefined && (
        <RunView
          key={state.job}
          id={state.job}
          onTrain={(corrections) => start('/v1/train', corrections)}
          onDone={() => setMade((n) => n + 1)}
          onClose={() => update({ job: undefined })}
        />
      )}
      {training?.models.map((model) => (
        <Versions key={model} model={model} made={made} pack={training.pack} />
      ))}
    </div>
  );
}
