import { useEffect, useState } from 'preact/hooks';
import { setKey, useSession } from '../base/session.ts';
import { useTexts } from '../base/texts.ts';
import { SHELL_TEXTS } from './texts.ts';

/** Asks for a key when the server does, and says when the one given is not right. */
export function KeyForm({ open, onClose }: { readonly open: boolean; onClose(): void }) {
  const t = useTexts(SHELL_TEXTS);
  const { key, keyProblem } = useSession();
  const [typed, setTyped] = useState(key);
  useEffect(() => setTyped(key), [key]);
  if (!open && keyProblem === 'none') return null;
  const problem = keyProblem === 'wrong' ? t.keyWrong : keyProblem === 'scope' ? t.keyScope : '';
  return (
    <form
      class="key"
      aria-label={t.key}
      onSubmit={(event) => {
        event.preventDefault();
        setKey(typed.trim());
        onClose();
      }}
    >
      <label for="key">{t.keyNeeded}</label>
      <div class="row">
        <input
          id="key"
          type="password"
          autocomplete="off"
          spellcheck={false}
          value={typed}
          aria-invalid={keyProblem === 'wrong'}
          aria-describedby="key-problem key-hint"
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <button type="submit" class="primary">
          {t.useKey}
        </button>
        {key !== '' && (
          <button type="button" onClick={() => setKey('')}>
            {t.forgetKey}
          </button>
        )}
        {keyProblem === 'none' && (
          <button type="button" onClick={onClose}>
            {t.closeKey}
          </button>
        )}
      </div>
      <p id="key-problem" class="bad" role="alert">
        {problem}
      </p>
      <p id="key-hint" class="soft">
        {t.keyHint}
      </p>
    </form>
  );
}
