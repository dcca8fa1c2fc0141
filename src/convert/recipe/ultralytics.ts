/**
 * What Ultralytics writes into its exports: task, names, size. As properties of an ONNX file, as a text of Python or JSON at
 * the end of a TensorFlow Lite one, as `metadata.yaml` beside others.
 *
 * @module
 */
import { parse } from 'yaml';
import { PictorError } from '../../errors.ts';
import type { ManifestInput } from '../../models/manifest/manifest.ts';
import { isRecord } from '../tfjs/is-record.ts';

/** What an export says of itself. */
export interface Ultralytics {
  readonly task: 'detect' | 'classify';
  readonly names: readonly string[];
  /** Whether suppression happens inside the graph. */
  readonly endToEnd: boolean;
}

const MAX_TEXT = 4 * 1024 * 1024;
const MAX_NAMES = 100_000;

/** Letterbox of Ultralytics' predictor: grey 114, centred, OpenCV's bilinear. */
export const ULTRALYTICS_RESIZE = {
  rule: 'letterbox',
  kernel: 'opencv-bilinear',
  fill: [114, 114, 114],
  anchor: 'center',
  enlarge: true,
} as const satisfies ManifestInput['input']['resize'];

/** Reads the text of Python (`{'names': {0: 'person'}}`), which is YAML as well, JSON or YAML. */
export function parseUltralytics(text: string): Ultralytics | undefined {
  if (text.length > MAX_TEXT || !/\bnames\b/.test(text) || !/\btask\b/.test(text)) return undefined;
  return ultralyticsOf(safely(text));
}

/**
 * Reads the properties, whose values may be texts of Python themselves.
 *
 * @throws FEATURE_UNSUPPORTED for segmentation, poses and turned boxes
 */
export function ultralyticsOf(properties: unknown): Ultralytics | undefined {
  if (!isRecord(properties)) return undefined;
  const { task, names } = properties;
  if (typeof task !== 'string' || names === undefined) return undefined;
  const listed = typeof names === 'string' ? safely(names) : names;
  const values = Array.isArray(listed) ? listed : isRecord(listed) ? inOrder(listed) : undefined;
  if (values === undefined || values.length === 0 || values.length > MAX_NAMES) return undefined;
  if (task !== 'detect' && task !== 'classify') {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      expected: 'a model that classifies or detects',
      received: `one of Ultralytics for the task ${task.slice(0, 40)}`,
    });
  }
  const args = properties['args'];
  const options = typeof args === 'string' ? safely(args) : args;
  const nms = isRecord(options) && /^true$/i.test(String(options['nms']));
  const endToEnd = nms || /^true$/i.test(String(properties['end2end']));
  return { task, names: values.map(String), endToEnd };
}

function inOrder(names: Readonly<Record<string, unknown>>): unknown[] | undefined {
  const entries = Object.entries(names).map(([key, name]) => [Number(key), name] as const);
  const sorted = entries.toSorted(([a], [b]) => a - b);
  return sorted.every(([key], i) => key === i) ? sorted.map(([, name]) => name) : undefined;
}

function safely(text: string): unknown {
  if (text.length > MAX_TEXT) return undefined;
  try {
    return parse(text, { maxAliasCount: 0, logLevel: 'silent' });
  } catch {
    // Metadata are a courtesy.
    return undefined;
  }
}
