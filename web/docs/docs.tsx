import '../styles/docs.css';
import { useEffect, useState } from 'preact/hooks';
import { sendJson } from '../api/client.ts';
import { type Failure, failureOf } from '../api/failure.ts';
import { useSession } from '../base/session.ts';
import { useTexts } from '../base/texts.ts';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { CHINESE_SUMMARIES } from './chinese.ts';
import { type OpenApi, type Operation, operationsOf } from './openapi.ts';
import { OperationView } from './operation-view.tsx';
import { TEXTS } from './texts.ts';

/** The API of this very server: what it describes itself as, with its own address. */
export function Docs() {
  const t = useTexts(TEXTS);
  const { language } = useSession();
  const [operations, setOperations] = useState<readonly Operation[]>([]);
  const [failure, setFailure] = useState<Failure>();
  useEffect(() => {
    sendJson<OpenApi>('/openapi.json').then(
      (api) => setOperations(operationsOf(api)),
      (thrown) => setFailure(failureOf(thrown)),
    );
  }, []);
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  return (
    <div class="docs">
      <p>
        <code>{location.origin}</code> · <a href="/openapi.json">openapi.json</a>
      </p>
      <p>{t.intro}</p>
      <p class="soft">{t.errors}</p>
      {failure !== undefined && <FailureNotice failure={failure} />}
      {tags.map((tag) => (
        <section key={tag} aria-labelledby={`tag-${tag}`}>
          <h2 id={`tag-${tag}`}>{t.tags[tag] ?? tag}</h2>
          {operations
            .filter((one) => one.tag === tag)
            .map((one) => (
              <details key={one.name} class="card operation">
                <summary>
                  <b>{one.method}</b> <code>{one.path}</code>{' '}
                  <span class="soft">
                    {(language === 'zh' && CHINESE_SUMMARIES[one.name]) || one.summary}
                  </span>
                </summary>
                <OperationView operation={one} />
              </details>
            ))}
        </section>
      ))}
    </div>
  );
}
