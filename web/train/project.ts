/**
 * Classes and their pictures, kept in the browser so that a reload loses nothing.
 *
 * @module
 */
import { createStore } from '../base/store.ts';

export interface Sample {
  readonly id: number;
  readonly group: number;
  readonly name: string;
  readonly blob: Blob;
}

export interface Group {
  readonly id: number;
  readonly name: string;
}

export interface Project {
  readonly loaded: boolean;
  /** Name of the model to make. */
  readonly model: string;
  readonly groups: readonly Group[];
  readonly samples: readonly Sample[];
  /** The training or check that this page follows. */
  readonly job: string | undefined;
  /** A job that has these very pictures already. */
  readonly sent: string | undefined;
}

export const project = createStore<Project>({
  loaded: false,
  model: 'my-model',
  groups: [],
  samples: [],
  job: undefined,
  sent: undefined,
});

const opened: Promise<IDBDatabase> = new Promise((resolve, reject) => {
  const request = indexedDB.open('pictor-train', 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore('samples', { keyPath: 'id' });
    request.result.createObjectStore('project');
  };
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error ?? new Error('no database'));
});

let nextId = 1;
const nextName = (names: readonly string[]) => {
  let n = 1;
  while (names.includes(`class-${n}`)) n++;
  return `class-${n}`;
};

/** Reads what an earlier visit left; two empty classes where there was none. */
export async function loadProject(): Promise<void> {
  if (project.get().loaded) return;
  const saved = await read().catch(() => undefined);
  const groups = saved?.groups ?? [];
  nextId = Math.max(0, ...groups.map(({ id }) => id), ...(saved?.samples ?? []).map(({ id }) => id)) + 1;
  project.set({ ...saved, groups, loaded: true });
  while (project.get().groups.length < 2) addGroup();
}

async function read(): Promise<Partial<Project>> {
  const store = (await opened).transaction(['samples', 'project']);
  const result = <Value>(request: IDBRequest<Value>) =>
    new Promise<Value>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('unreadable'));
    });
  const samples = await result<Sample[]>(store.objectStore('samples').getAll());
  const rest = await result<Partial<Project> | undefined>(store.objectStore('project').get('it'));
  return { ...rest, samples };
}

/** A browser that keeps nothing works until the page is left. */
async function write(change: (transaction: IDBTransaction) => void): Promise<void> {
  try {
    const transaction = (await opened).transaction(['samples', 'project'], 'readwrite');
    change(transaction);
    const { model, groups, job, sent } = project.get();
    transaction.objectStore('project').put({ model, groups, job, sent }, 'it');
  } catch {
    // As said.
  }
}

export function update(change: Partial<Pick<Project, 'model' | 'job' | 'sent'>>): void {
  project.set(change);
  void write(() => {});
}

export function addGroup(name?: string): Group {
  const { groups } = project.get();
  const found = groups.find((group) => group.name === name);
  if (found) return found;
  const empty =
    name === undefined
      ? undefined
      : groups.find(
          ({ id, name: own }) =>
            /^class-\d+$/.test(own) && !project.get().samples.some(({ group }) => group === id),
        );
  const group = { id: empty?.id ?? nextId++, name: name ?? nextName(groups.map((one) => one.name)) };
  project.set({
    groups: empty ? groups.map((one) => (one.id === group.id ? group : one)) : [...groups, group],
    sent: undefined,
  });
  void write(() => {});
  return group;
}

export function renameGroup(id: number, name: string): void {
  project.set({
    groups: project.get().groups.map((group) => (group.id === id ? { id, name } : group)),
    sent: undefined,
  });
  void write(() => {});
}

export function removeGroup(id: number): void {
  const gone = project.get().samples.filter(({ group }) => group === id);
  project.set({
    groups: project.get().groups.filter((group) => group.id !== id),
    samples: project.get().samples.filter(({ group }) => group !== id),
    sent: undefined,
  });
  void write((transaction) => {
    for (const sample of gone) transaction.objectStore('samples').delete(sample.id);
  });
}

export function addSamples(
  group: number,
  files: readonly { readonly name: string; readonly blob: Blob }[],
): void {
  const added = files.map(({ name, blob }) => ({ id: nextId++, group, name, blob }));
  project.set({ samples: [...project.get().samples, ...added], sent: undefined });
  void write((transaction) => {
    for (const sample of added) transaction.objectStore('samples').put(sample);
  });
}

export function removeSample(id: number): void {
  project.set({ samples: project.get().samples.filter((sample) => sample.id !== id), sent: undefined });
  void write((transaction) => transaction.objectStore('samples').delete(id));
}
