import { open, PATHS, usePath } from '../base/route.ts';
import { type Look, setLanguage, setLook, useSession } from '../base/session.ts';
import { useTexts } from '../base/texts.ts';
import { SHELL_TEXTS } from './texts.ts';

const NEXT_LOOK: Record<Look, Look> = { auto: 'dark', dark: 'light', light: 'auto' };
const LOOK_SIGN: Record<Look, string> = { auto: '◐', dark: '●', light: '○' };

export function Header({ onKey, keyOpen }: { readonly keyOpen: boolean; onKey(): void }) {
  const t = useTexts(SHELL_TEXTS);
  const path = usePath();
  const { language, look, key } = useSession();
  const other = language === 'zh' ? 'en' : 'zh';
  return (
    <header class="top">
      <a class="brand" href="/" onClick={(event) => go(event, '/')}>
        <img src="/web/icon.svg" alt="" width="28" height="28" />
        Pictor
      </a>
      <nav aria-label={t.rooms}>
        {PATHS.map((one) => (
          <a
            key={one}
            href={one}
            aria-current={one === path ? 'page' : undefined}
            onClick={(event) => go(event, one)}
          >
            {t[one]}
          </a>
        ))}
      </nav>
      <div class="tools">
        <button type="button" class="quiet" aria-expanded={keyOpen} onClick={onKey}>
          {t.key}
          {key !== '' && ' ✓'}
        </button>
        <button
          type="button"
          class="quiet"
          aria-label={t.look[look]}
          title={t.look[look]}
          onClick={() => setLook(NEXT_LOOK[look])}
        >
          {LOOK_SIGN[look]}
        </button>
        <button
          type="button"
          class="quiet"
          lang={other === 'zh' ? 'zh-CN' : 'en'}
          onClick={() => setLanguage(other)}
        >
          {other === 'zh' ? '中文' : 'English'}
        </button>
      </div>
    </header>
  );
}

/** A click that asks for another tab or window is the browser's. */
function go(event: MouseEvent, path: (typeof PATHS)[number]): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  open(path);
}
