import { both, escapeHtml } from './html.ts';

const STYLE = `
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--line:#d5dbe3;--paper:#fff;--tint:#2f6fde;--warn:#b45309;--good:#15803d}
@media (prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#9aa6b5;--line:#38414d;--paper:#14181e;--tint:#7aa7ff;--warn:#f0b45b;--good:#6fcf8f}}
*{box-sizing:border-box}body{margin:0 auto;max-width:62rem;padding:1.5rem;font:15px/1.5 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:var(--ink);background:var(--paper)}
h1{font-size:1.6rem;margin:.2rem 0}h2{font-size:1.1rem;margin:2rem 0 .6rem;border-bottom:1px solid var(--line);padding-bottom:.3rem}
p{margin:.4rem 0}.soft{color:var(--soft)}.warn{color:var(--warn)}code{font:13px/1.4 ui-monospace,monospace;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;font-size:14px}th,td{text-align:left;padding:.25rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}.n{text-align:right;font-variant-numeric:tabular-nums}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(10rem,1fr));gap:.8rem;margin:1rem 0}.tile{border:1px solid var(--line);border-radius:.5rem;padding:.7rem .9rem}.tile b{display:block;font-size:1.5rem;font-variant-numeric:tabular-nums}
.charts{display:flex;flex-wrap:wrap;gap:1.5rem}figure{margin:0;max-width:100%}figcaption{color:var(--soft);font-size:13px;max-width:22rem}svg{max-width:100%;height:auto}svg text{fill:var(--soft);font:11px system-ui,sans-serif}
.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));gap:.8rem}.pictures img{width:100%;height:8rem;object-fit:contain;background:rgba(127,127,127,.12);border-radius:.3rem}.pictures figcaption{overflow-wrap:anywhere}
.wide{overflow-x:auto}.lang{position:absolute;opacity:0}label{cursor:pointer;color:var(--tint);margin-right:.8rem}#en:checked~label[for=en],#zh:checked~label[for=zh]{font-weight:700;color:var(--ink)}#en:checked~main .zh,#zh:checked~main .en{display:none}
.lang:focus-visible~label{outline:1px dotted var(--tint)}
@media print{label{display:none}body{max-width:none;padding:0}section{break-inside:avoid}:root{color-scheme:light}}
`;

/** Which language a page shows first; the other is a click away. */
export type PageLanguage = 'en' | 'zh';

/** A whole page that loads nothing and runs nothing. */
export function page(title: string, body: string, language: PageLanguage = 'en'): string {
  const radio = (id: PageLanguage) =>
    `<input class="lang" type="radio" name="lang" id="${id}"${id === language ? ' checked' : ''}>`;
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body>${radio('en')}${radio('zh')}<label for="en">English</label><label for="zh">中文</label>
<main>${body}</main></body></html>
`;
}

/** The figures that are looked at first. */
export function tiles(
  items: readonly { readonly value: string; readonly en: string; readonly zh: string }[],
): string {
  return `<div class="tiles">${items
    .map(({ value, en, zh }) => `<div class="tile"><b>${escapeHtml(value)}</b>${both(en, zh)}</div>`)
    .join('')}</div>`;
}
