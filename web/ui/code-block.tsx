import { useRef, useState } from 'preact/hooks';
import { texts, useTexts } from '../base/texts.ts';

const TEXTS = texts(
  { copy: 'Copy', copied: 'Copied', select: 'Press Ctrl+C' },
  { copy: '复制', copied: '已复制', select: '请按 Ctrl+C' },
);

/** Code with a button that copies it, also where the page came by http and browsers offer no clipboard. */
export function CodeBlock({ code, label }: { readonly code: string; readonly label: string }) {
  const t = useTexts(TEXTS);
  const block = useRef<HTMLPreElement>(null);
  const [done, setDone] = useState<'copy' | 'copied' | 'select'>('copy');
  const copy = async () => {
    setDone((await copied(code, block.current)) ? 'copied' : 'select');
    setTimeout(() => setDone('copy'), 2000);
  };
  return (
    <div class="code">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <section class="scroll" tabIndex={0} aria-label={label}>
        <pre ref={block}>{code}</pre>
      </section>
      <button type="button" class="quiet" onClick={copy}>
        {t[done]}
      </button>
    </div>
  );
}

async function copied(text: string, element: HTMLElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Undefined over http, or not permitted: selected text can be copied all the same.
  }
  if (element === null) return false;
  getSelection()?.selectAllChildren(element);
  try {
    return document.execCommand('copy');
  } catch {
    return false;
  }
}
