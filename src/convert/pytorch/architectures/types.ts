import type { ManifestInput } from '../../../models/manifest/manifest.ts';
import type { PixelRange } from '../../recipe/pixels.ts';
import type { TorchGraph, TorchValue } from '../torch-graph.ts';

/** What an architecture's graph gives. */
export interface TorchOutput {
  readonly name: string;
  readonly value: TorchValue;
  /** Lengths; the batch and what depends on the picture's size are names. */
  readonly dims: readonly (number | string)[];
}

/** How pictures are fed to an architecture. */
export interface TorchInput {
  readonly width: number;
  readonly height: number;
  readonly pixels: PixelRange;
  readonly resize: NonNullable<ManifestInput['input']['resize']>;
  /** Whether the graph takes other sizes too. */
  readonly anySize?: boolean;
}

export interface TorchOptions {
  /** Height and width. */
  readonly side?: number | undefined;
  readonly classes: number;
  /** For Inception: whether the graph rescales normalised pixels itself, as torchvision's own weights want it. */
  readonly transformInput?: boolean | undefined;
}

/** An architecture that is known by the keys of its state dict. */
export interface TorchArchitecture {
  readonly id: string;
  readonly title: string;
  readonly task: 'classify' | 'detect';
  /** Whether a state dict with these keys is one. */
  readonly matches: (has: (key: string) => boolean) => boolean;
  /** Number of classes; anchors count for detectors. */
  readonly classesOf: (graph: TorchGraph) => number;
  readonly input: (options: TorchOptions) => TorchInput;
  readonly build: (graph: TorchGraph, x: TorchValue, options: TorchOptions) => readonly TorchOutput[];
  /** What the graph ends with. */
  readonly softmax?: 'inside' | 'outside';
  readonly labels?: readonly string[];
  /** The manifest's output for a detector. */
  readonly detection?: (
    options: TorchOptions & {
      readonly anchors?: readonly number[] | undefined;
      readonly labels?: readonly string[] | undefined;
    },
  ) => ManifestInput['output'];
  readonly remark?: string;
}
