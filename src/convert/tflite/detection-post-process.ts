/**
 * `TFLite_Detection_PostProcess`, the end of most SSD models: boxes from anchors, then suppression. The graph computes the
 * boxes; suppression is the decoder's work, as for every other detector.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/lite/kernels/detection_postprocess.cc
 * @module
 */
import type { OnnxValueInfo } from '../../models/onnx/types.ts';
import type { Conversion } from './conversion.ts';
import { damaged } from './flatbuffer.ts';
import { readFlexMap } from './flexbuffer.ts';
import { ELEMENT_OF } from './ops/elementwise.ts';
import type { TfliteOperator, TfliteTensor } from './read-model.ts';

/** Name of the operation. */
export const DETECTION = 'custom TFLite_Detection_PostProcess';

const LAST_AXIS = 2;

/**
 * Writes boxes and scores in the order of YOLO v8: [1, 4 + classes, N], cx cy w h as fractions of the input.
 *
 * @throws CONVERT_INPUT_INVALID when the anchors, boxes and scores do not belong together
 */
export function beforePostProcess(
  conversion: Conversion,
  op: TfliteOperator,
): {
  readonly output: OnnxValueInfo;
  readonly detector: { readonly classes: number; readonly iouThreshold: number };
} {
  const { sink } = conversion;
  const options = readFlexMap(op.customOptions ?? new Uint8Array());
  const [boxes, scores, anchorTensor] = [0, 1, 2].map((n) => conversion.input(op, n));
  if (!boxes || !scores || !anchorTensor) throw damaged('a detector without boxes, scores and anchors');
  const anchors = anchorsOf(anchorTensor);
  const count = anchors.length / 4;
  const columns = scores.shape.at(-1) ?? 0;
  const classes = options.get('num_classes') ?? columns - 1;
  // Columns before the first class are the background.
  const background = columns - classes;
  const fits = boxes.shape.at(-2) === count && boxes.shape.at(-1) === 4 && scores.shape.at(-2) === count;
  if (!fits || classes < 1 || background < 0 || background > 1) {
    throw damaged(`a detector with ${count} anchors, boxes [${boxes.shape}] and scores [${scores.shape}]`);
  }
  const divisor = (name: string, usual: number) => options.get(name) || usual;
  const [sy, sx] = [divisor('y_scale', 10), divisor('x_scale', 10)];
  const [sh, sw] = [divisor('h_scale', 5), divisor('w_scale', 5)];
  const column = (k: number, factor: number) =>
    tensor(conversion, count, (i) => (anchors[4 * i + k] ?? 0) * factor);
  const raw = conversion.float(boxes);
  const part = (k: number) => slice(conversion, raw, k, k + 1);
  const centre = (k: number, of: number, size: number, scale: number) =>
    sink.node('Add', [sink.node('Mul', [part(k), column(size, 1 / scale)]), column(of, 1)]);
  const extent = (k: number, size: number, scale: number) =>
    sink.node('Mul', [sink.node('Exp', [sink.node('Div', [part(k), sink.floats(scale)])]), column(size, 1)]);
  // Anchors and encodings are y, x, height, width.
  const parts = [
    centre(1, 1, 3, sx),
    centre(0, 0, 2, sy),
    extent(3, 3, sw),
    extent(2, 2, sh),
    slice(conversion, conversion.float(scores), background, columns),
  ];
  const rows = sink.node('Concat', parts, { axis: LAST_AXIS });
  const name = sink.node('Transpose', [rows], { perm: [0, 2, 1] }, 'detections');
  return {
    output: { name, elementType: ELEMENT_OF.float32, dims: [1, 4 + classes, count] },
    detector: { classes, iouThreshold: options.get('nms_iou_threshold') ?? 0.6 },
  };
}

function slice({ sink }: Conversion, value: string, from: number, to: number): string {
  return sink.node('Slice', [value, sink.ints([from]), sink.ints([to]), sink.ints([LAST_AXIS])]);
}

function tensor({ sink }: Conversion, count: number, valueAt: (index: number) => number): string {
  const values = Float32Array.from({ length: count }, (_, i) => valueAt(i));
  return sink.constant('anchors', 'float32', [1, count, 1], new Uint8Array(values.buffer));
}

function anchorsOf({ data, type, quantization, shape, name }: TfliteTensor): Float32Array {
  const length = (shape[0] ?? 0) * 4;
  const known = type === 'float32' || ((type === 'uint8' || type === 'int8') && quantization !== undefined);
  if (!data || shape.length !== 2 || shape[1] !== 4 || !known) throw damaged(`${name} where anchors belong`);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [scale = 1, zero = 0] = [quantization?.scale[0], quantization?.zeroPoint[0]];
  return Float32Array.from({ length }, (_, i) => {
    if (type === 'float32') return view.getFloat32(4 * i, true);
    return scale * ((type === 'int8' ? view.getInt8(i) : view.getUint8(i)) - zero);
  });
}
