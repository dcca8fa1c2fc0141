import { createHash } from 'node:crypto';
import { type Manifest, manifestSchema } from '../models/manifest/manifest.ts';
import type { PreparedData } from './data/prepare-data.ts';
import type { TappedBackbone } from './features/choose-taps.ts';
import type { FittedModel } from './fit-model.ts';
import { OUTPUTS } from './graph/classifier-graph.ts';
import { FEATURES } from './graph/feature-graph.ts';
import type { Measures } from './report/measures.ts';

/** What the manifest of a trained model is made of. */
export interface Described {
  readonly id: string;
  readonly backbone: TappedBackbone;
  readonly backboneName: string;
  readonly data: PreparedData;
  readonly fitted: FittedModel;
  readonly measures: Measures;
  readonly knownShare: number;
  readonly version?: number;
}

/** The manifest of a trained model: the backbone's input recipe, the user's classes, what tells unknown pictures. */
export function describeManifest(model: Uint8Array, described: Described): Manifest {
  const { id, backbone, backboneName, data, fitted, measures, version } = described;
  const { manifest } = backbone.model;
  const trained = data.pictures.filter(({ part }) => part === 'train').length;
  const constants = new Set(backbone.graph.graph.initializers.map(({ name }) => name));
  const input =
    manifest.input.name ?? backbone.graph.graph.inputs.find(({ name }) => !constants.has(name))?.name;
  return manifestSchema.parse({
    id,
    title: `${data.classes.length} classes, trained on ${trained} pictures`,
    task: 'classify',
    files: [
      {
        path: 'model.onnx',
        sha256: createHash('sha256').update(model).digest('hex'),
        bytes: model.byteLength,
      },
    ],
    input: { ...manifest.input, name: input },
    output: {
      decoder: 'classification',
      name: OUTPUTS.scores,
      softmax: 'inside',
      thresholds: [...fitted.thresholds],
      unknown: {
        distance: OUTPUTS.distance,
        nearest: OUTPUTS.nearest,
        threshold: fitted.threshold,
        knownShare: described.knownShare,
      },
    },
    labels: { names: [...data.classes] },
    embedding: { tensor: FEATURES, size: fitted.bank.rows.length / fitted.bank.classes.length },
    licence: manifest.licence,
    source: `trained here on the features of ${backboneName} (${manifest.source})`,
    accuracy: {
      top1: measures.top1,
      top5: measures.top5,
      note: `on ${measures.n} pictures of the ${data.heldOut} part that were not trained on`,
    },
    ...(version !== undefined && { version }),
    provenance: {
      format: 'training',
      sourceSha256: manifest.files[0]?.sha256 ?? '',
      converter: 'pictor train',
      note: `${fitted.head.kind} head on ${backboneName}`,
    },
  });
}
