import { useCallback, useEffect, useState } from 'preact/hooks';
import { send, sendJson } from '../api/client.ts';
import { type Failure, failureOf } from '../api/failure.ts';
import { useSession } from '../base/session.ts';
import { formatBytes, percent, useTexts } from '../base/texts.ts';
import { download } from '../ui/download.ts';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { Pack } from './pack.tsx';
import { TEXTS } from './texts.ts';

interface Version {
  readonly version: number;
  readonly current: boolean;
  readonly createdAt: string;
  readonly bytes: number;
  readonly top1: number;
  readonly files: readonly { readonly name: string; readonly url: string }[];
}

interface Difference {
  readonly before: number;
  readonly after: number;
  readonly fixed: readonly string[];
  readonly broken: readonly string[];
}

interface Props {
  readonly model: string;
  /** Another number when a version was made. */
  readonly made: number;
  readonly pack: boolean;
}

/** Versions of a model: compared, taken back, taken along. */
export function Versions({ model, made, pack }: Props) {
  const t = useTexts(TEXTS);
  const { language } = useSession();
  const [versions, setVersions] = useState<readonly Version[]>([]);
  const [failure, setFailure] = useState<Failure>();
  const [difference, setDifference] = useState<{ from: number; of: Difference }>();
  const attempt = useCallback(
    (work: Promise<unknown>) =>
      work.then(
        () => setFailure(undefined),
        (thrown) => setFailure(failureOf(thrown)),
      ),
    [],
  );
  const refresh = useCallback(
    () =>
      attempt(
        sendJson<{ versions: Version[] }>(`/v1/models/${model}/versions`).then((all) =>
          setVersions(all.versions.toReversed()),
        ),
      ),
    [attempt, model],
  );
  useEffect(() => void refresh(), [refresh, made]);
  const use = (version: number) =>
    attempt(
      send(`/v1/models/${model}/rollback`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ version }),
      }).then(refresh),
    );
  const now = versions.find(({ current }) => current)?.version;
  const compare = (from: number) =>
    attempt(
      sendJson<Difference>(`/v1/models/${model}/compare?from=${from}&to=${now ?? from}`).then((of) =>
        setDifference({ from, of }),
      ),
    );
  const fetchFile = ({ name, url }: Version['files'][number], version: number) =>
    attempt(
      send(url).then(async (response) =>
        download(`${model}-${version}${name.replace(/^\w+/, '')}`, await response.blob()),
      ),
    );
  return (
    <section class="card" aria-label={`${t.versions}: ${model}`}>
      <h2>{model}</h2>
      {failure !== undefined && <FailureNotice failure={failure} />}
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>{t.version}</th>
              <th>{t.accuracy}</th>
              <th>{t.downloads}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {versions.map((one) => (
              <tr key={one.version}>
                <th scope="row">
                  {one.version}{' '}
                  <span class="soft">
                    {new Date(one.createdAt).toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB')}
                  </span>
                </th>
                <td>{percent(one.top1)}</td>
                <td>
                  {one.files
                    .filter(({ name }) => name === 'model.onnx' || name === 'report.html')
                    .map((file) => (
                      <button
                        key={file.name}
                        type="button"
                        class="quiet"
                        onClick={() => fetchFile(file, one.version)}
                      >
                        ↓ {file.name === 'model.onnx' ? `ONNX (${formatBytes(one.bytes)})` : t.report}
                      </button>
                    ))}
                </td>
                <td>
                  {one.current ? (
                    t.current
                  ) : (
                    <>
                      <button type="button" onClick={() => use(one.version)}>
                        {t.use}
                      </button>{' '}
                      <button type="button" class="quiet" onClick={() => compare(one.version)}>
                        {t.compare}
                      </button>
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {difference !== undefined && (
        <p role="status">
          v{difference.from}:{' '}
          {t.compared(
            percent(difference.of.before),
            percent(difference.of.after),
            difference.of.fixed.length,
            difference.of.broken.length,
          )}
        </p>
      )}
      {pack && <Pack model={model} />}
    </section>
  );
}
