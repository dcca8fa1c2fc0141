/**
 * The documentation as a site: the pages of `docs/` as they are, in both languages. `npm run docs` builds it; a link to
 * a page that does not exist fails the build.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DefaultTheme, defineConfig, type MarkdownOptions } from 'vitepress';
import { tokenize } from './tokenize.ts';

const docs = fileURLToPath(new URL('../../docs', import.meta.url));

/** The pages in the order of the table of contents, so that a page that is listed there is in the sidebar. */
function sidebarOf(language: 'en' | 'zh'): DefaultTheme.SidebarItem[] {
  const folder = language === 'zh' ? 'zh' : '';
  const contents = readFileSync(posix.join(docs, folder, 'README.md'), 'utf8');
  return [...contents.matchAll(/^\| \[([^\]]+)\]\(([^)]+)\.md\)/gm)].map(([, text = '', path = '']) => ({
    text,
    link: `/${posix.join(folder, path).replace(/README$/, '')}`,
  }));
}

/** Links as they work on the site: `README.md` is a folder's index, and what lies outside `docs/` is only named. */
const useSiteLinks: NonNullable<MarkdownOptions['config']> = (markdown) => {
  markdown.core.ruler.push('site-links', ({ tokens, env }) => {
    for (const { children } of tokens) {
      let outside = false;
      for (const token of children ?? []) {
        if (token.type === 'link_open') {
          const href = token.attrGet('href') ?? '';
          outside = isOutside(env.relativePath, href);
          if (outside) {
            token.tag = 'span';
            token.attrs = [];
          } else token.attrSet('href', href.replace(/README\.md(?=#|$)/, 'index.md'));
        } else if (token.type === 'link_close' && outside) token.tag = 'span';
        // Braces in code are no template of Vue.
        else if (token.type === 'code_inline') token.attrSet('v-pre', '');
      }
    }
  });
};

function isOutside(page: string, href: string): boolean {
  return !/^([a-z]+:|#)/.test(href) && posix.join(posix.dirname(page), href).startsWith('..');
}

export default defineConfig({
  title: 'Pictor',
  srcDir: '../docs',
  outDir: '../dist-docs',
  cacheDir: '../node_modules/.vitepress',
  rewrites: (page) => page.replace(/README\.md$/, 'index.md'),
  cleanUrls: true,
  markdown: { config: useSiteLinks, attrs: { disable: true } },
  vite: { publicDir: false },
  locales: {
    root: {
      label: 'English',
      lang: 'en',
      description: 'Image recognition as a function',
      themeConfig: { sidebar: sidebarOf('en') },
    },
    zh: {
      label: '中文',
      lang: 'zh-CN',
      description: '以函数形式提供的图像识别',
      themeConfig: {
        sidebar: sidebarOf('zh'),
        outline: { label: '本页内容' },
        docFooter: { prev: '上一页', next: '下一页' },
        darkModeSwitchLabel: '外观',
        sidebarMenuLabel: '目录',
        returnToTopLabel: '回到顶部',
      },
    },
  },
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          options: { tokenize },
          searchOptions: { fuzzy: false, prefix: true, combineWith: 'AND' },
        },
        locales: {
          zh: {
            translations: {
              button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
              modal: {
                noResultsText: '没有找到',
                resetButtonTitle: '清除',
                footer: { selectText: '选择', navigateText: '切换', closeText: '关闭' },
              },
            },
          },
        },
      },
    },
  },
});
