import { useEffect, useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { type Failure, failureOf } from '../api/failure.ts';
import { useTexts } from '../base/texts.ts';
import { CodeBlock } from '../ui/code-block.tsx';
import { FailureNotice } from '../ui/failure-notice.tsx';
import type { Operation } from './openapi.ts';
import { TEXTS } from './texts.ts';

/** What is shown of a long answer. */
const MOST_CHARACTERS = 20_000;

type Shown = { readonly text: string } | { readonly picture: string } | undefined;

/** Sends the request, with the key of the page. */
export function TryOperation({
  operation,
  address,
}: {
  readonly operation: Operation;
  readonly address: string;
}) {
  const t = useTexts(TEXTS);
  const { method, accepts, name } = operation;
  const [file, setFile] = useState<File>();
  const [json, setJson] = useState('{}');
  const [state, setState] = useState<{ busy?: boolean; status?: number; shown?: Shown; failure?: Failure }>(
    {},
  );
  const takesFile = accepts.some((type) => type !== 'application/json');
  const takesJson = accepts.includes('application/json');
  const picture = state.shown !== undefined && 'picture' in state.shown ? state.shown.picture : undefined;
  useEffect(() => () => picture && URL.revokeObjectURL(picture), [picture]);
  const go = async () => {
    setState({ busy: true });
    try {
      const body = file ?? (takesJson ? json : undefined);
      const type = file
        ? /^(image|video)\/|zip$/.test(file.type)
          ? file.type
          : 'application/octet-stream'
        : 'application/json';
      const response = await send(address, {
        method,
        ...(body !== undefined && { body, headers: { 'Content-Type': type } }),
      });
      setState({ status: response.status, shown: await shownOf(response) });
    } catch (thrown) {
      setState({ failure: failureOf(thrown) });
    }
  };
  return (
    <form
      aria-label={`${t.tryIt} ${name}`}
      onSubmit={(event) => {
        event.preventDefault();
        void go();
      }}
    >
      {takesFile && (
        <p>
          <label>
            {t.file} <input type="file" onChange={(event) => setFile(event.currentTarget.files?.[0])} />
          </label>
        </p>
      )}
      {takesJson && file === undefined && (
        <p>
          <label>
            {t.json}{' '}
            <textarea rows={2} value={json} onInput={(event) => setJson(event.currentTarget.value)} />
          </label>
        </p>
      )}
      <button type="submit" class="primary" disabled={state.busy === true}>
        {state.busy === true ? t.sending : t.send}
      </button>
      {state.failure !== undefined && <FailureNotice failure={state.failure} />}
      {state.status !== undefined && <p role="status">HTTP {state.status}</p>}
      {picture !== undefined && <img src={picture} alt={t.picture} />}
      {state.shown !== undefined && 'text' in state.shown && (
        <CodeBlock label={`${t.answer} ${name}`} code={state.shown.text} />
      )}
    </form>
  );
}

/** A stream of events or of pictures has no end: of those the first part is shown. */
async function shownOf(response: Response): Promise<Shown> {
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('image/')) return { picture: URL.createObjectURL(await response.blob()) };
  if (/event-stream|multipart|octet-stream/.test(type)) {
    const reader = response.body?.getReader();
    const part = await reader?.read();
    void reader?.cancel();
    return { text: new TextDecoder().decode(part?.value).slice(0, MOST_CHARACTERS) };
  }
  const text = await response.text();
  return {
    text: (type.includes('json') ? JSON.stringify(JSON.parse(text), null, 2) : text).slice(
      0,
      MOST_CHARACTERS,
    ),
  };
}
