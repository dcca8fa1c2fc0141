/**
 * Which room is open: the path of the address.
 *
 * @module
 */
import { createStore, useStore } from './store.ts';

export const PATHS = ['/', '/train', '/video', '/status', '/docs'] as const;
export type Path = (typeof PATHS)[number];

const at = (): Path => PATHS.find((path) => path === location.pathname) ?? '/';

const route = createStore({ path: at() });
window.addEventListener('popstate', () => route.set({ path: at() }));

/** Opens a room without loading the page again. */
export function open(path: Path): void {
  if (path === at()) return;
  history.pushState(null, '', path);
  route.set({ path });
  window.scrollTo(0, 0);
}

export function usePath(): Path {
  return useStore(route).path;
}
