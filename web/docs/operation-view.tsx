import { useState } from 'preact/hooks';
import { useSession } from '../base/session.ts';
import { useTexts } from '../base/texts.ts';
import { CodeBlock } from '../ui/code-block.tsx';
import { Tabs } from '../ui/tabs.tsx';
import type { Operation } from './openapi.ts';
import { snippetsFor } from './snippets.ts';
import { TEXTS } from './texts.ts';
import { TryOperation } from './try-operation.tsx';

const LANGUAGES = ['curl', 'TypeScript', 'Python'] as const;
const FILES: Readonly<Record<string, string>> = {
  'image/*': 'picture.jpg',
  'application/zip': 'pictures.zip',
  'application/octet-stream': 'video.mp4',
};

/** One operation: options, code with this server's address, and a form that sends it. */
export function OperationView({ operation }: { readonly operation: Operation }) {
  const t = useTexts(TEXTS);
  const { key } = useSession();
  const [shown, setShown] = useState<(typeof LANGUAGES)[number]>('curl');
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const { method, path, parameters, fields, accepts, open, name } = operation;
  const address = addressWith(operation, values);
  const fileType = accepts.find((type) => type in FILES);
  const type =
    fileType === 'image/*' ? 'image/jpeg' : fileType === 'application/octet-stream' ? 'video/mp4' : fileType;
  const body =
    fileType !== undefined && type !== undefined
      ? { file: FILES[fileType] ?? '', type }
      : accepts.includes('application/json')
        ? {}
        : undefined;
  const snippets = snippetsFor({
    method,
    address: `${location.origin}${address}`,
    withKey: key !== '' && !open,
    body,
  });
  return (
    <div class="parts">
      {open && <p class="soft">{t.noKey}</p>}
      {parameters.length > 0 && (
        <div class="scroll">
          <table>
            <caption>{t.options}</caption>
            <tbody>
              {parameters.map((one) => (
                <tr key={one.name}>
                  <th scope="row">
                    <code>{one.name}</code>
                  </th>
                  <td>
                    <input
                      aria-label={`${path} ${one.name}`}
                      value={values[one.name] ?? ''}
                      placeholder={one.required ? t.required : ''}
                      onInput={(event) => setValues({ ...values, [one.name]: event.currentTarget.value })}
                    />
                  </td>
                  <td class="soft" lang="en">
                    {one.description}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {accepts.length > 0 && (
        <p>
          {t.body}:{' '}
          {accepts.map((one) => (
            <code key={one}>{one} </code>
          ))}
        </p>
      )}
      <Tabs
        id={`code-${name.replace(/\W+/g, '-')}`}
        label={t.code}
        tabs={LANGUAGES.map((one) => ({ name: one, title: one }))}
        selected={shown}
        onSelect={setShown}
      >
        <CodeBlock label={`${t.code} ${name}`} code={snippets[shown]} />
      </Tabs>
      {fields.length > 0 && (
        <div class="scroll">
          <table>
            <caption>{t.answer}</caption>
            <tbody>
              {fields.map(([field, what]) => (
                <tr key={field}>
                  <th scope="row">
                    <code>{field}</code>
                  </th>
                  <td lang="en">{what}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <TryOperation operation={operation} address={address} />
    </div>
  );
}

/** The path with its parts filled in, and the options that have a value. */
function addressWith({ path, parameters }: Operation, values: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams();
  let filled = path;
  for (const { name, in: where } of parameters) {
    const value = values[name] ?? '';
    if (value === '') continue;
    if (where === 'path') filled = filled.replace(`{${name}}`, encodeURIComponent(value));
    else query.set(name, value);
  }
  const text = query.toString();
  return text === '' ? filled : `${filled}?${text}`;
}
