import { useState } from 'preact/hooks';
import { useSession } from '../base/session.ts';
import { useTexts } from '../base/texts.ts';
import { snippetsFor } from '../docs/snippets.ts';
import { CodeBlock } from '../ui/code-block.tsx';
import { download } from '../ui/download.ts';
import { Tabs } from '../ui/tabs.tsx';
import { type Answer, addressOf, type Picture, type Question } from './ask.ts';
import { annotatedPicture, tableOf } from './export.ts';
import type { Finding } from './findings.ts';
import type { GalleryState } from './gallery.ts';
import { TEXTS } from './texts.ts';

interface Props {
  readonly question: Question;
  readonly picture: Picture | undefined;
  readonly answer: Answer | undefined;
  readonly findings: readonly Finding[];
  readonly state: GalleryState;
}

const LANGUAGES = ['curl', 'TypeScript', 'Python'] as const;

/** The answer as it came, the call that gives it, and what can be taken along. */
export function CodeView({ question, picture, answer, findings, state }: Props) {
  const t = useTexts(TEXTS);
  const { key } = useSession();
  const [shown, setShown] = useState<'json' | (typeof LANGUAGES)[number]>('json');
  const url = picture?.source.kind === 'url' ? picture.source.url : undefined;
  const options = {
    ...(question.task !== 'moderate' && { lang: question.language }),
    ...(question.model && { model: question.model }),
  };
  const address = `${location.origin}${addressOf({ ...question, model: undefined }, {}).split('?')[0]}`;
  const query = new URLSearchParams(options as Record<string, string>).toString();
  const snippets = snippetsFor({
    method: 'POST',
    address: query === '' ? address : `${address}?${query}`,
    withKey: key !== '',
    body: url === undefined ? 'picture' : { url },
  });
  const names = answer === undefined ? LANGUAGES : (['json', ...LANGUAGES] as const);
  const selected = answer === undefined && shown === 'json' ? 'curl' : shown;
  const { task: _, ...body } = answer ?? { task: undefined };
  return (
    <>
      {answer !== undefined && picture !== undefined && (
        <div class="ways downloads">
          {findings.some(({ boxes }) => boxes.length > 0) && (
            <button
              type="button"
              onClick={async () =>
                download(nameOf(picture, 'annotated.jpg'), await annotatedPicture(picture, answer, findings))
              }
            >
              ↓ {t.annotated}
            </button>
          )}
          <button type="button" onClick={() => download('pictor.csv', tableOf(state), 'text/csv')}>
            ↓ {t.csv}
          </button>
          <button
            type="button"
            onClick={() =>
              download(nameOf(picture, 'json'), JSON.stringify(body, null, 2), 'application/json')
            }
          >
            ↓ {t.json}
          </button>
        </div>
      )}
      <details class="howto">
        <summary>{t.code}</summary>
        <Tabs
          id="code"
          label={t.code}
          tabs={names.map((name) => ({ name, title: name === 'json' ? t.answer : name }))}
          selected={selected}
          onSelect={setShown}
        >
          <CodeBlock
            label={t.code}
            code={selected === 'json' ? JSON.stringify(body, null, 2) : snippets[selected]}
          />
        </Tabs>
      </details>
    </>
  );
}

function nameOf({ name }: Picture, ending: string): string {
  return `${(name.split('/').at(-1) ?? name).replace(/\.\w+$/, '')}.${ending}`;
}
