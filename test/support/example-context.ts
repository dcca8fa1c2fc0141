/**
 * What the examples in comments may take for granted: a program's own variables, and functions of neighbours. Here they
 * are compiled; `example-runtime.ts` is for those that run.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { loadDeploySettings } from '../../src/deploy/hand-over/settings.ts';
import {
  type Classifier,
  createEngine,
  type Detector,
  type Embedder,
  type Engine,
  evaluateClassifier,
  type LocalModel,
  load,
  loadLocal,
  type Manifest,
  type Moderator,
  openModelStore,
  openVideo,
  PictorError,
  parseYoloText,
  readSequences,
  type Session,
  type TensorMap,
  track,
} from '../../src/index.ts';
import { requestBody } from '../../src/load-test/request-body.ts';
import { resolveLabels } from '../../src/models/labels/index.ts';
import { decodeModel } from '../../src/models/onnx/decode.ts';
import { platformOf } from '../../src/platforms/registry.ts';
import type { Gateway, GatewayRequest } from '../../src/platforms/shared/gateway.ts';
import { type App, createApp } from '../../src/server/index.ts';
import type { KeyRing } from '../../src/server/keys/types.ts';
import type { FineTuneInput } from '../../src/training/fine-tune/types.ts';
import type { Differentiable } from '../../src/training/gradients/tape.ts';

export {
  createApp,
  createEngine,
  decodeModel,
  evaluateClassifier,
  load,
  loadDeploySettings,
  loadLocal,
  openModelStore,
  openVideo,
  PictorError,
  parseYoloText,
  platformOf,
  readFile,
  readSequences,
  requestBody,
  resolveLabels,
  track,
  writeFile,
};

export declare const engine: Engine;
export declare const session: Session;
export declare const model: LocalModel;
export declare const manifest: Manifest;
export declare const store: ReturnType<typeof openModelStore>;
export declare const classifier: Classifier;
export declare const detector: Detector;
export declare const moderator: Moderator;
export declare const embedder: Embedder;
export declare const bytes: Uint8Array<ArrayBuffer>;
export declare const jpeg: Uint8Array<ArrayBuffer>;
export declare const jpegBytes: Uint8Array<ArrayBuffer>;
export declare const base64: string;
/** As base64, in a request. */
export declare const picture: string;
export declare const fineTuneInput: FineTuneInput;
export declare const differentiable: Differentiable;
export declare const samples: readonly TensorMap[];
export declare const signal: AbortSignal;
/** Progress of a download, at the caller's. */
export declare function show(receivedBytes: number): void;

// Functions and servers.

export declare const app: App;
export declare const gateway: Gateway;
export declare const request: GatewayRequest;
export declare const event: unknown;
export declare const context: unknown;
export declare const keys: KeyRing;
export declare function handler(event: unknown, context: unknown): Promise<unknown>;
export declare function verifySignature(
  request: Request,
  body: Uint8Array,
  secret: string,
  now: number,
): void;
/** The fields of some client's body. */
export declare function parse(body: Uint8Array): { readonly image: string };
