import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, expect, onTestFinished } from 'vitest';
import { listen } from '../../src/server/http/listen.ts';
import { openApp } from '../server/support.ts';

const CHROMIUM = process.env.PICTOR_TEST_CHROMIUM ?? '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) console.warn(`SKIPPED without ${CHROMIUM}: the studio in a browser`);

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

/** Its types would bring those of a browser into the whole program. */
const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const photo = (name: string) =>
  fileURLToPath(new URL(`../../examples/photos/${name}.jpg`, import.meta.url));

/** Every walk goes both ways. */
export const SCREENS = {
  desktop: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
} as const satisfies Record<string, BrowserContextOptions>;

let browser: Promise<Browser> | undefined;
afterAll(async () => (await browser)?.close());

export interface Studio {
  readonly page: Page;
  readonly url: string;
  /** Errors of the page and of its policy, which a good walk has none of. */
  readonly problems: string[];
  /** Fails when a screen reader or a keyboard would. */
  expectAccessible(): Promise<void>;
}

/** The studio in a browser, at a server over small models. */
export async function openStudio(
  options: Parameters<typeof openApp>[0] & {
    readonly path?: string;
    readonly context?: BrowserContextOptions;
  } = {},
): Promise<Studio> {
  const { path = '/', context: contextOptions, ...appOptions } = options;
  const { app } = await openApp(appOptions);
  const listener = await listen(app, { port: 0 });
  browser ??= chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  const context = await (await browser).newContext({
    locale: 'en-GB',
    ...SCREENS.desktop,
    ...contextOptions,
  });
  onTestFinished(async () => {
    await context.close();
    listener.destroy();
    await listener.stop();
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  const expectAccessible = async () => {
    await page.evaluate(axe);
    const found = await page.evaluate<string[]>(
      "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' | ')))",
    );
    expect(found).toEqual([]);
    const overflow = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    if (overflow > 0) {
      const wide = await page.evaluate(
        "[...document.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth).map((one) => one.outerHTML.slice(0, 120))",
      );
      console.warn(wide);
    }
    expect(overflow, 'pixels that the page is too wide').toBeLessThanOrEqual(0);
  };
  await page.goto(`${listener.url}${path}`);
  return { page, url: listener.url, problems, expectAccessible };
}

/** What somebody drops on the page, or pastes into it. */
export async function bring(
  page: Page,
  how: 'drop' | 'paste',
  what:
    | { readonly type: string; readonly text: string }
    | { readonly name: string; readonly bytes: Uint8Array },
): Promise<void> {
  const given =
    'bytes' in what
      ? `transfer.items.add(new File([Uint8Array.from(atob('${Buffer.from(what.bytes).toString('base64')}'), (c) => c.charCodeAt(0))], '${what.name}', { type: 'image/jpeg' }))`
      : `transfer.setData('${what.type}', '${what.text}')`;
  const event =
    how === 'drop'
      ? "new DragEvent('drop', { dataTransfer: transfer })"
      : "new ClipboardEvent('paste', { clipboardData: transfer })";
  await page.evaluate(`{ const transfer = new DataTransfer(); ${given}; document.dispatchEvent(${event}); }`);
}
