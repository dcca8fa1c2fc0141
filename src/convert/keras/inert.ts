import { PictorError } from '../../errors.ts';
import { isRecord } from '../tfjs/is-record.ts';
import { damagedKeras } from './problem.ts';

/** Layers whose configuration is a program. */
const PROGRAMS = new Set(['Lambda', 'TFSMLayer', 'TFOpLambda', 'SlicingOpLambda', 'TensorFlowOpLayer']);
const KERAS = /^(keras|tf_keras|tensorflow\.(python\.)?keras)(\.|$|_)/;
const MAX_VALUES = 5_000_000;

/**
 * Refuses configurations that Keras would run as programs, however deep they lie.
 *
 * @throws CONVERT_OP_UNSUPPORTED naming them
 */
export function requireInert(config: unknown): void {
  const found = new Set<string>();
  const open: unknown[] = [config];
  let left = MAX_VALUES;
  for (let value = open.pop(); value !== undefined || open.length > 0; value = open.pop()) {
    left--;
    if (left < 0) throw damagedKeras(`a configuration of more than ${MAX_VALUES} values`);
    if (Array.isArray(value)) for (const each of value) open.push(each ?? null);
    if (!isRecord(value)) continue;
    const { class_name: kind, module } = value;
    const name = isRecord(value['config']) ? value['config']['name'] : value['name'];
    const label = `${String(kind).slice(0, 100)}${typeof name === 'string' ? ` (${name.slice(0, 100)})` : ''}`;
    if (typeof kind === 'string' && PROGRAMS.has(kind)) found.add(label);
    if (typeof kind === 'string' && typeof module === 'string' && module !== '' && !KERAS.test(module)) {
      found.add(`${label} of the module ${module.slice(0, 100)}`);
    }
    for (const each of Object.values(value)) open.push(each ?? null);
  }
  if (found.size === 0) return;
  throw new PictorError('CONVERT_OP_UNSUPPORTED', {
    expected: 'layers of Keras, whose configuration is data',
    received: `${[...found].slice(0, 20).join(', ')}, which ${found.size === 1 ? 'is a program' : 'are programs'}`,
    fix: 'Rebuild the model with layers of Keras in their place (Rescaling for a Lambda that scales), load its weights and save it again',
  });
}
