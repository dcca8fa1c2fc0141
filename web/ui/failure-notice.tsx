import type { Failure } from '../api/failure.ts';
import { useSession } from '../base/session.ts';
import { texts, useTexts } from '../base/texts.ts';
import { errorText } from '../errors/error-text.ts';

const TEXTS = texts({ again: 'Try again' }, { again: '重试' });

interface Props {
  readonly failure: Failure;
  onRetry?: (() => void) | undefined;
}

/** What went wrong and what to do, in the reader's language; the server's own words below. */
export function FailureNotice({ failure, onRetry }: Props) {
  const t = useTexts(TEXTS);
  const { language } = useSession();
  const { title, fix } = errorText(failure.code, language);
  const said = failure.message !== '';
  return (
    <div class="failure" role="alert">
      <p>
        <strong>{title}</strong>
        {fix !== undefined && <span class="fix">{fix}</span>}
      </p>
      {said && (
        <p class="said" lang="en">
          {failure.message}
        </p>
      )}
      <p class="row">
        <code>{failure.code}</code>
        {onRetry !== undefined && (
          <button type="button" onClick={onRetry}>
            {t.again}
          </button>
        )}
      </p>
    </div>
  );
}
