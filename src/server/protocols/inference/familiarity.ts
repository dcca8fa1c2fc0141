import type { TensorMap } from '../../../engine/types.ts';
import { resolveLabels } from '../../../models/labels/index.ts';
import type { Manifest } from '../../../models/manifest/manifest.ts';
import { familiarityOf } from '../../../tasks/classify/familiarity.ts';

/** `parameters` of a response: the protocol allows single numbers, texts and truth values only. */
export interface FamiliarityParameters {
  /** A picture is unknown when its `distance` is larger. */
  readonly unknown_threshold: number;
  /** Of a single picture; those of several follow from the outputs. */
  readonly unknown?: boolean;
  /** Label of the nearest class of a single picture. */
  readonly nearest?: string;
}

/** The outputs that tell whether a picture is like those that the model was trained on. */
export function familiarityOutputs({ output }: Manifest): readonly string[] {
  if (output.decoder !== 'classification' || output.unknown === undefined) return [];
  return [output.unknown.distance, output.unknown.nearest];
}

/**
 * What those outputs say, for clients that read `parameters`.
 *
 * @throws MODEL_MANIFEST_INVALID when the graph lacks an output that the manifest names
 */
export function familiarityParameters(
  outputs: TensorMap,
  manifest: Manifest,
): FamiliarityParameters | undefined {
  const { output, labels } = manifest;
  if (output.decoder !== 'classification' || output.unknown === undefined) return undefined;
  const { threshold, distance } = output.unknown;
  if (outputs[distance]?.data.length !== 1) return { unknown_threshold: threshold };
  const found = familiarityOf(outputs, manifest, labels === undefined ? [] : resolveLabels(labels));
  return {
    unknown_threshold: threshold,
    ...(found && { unknown: found.unknown, nearest: found.nearest.label }),
  };
}
