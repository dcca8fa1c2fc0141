import '../styles/status.css';
import { useTexts } from '../base/texts.ts';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { Charts } from './charts.tsx';
import { JobList } from './job-list.tsx';
import { Keys, Log, ModelList } from './lists.tsx';
import { TEXTS } from './texts.ts';
import { useMetrics } from './use-metrics.ts';

/** What an operator wants to see, without a second system. */
export function Status() {
  const t = useTexts(TEXTS);
  const { points, reading, failure } = useMetrics();
  const errors = new Map<string, number>();
  for (const { labels, value } of reading.get('pictor_errors_total') ?? []) {
    const code = labels['code'] ?? '';
    errors.set(code, (errors.get(code) ?? 0) + value);
  }
  return (
    <div class="status">
      <section aria-label={t.live}>
        {failure !== undefined && <FailureNotice failure={failure} />}
        <Charts points={points} />
      </section>
      <ModelList />
      <section class="card" aria-labelledby="errors">
        <h2 id="errors">{t.errors}</h2>
        {errors.size === 0 ? (
          <p class="soft">{t.noErrors}</p>
        ) : (
          <table>
            <thead>
              <tr>
                <th>{t.code}</th>
                <th>{t.count}</th>
              </tr>
            </thead>
            <tbody>
              {[...errors]
                .sort(([, a], [, b]) => b - a)
                .map(([code, count]) => (
                  <tr key={code}>
                    <td>
                      <code>{code}</code>
                    </td>
                    <td>{count}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        )}
      </section>
      <JobList />
      <Keys />
      <Log />
    </div>
  );
}
