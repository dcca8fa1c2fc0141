/**
 * The tasks, one row each: the library, the server and the command line read what they need of a task here.
 *
 * @module
 */
import type { Session } from '../engine/types.ts';
import type { Manifest, Task } from '../models/manifest/manifest.ts';
import { type Classifier, createClassifier } from './classify/classify.ts';
import { createDetector, type Detector } from './detect/detect.ts';
import { createEmbedder, type Embedder } from './embed/embed.ts';
import { createModerator, type Moderator } from './moderate/moderate.ts';
import type { Recognizer } from './recognizer.ts';

/** A classifier or a detector, asked for tags. */
export type Tagger = Classifier | Detector;

/** What does each task. */
export interface RecognizerByTask {
  readonly classify: Classifier;
  readonly detect: Detector;
  readonly tag: Tagger;
  readonly moderate: Moderator;
  readonly embed: Embedder;
}

/** What can be asked of a model: the tasks of manifests, and tags, which classifiers and detectors give. */
export type TaskName = keyof RecognizerByTask;

/** A recognizer in the hands of somebody who did not open it, and does not close it. */
export type BorrowedRecognizer<Name extends TaskName> = RecognizerByTask[Name] extends infer Whole
  ? Whole extends Recognizer
    ? Omit<Whole, Exclude<keyof Recognizer, 'model'>>
    : never
  : never;

/** Which model does a task when none is named. */
export type DefaultChoice =
  /** A model on this machine, the embedded one first. */
  | { readonly kind: 'local' }
  /** The default classifier, pulled where that is allowed; what fits stands in where there is none. */
  | {
      readonly kind: 'classifier';
      /** Tasks of the models that are asked first. */
      readonly models: readonly Task[];
      readonly standIn?: {
        readonly fits: (manifest: Manifest) => boolean;
        /** Completes a sentence: `the model centernet …`. */
        readonly role: string;
      };
    };

export interface TaskRow<Name extends TaskName> {
  /** Tasks of the manifests whose models do this one. */
  readonly models: readonly Task[];
  /** Address of the native HTTP API. */
  readonly route: `/v1/${string}`;
  readonly byDefault: DefaultChoice;
  /**
   * @param session of a model that does the task
   * @param close what `close()` does (default: closes the session)
   * @param featureTensor of a session that was opened with one
   */
  create(session: Session, close?: () => Promise<void>, featureTensor?: string): RecognizerByTask[Name];
}

export const TASKS: { readonly [Name in TaskName]: TaskRow<Name> } = {
  classify: {
    models: ['classify'],
    route: '/v1/classify',
    byDefault: { kind: 'classifier', models: ['classify'] },
    create: createClassifier,
  },
  detect: {
    models: ['detect'],
    route: '/v1/detect',
    byDefault: { kind: 'local' },
    create: createDetector,
  },
  tag: {
    models: ['classify', 'detect'],
    route: '/v1/tag',
    byDefault: {
      kind: 'classifier',
      models: ['classify'],
      standIn: { fits: ({ task }) => task === 'detect', role: 'answers as a tagger' },
    },
    create: (session, close) =>
      session.model.manifest.task === 'detect'
        ? createDetector(session, close)
        : createClassifier(session, close),
  },
  moderate: {
    models: ['moderate'],
    route: '/v1/moderate',
    byDefault: { kind: 'local' },
    create: createModerator,
  },
  embed: {
    models: ['embed', 'classify'],
    route: '/v1/embed',
    byDefault: {
      kind: 'classifier',
      models: ['embed', 'classify'],
      standIn: { fits: ({ embedding }) => embedding !== undefined, role: 'gives the features' },
    },
    create: (session, close, featureTensor = '') => createEmbedder(session, featureTensor, close),
  },
};

/** The names of all tasks, in the order of the documentation. */
export const TASK_NAMES = Object.keys(TASKS) as TaskName[];

/** Every task that a session can do, by name. */
export type Abilities = { readonly [Name in TaskName]?: BorrowedRecognizer<Name> | undefined };

/**
 * What one session can do: its model's tasks, and embedding where it was opened with a feature tensor.
 *
 * @param session to be closed by whoever opened it
 * @param featureTensor an extra output that only embedding asks for
 */
export function abilitiesOf(session: Session, featureTensor: string | undefined): Abilities {
  const { task } = session.model.manifest;
  const plain = featureTensor === undefined ? session : withoutOutput(session, featureTensor);
  const abilities: { -readonly [Name in TaskName]?: BorrowedRecognizer<Name> } = {};
  const add = <Name extends TaskName>(name: Name) => {
    if (name === 'embed' ? featureTensor === undefined : !TASKS[name].models.includes(task)) return;
    const recognizer: RecognizerByTask[Name] = TASKS[name].create(
      name === 'embed' ? session : plain,
      undefined,
      featureTensor,
    );
    abilities[name] = recognizer as BorrowedRecognizer<Name>;
  };
  for (const name of TASK_NAMES) add(name);
  return abilities;
}

/** The session as it would be without an extra output: what nobody asked for is not copied out of the worker. */
export function withoutOutput(session: Session, tensor: string): Session {
  const outputs = session.outputs.filter(({ name }) => name !== tensor);
  if (outputs.length === session.outputs.length || outputs.length === 0) return session;
  const names = outputs.map(({ name }) => name);
  return {
    model: session.model,
    backend: session.backend,
    get state() {
      return session.state;
    },
    inputs: session.inputs,
    outputs,
    ...(session.limits && { limits: session.limits }),
    infer: (picture, options) => session.infer(picture, { outputs: names, ...options }),
    run: (feeds, options) => session.run(feeds, { outputs: names, ...options }),
    close: () => session.close(),
    [Symbol.asyncDispose]: () => session.close(),
  };
}
