import { useEffect, useState } from 'preact/hooks';
import { usePath } from '../base/route.ts';
import { useTexts } from '../base/texts.ts';
import { Header } from './header.tsx';
import { KeyForm } from './key-form.tsx';
import { Room } from './room.tsx';
import { SHELL_TEXTS } from './texts.ts';

/** The frame around every room. */
export function App() {
  const t = useTexts(SHELL_TEXTS);
  const path = usePath();
  const [keyOpen, setKeyOpen] = useState(false);
  useEffect(() => {
    document.title = path === '/' ? 'Pictor' : `${t[path]} · Pictor`;
  }, [path, t]);
  return (
    <>
      <a class="skip" href="#main">
        {t.skip}
      </a>
      <Header onKey={() => setKeyOpen(!keyOpen)} keyOpen={keyOpen} />
      <KeyForm open={keyOpen} onClose={() => setKeyOpen(false)} />
      <main id="main" tabIndex={-1}>
        <h1 class={path === '/' ? 'unseen' : undefined}>{t[path]}</h1>
        <Room path={path} />
      </main>
      <footer>{t.footer}</footer>
    </>
  );
}
