/**
 * Detector heads by the name that manifests use.
 *
 * @module
 */
import { PictorError } from '../../../errors.ts';
import type { OutputSpec } from '../../../models/manifest/manifest.ts';
import { centernet } from './centernet.ts';
import { nanodet } from './nanodet.ts';
import { retinanet } from './retinanet.ts';
import { ssd } from './ssd.ts';
import { ssdRaw } from './ssd-raw.ts';
import type { Candidate, DecodeContext, Decoder } from './types.ts';
import { yolov3 } from './yolov3.ts';
import { yolov3Nms } from './yolov3-nms.ts';
import { yolov5 } from './yolov5.ts';
import { yolov8 } from './yolov8.ts';
import { yolov10 } from './yolov10.ts';
import { yolox } from './yolox.ts';

type DetectorOutput = Extract<OutputSpec, { parameters: unknown }>;

/** A decoder with its parameters filled in. */
export interface BoundDecoder {
  readonly space: 'input' | 'original';
  readonly suppress: boolean;
  /** Default overlap above which the weaker box goes. */
  readonly iouThreshold: number;
  decode(context: Omit<DecodeContext<unknown>, 'parameters'>): Candidate[];
}

type Binder = (parameters: Readonly<Record<string, unknown>>) => BoundDecoder;

function bind<Parameters>(decoder: Decoder<Parameters>): Binder {
  return ({ iouThreshold = decoder.iouThreshold ?? 0.5, ...rest }) => {
    const parsed = decoder.parameters.safeParse(rest);
    if (!parsed.success || typeof iouThreshold !== 'number' || !(iouThreshold >= 0 && iouThreshold <= 1)) {
      const issue = parsed.error?.issues[0];
      throw new PictorError('MODEL_MANIFEST_INVALID', {
        expected: `parameters of the decoder ${decoder.name}`,
        received: issue
          ? `${issue.path.join('.')}: ${issue.message}`
          : `iouThreshold ${String(iouThreshold)}`,
      });
    }
    const { space, suppress } = decoder;
    const parameters = parsed.data;
    return { space, suppress, iouThreshold, decode: (context) => decoder.decode({ ...context, parameters }) };
  };
}

const BINDERS: Readonly<Record<DetectorOutput['decoder'], Binder>> = {
  centernet: bind(centernet),
  ssd: bind(ssd),
  'ssd-raw': bind(ssdRaw),
  retinanet: bind(retinanet),
  yolov3: bind(yolov3),
  'yolov3-nms': bind(yolov3Nms),
  yolov5: bind(yolov5),
  yolov8: bind(yolov8),
  yolov10: bind(yolov10),
  yolox: bind(yolox),
  nanodet: bind(nanodet),
};

/**
 * The decoder that a manifest names, with its parameters checked. `parameters.iouThreshold` is common to all.
 *
 * @throws MODEL_MANIFEST_INVALID
 */
export function decoderOf(output: OutputSpec): BoundDecoder {
  if ('parameters' in output) return BINDERS[output.decoder](output.parameters);
  throw new PictorError('MODEL_TASK_MISMATCH', { expected: 'a detector', received: output.decoder });
}
