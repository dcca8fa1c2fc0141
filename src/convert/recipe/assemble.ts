import type { Manifest } from '../../models/manifest/manifest.ts';
import { encodeModelParts } from '../../models/onnx/encode.ts';
import type { OnnxGraph } from '../../models/onnx/types.ts';
import type { Doubt } from './describe.ts';

/** An ONNX file in parts, so that a large model is not held twice while it is written. */
export type OnnxParts = readonly Uint8Array[];

/** A converted model: its file, its manifest, and what is not certain. */
export interface Converted {
  readonly parts: OnnxParts;
  /** The parts in one piece, joined when asked for. */
  readonly model: Uint8Array;
  readonly manifest: Manifest;
  readonly doubts: readonly Doubt[];
}

/** Writes a graph as a file. */
export function assemble(graph: OnnxGraph): OnnxParts {
  return encodeModelParts({
    irVersion: 8,
    opsets: [{ domain: '', version: 17 }],
    producerName: 'pictor',
    producerVersion: '',
    domain: '',
    modelVersion: 0,
    docString: '',
    graph,
    metadata: [],
  });
}

export function converted(parts: OnnxParts, manifest: Manifest, doubts: readonly Doubt[] = []): Converted {
  return {
    parts,
    manifest,
    doubts,
    get model() {
      const [only] = parts;
      return only && parts.length === 1 ? only : Buffer.concat(parts);
    },
  };
}
