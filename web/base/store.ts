/**
 * State that outlives a component.
 *
 * @module
 */
import { useEffect, useState } from 'preact/hooks';

export interface Store<State> {
  get(): State;
  set(change: Partial<State>): void;
  /** Calls back after each change; returns how to end that. */
  subscribe(listener: () => void): () => void;
}

export function createStore<State extends object>(initial: State): Store<State> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    set(change) {
      state = { ...state, ...change };
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The state of a store, now and after each change. */
export function useStore<State>(store: Pick<Store<State>, 'get' | 'subscribe'>): State {
  const [state, setState] = useState(store.get());
  useEffect(() => {
    // It may have changed between rendering and now.
    setState(() => store.get());
    return store.subscribe(() => setState(() => store.get()));
  }, [store]);
  return state;
}
