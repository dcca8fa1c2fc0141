import { send } from '../api/client.ts';
import { useModels } from '../api/models.ts';
import { useTexts } from '../base/texts.ts';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { TEXTS } from './texts.ts';
import { usePolled } from './use-polled.ts';

interface AdminStatus {
  readonly models: readonly { readonly id: string; readonly code?: string; readonly message?: string }[];
  readonly keys: readonly {
    readonly id: string;
    readonly scopes: readonly string[];
    readonly notAfter?: string;
  }[];
}

/** Served models with their versions and what keeps them from answering. */
export function ModelList() {
  const t = useTexts(TEXTS);
  const { models, failure } = useModels();
  const { answer } = usePolled<AdminStatus>('/v1/admin/status');
  return (
    <section class="card" aria-labelledby="models">
      <h2 id="models">{t.models}</h2>
      {failure !== undefined && <FailureNotice failure={failure} />}
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>{t.model}</th>
              <th>{t.state}</th>
              <th>{t.tasks}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {models.map(({ id, version, state, defaultFor }) => {
              const problem = answer?.models.find((one) => one.id === id);
              return (
                <tr key={id}>
                  <th scope="row">
                    {id}
                    {version !== undefined && ` v${version}`}
                  </th>
                  <td>
                    <span class={`state ${state}`}>{t.states[state]}</span>
                    {problem?.message !== undefined && (
                      <span class="soft" lang="en">
                        {' '}
                        {problem.message}
                      </span>
                    )}
                  </td>
                  <td>{defaultFor.join(', ')}</td>
                  <td>
                    <button
                      type="button"
                      class="quiet"
                      aria-label={`${t.reload} ${id}`}
                      onClick={() => send(`/v1/models/${id}/reload`, { method: 'POST' }).catch(() => {})}
                    >
                      {t.reload}
                    </button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Keys by id and scope; their secrets never leave the server. */
export function Keys() {
  const t = useTexts(TEXTS);
  const { answer, failure } = usePolled<AdminStatus>('/v1/admin/status');
  return (
    <section class="card" aria-labelledby="keys">
      <h2 id="keys">{t.keys}</h2>
      {failure !== undefined && <FailureNotice failure={failure} />}
      {answer?.keys.length === 0 && <p class="soft">{t.noKeys}</p>}
      <ul class="plain-list">
        {answer?.keys.map(({ id, scopes, notAfter }) => (
          <li key={id} class="row">
            <strong>{id}</strong>
            <span>
              {t.scopes}: {scopes.join(', ')}
            </span>
            {notAfter !== undefined && (
              <span class="soft">
                {t.until} {notAfter.slice(0, 10)}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface LogAnswer {
  readonly lines: readonly {
    readonly time: string;
    readonly level: string;
    readonly message: string;
    readonly fields: Readonly<Record<string, unknown>>;
  }[];
}

/** The newest lines of the log, newest first. */
export function Log() {
  const t = useTexts(TEXTS);
  const { answer, failure } = usePolled<LogAnswer>('/v1/admin/log');
  return (
    <div class="card wide">
      <h2 id="log">{t.log}</h2>
      {failure !== undefined && <FailureNotice failure={failure} />}
      {answer?.lines.length === 0 && <p class="soft">{t.noLog}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <section class="log" tabIndex={0} aria-label={t.log} lang="en">
        {answer?.lines.toReversed().map(({ time, level, message, fields }, i) => (
          <p key={`${time} ${i}`} class={level}>
            <span class="soft">{time.slice(11, 19)}</span> {level} {message} {textOf(fields)}
          </p>
        ))}
      </section>
    </div>
  );
}

function textOf(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(' ');
}
