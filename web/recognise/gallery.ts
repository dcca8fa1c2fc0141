/**
 * The pictures on the page and what is known of them. A few are asked about at a time, the selected one first.
 *
 * @module
 */
import { type Failure, failureOf } from '../api/failure.ts';
import { createStore } from '../base/store.ts';
import type { Answer, ask, Picture, Question } from './ask.ts';

export type Outcome =
  | { readonly state: 'waiting' }
  | { readonly state: 'working' }
  | { readonly state: 'answered'; readonly answer: Answer }
  | { readonly state: 'failed'; readonly failure: Failure };

export interface GalleryState {
  readonly pictures: readonly Picture[];
  readonly selected: number | undefined;
  readonly question: Question | undefined;
  /** By question and picture. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

/** More would make a browser crawl; a folder of thousands belongs to the command line. */
export const MOST_PICTURES = 500;
const AT_A_TIME = 2;

const keyOf = (question: Question, id: number) =>
  `${question.task} ${question.model ?? ''} ${question.language} ${id}`;

/** What is known of a picture for the question of now. */
export function outcomeOf({ question, outcomes }: GalleryState, id: number): Outcome {
  return (question && outcomes.get(keyOf(question, id))) ?? { state: 'waiting' };
}

export type Gallery = ReturnType<typeof createGallery>;

/**
 * An empty gallery.
 *
 * @param askServer how a question is put
 */
export function createGallery(askServer: typeof ask) {
  const store = createStore<GalleryState>({
    pictures: [],
    selected: undefined,
    question: undefined,
    outcomes: new Map(),
  });
  const running = new Map<string, AbortController>();
  let nextId = 1;

  function put(key: string, outcome: Outcome | undefined) {
    const outcomes = new Map(store.get().outcomes);
    if (outcome === undefined) outcomes.delete(key);
    else outcomes.set(key, outcome);
    store.set({ outcomes });
  }

  function pump() {
    const { question, pictures, selected, outcomes } = store.get();
    if (question === undefined) return;
    const inOrder = [...pictures.filter(({ id }) => id === selected), ...pictures];
    for (const picture of inOrder) {
      if (running.size >= AT_A_TIME) return;
      const key = keyOf(question, picture.id);
      if (!outcomes.has(key) && !running.has(key)) void work(key, picture, question);
    }
  }

  async function work(key: string, picture: Picture, question: Question) {
    const abort = new AbortController();
    running.set(key, abort);
    put(key, { state: 'working' });
    let outcome: Outcome | undefined;
    try {
      outcome = { state: 'answered', answer: await askServer(picture, question, abort.signal) };
    } catch (thrown) {
      if (!abort.signal.aborted) outcome = { state: 'failed', failure: failureOf(thrown) };
    }
    running.delete(key);
    put(key, outcome);
    pump();
  }

  function cancelRunning(matches: (key: string) => boolean = () => true) {
    for (const [key, abort] of running) if (matches(key)) abort.abort();
  }

  return {
    get: store.get,
    subscribe: store.subscribe,
    /**
     * Adds pictures and selects the first of them.
     *
     * @returns whether all were taken
     */
    add(found: readonly Omit<Picture, 'id'>[]): boolean {
      const { pictures } = store.get();
      const taken = found.slice(0, MOST_PICTURES - pictures.length).map((one) => ({ ...one, id: nextId++ }));
      const [first] = taken;
      if (first !== undefined) store.set({ pictures: [...pictures, ...taken], selected: first.id });
      pump();
      return taken.length === found.length;
    },
    remove(id: number) {
      cancelRunning((key) => key.endsWith(` ${id}`));
      const { pictures, selected, outcomes } = store.get();
      const at = pictures.findIndex((picture) => picture.id === id);
      const rest = pictures.filter((picture) => picture.id !== id);
      store.set({
        pictures: rest,
        outcomes: new Map([...outcomes].filter(([key]) => !key.endsWith(` ${id}`))),
        selected: selected === id ? (rest[at] ?? rest.at(-1))?.id : selected,
      });
    },
    clear() {
      cancelRunning();
      store.set({ pictures: [], selected: undefined, outcomes: new Map() });
    },
    select(id: number) {
      store.set({ selected: id });
      pump();
    },
    /** Asks something else about every picture; answers of before are kept. */
    ask(question: Question | undefined) {
      cancelRunning();
      store.set({ question });
      pump();
    },
    /** Asks again about what failed. @param matches which failures (default: all) */
    retry(matches: (failure: Failure) => boolean = () => true) {
      const { outcomes } = store.get();
      const kept = [...outcomes].filter(
        ([, outcome]) => outcome.state !== 'failed' || !matches(outcome.failure),
      );
      if (kept.length === outcomes.size) return;
      store.set({ outcomes: new Map(kept) });
      pump();
    },
  };
}
