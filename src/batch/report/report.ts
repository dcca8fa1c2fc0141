/**
 * One page about a run, without a script and with nothing that is fetched.
 *
 * @module
 */

import { sizeOf } from '../plan/read-plan.ts';
import type { BatchStatus } from '../status.ts';
import type { BatchPlan } from '../types.ts';
import { type Html, html } from './html.ts';
import type { Tally } from './tally.ts';

const LABELS_SHOWN = 30;
const EXAMPLES_SHOWN = 12;
/** Bars of the chart of rates. */
const SPANS = 60;

/** Gives a small picture as a `data:` address; undefined where there is none. */
export type Thumbnail = (uri: string) => Promise<string | undefined>;

/**
 * Writes the page.
 *
 * @param thumbnail shows the examples (default: addresses only)
 */
export async function reportPage(
  plan: BatchPlan,
  status: BatchStatus,
  tally: Tally,
  thumbnail: Thumbnail = async () => undefined,
): Promise<string> {
  const labels = [...tally.labels].sort(([, one], [, other]) => other.count - one.count);
  const examples = await Promise.all(
    labels.slice(0, EXAMPLES_SHOWN).map(async ([label, { best }]) => ({
      label,
      ...best,
      image: await thumbnail(best.uri),
    })),
  );
  const share = plan.count === 0 ? 100 : Math.floor((status.inputs.done * 100) / plan.count);
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Run ${plan.id}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<style>${{ html: STYLE }}</style></head><body>
<h1>${plan.task} with ${plan.model.id}</h1>
<p>Plan <code>${plan.id}</code> of ${plan.source}; model <code>${plan.model.sha256.slice(0, 12)}…</code></p>
<dl>
<dt>Pictures</dt><dd>${status.inputs.done} of ${plan.count} (${share} %)</dd>
<dt>Chunks</dt><dd>${status.chunks.done} of ${status.chunks.all}</dd>
<dt>Without an answer</dt><dd>${tally.failed}</dd>
<dt>Rate</dt><dd>${status.rate === undefined ? '–' : `${status.rate.toFixed(1)} pictures/s`}</dd>
</dl>
<h2>Rate over time</h2>${rateChart(plan, tally)}
<h2>Errors</h2>${errorTable(tally)}
<h2>Labels</h2>${bars(labels.slice(0, LABELS_SHOWN).map(([label, { count }]) => [label, count] as const))}
<h2>Examples</h2><div class="examples">${examples.map(
    ({ label, score, uri, image }) =>
      html`<figure>${image === undefined ? '' : html`<img src="${image}" alt="">`}<figcaption><b>${label}</b> ${Math.round(score * 100)} %<br><small>${uri}</small></figcaption></figure>`,
  )}</div>
</body></html>
`;
  return page.html;
}

function rateChart(plan: BatchPlan, { done }: Tally): Html {
  const times = [...done.values()];
  if (times.length < 2) return html`<p>Not enough parts yet.</p>`;
  const from = times.reduce((one, other) => Math.min(one, other));
  const spanMs = Math.max(1_000, (times.reduce((one, other) => Math.max(one, other)) - from) / SPANS);
  const counts = new Array<number>(SPANS + 1).fill(0);
  for (const [chunk, at] of done) {
    const span = Math.min(SPANS, Math.floor((at - from) / spanMs));
    counts[span] = (counts[span] ?? 0) + sizeOf(plan, chunk);
  }
  const most = Math.max(...counts);
  const columns = counts.map((count, i) => {
    const height = Math.round((count * 100) / most);
    return html`<rect x="${i * 10}" y="${100 - height}" width="9" height="${height}"><title>${((count * 1000) / spanMs).toFixed(1)} pictures/s</title></rect>`;
  });
  return html`<svg viewBox="0 0 ${(SPANS + 1) * 10} 100" role="img" aria-label="Pictures per second">${columns}</svg>
<p><small>${new Date(from).toISOString()}, ${Math.round(spanMs / 1000)} s a bar, at most ${((most * 1000) / spanMs).toFixed(1)} pictures/s</small></p>`;
}

function errorTable({ errors }: Tally): Html {
  if (errors.size === 0) return html`<p>None.</p>`;
  const lines = [...errors].sort(([, one], [, other]) => other.count - one.count);
  return html`<table><tr><th>Code</th><th>Pictures</th><th>Worth another try</th><th>For example</th></tr>${lines.map(
    ([code, { count, retryable, example }]) =>
      html`<tr><td>${code}</td><td>${count}</td><td>${retryable ? 'yes' : 'no'}</td><td>${example.uri}<br><small>${example.message}</small></td></tr>`,
  )}</table>`;
}

function bars(lines: readonly (readonly [string, number])[]): Html {
  const most = lines[0]?.[1] ?? 1;
  return html`<table class="bars">${lines.map(
    ([label, count]) =>
      html`<tr><td>${label}</td><td><meter min="0" max="${most}" value="${count}"></meter></td><td>${count}</td></tr>`,
  )}</table>`;
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1d2430;background:#fff}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{color:#5b6472}dd{margin:0}
svg{width:100%;height:8rem;background:#f3f5f8}rect{fill:#2563eb}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.2rem .6rem .2rem 0;vertical-align:top;overflow-wrap:anywhere}meter{width:100%}
.bars td:nth-child(2){width:50%}.examples{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:1rem}
figure{margin:0}img{width:100%;border-radius:.3rem}small{color:#5b6472;overflow-wrap:anywhere}
@media(prefers-color-scheme:dark){body{color:#e6e9ee;background:#12161d}svg{background:#1b212b}dt,small{color:#9aa4b2}}`;
