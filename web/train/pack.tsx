import { useState } from 'preact/hooks';
import { send, sendJson } from '../api/client.ts';
import { Failure, failureOf } from '../api/failure.ts';
import { hasEnded, useJob } from '../api/jobs.ts';
import type { Job } from '../api/types.ts';
import { useTexts } from '../base/texts.ts';
import { download } from '../ui/download.ts';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { TEXTS } from './texts.ts';

const PLATFORMS = {
  scf: '腾讯云 SCF / Tencent SCF',
  lambda: 'AWS Lambda',
  fc: '阿里云 FC / Alibaba FC',
  functiongraph: '华为云 FunctionGraph',
  gcf: 'Google Cloud Functions',
  azure: 'Azure Functions',
  container: 'Container',
};

/** The model as a function of a cloud platform. */
export function Pack({ model }: { readonly model: string }) {
  const t = useTexts(TEXTS);
  const [platform, setPlatform] = useState('scf');
  const [id, setId] = useState<string>();
  const [failure, setFailure] = useState<Failure>();
  const { job } = useJob(id);
  const start = () =>
    sendJson<Job>(`/v1/models/${model}/pack?platform=${platform}`, { method: 'POST' }).then(
      (made) => {
        setFailure(undefined);
        setId(made.id);
      },
      (thrown) => setFailure(failureOf(thrown)),
    );
  return (
    <div class="row">
      <label for={`platform-${model}`}>{t.platform}</label>
      <select
        id={`platform-${model}`}
        value={platform}
        onChange={(event) => setPlatform(event.currentTarget.value)}
      >
        {Object.entries(PLATFORMS).map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
      <button type="button" onClick={start}>
        {t.pack}
      </button>
      {job !== undefined && !hasEnded(job) && <span role="status">{t.packing}</span>}
      {job?.state === 'done' &&
        job.files.map(({ name, url }) => (
          <button
            key={name}
            type="button"
            onClick={() => send(url).then(async (response) => download(name, await response.blob()))}
          >
            ↓ {name}
          </button>
        ))}
      {job?.error !== undefined && <FailureNotice failure={new Failure(job.error.code, job.error.message)} />}
      {failure !== undefined && <FailureNotice failure={failure} />}
    </div>
  );
}
