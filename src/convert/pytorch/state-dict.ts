/**
 * Finds the weights in whatever a training program saved around them.
 *
 * @module
 */
import { PictorError } from '../../errors.ts';
import { readSafetensors } from '../safetensors/read-safetensors.ts';
import type { ByteSource } from '../source/byte-source.ts';
import type { FileFormat } from '../source/format.ts';
import { readTorchStream } from './containers/stream.ts';
import { readTorchTar } from './containers/tar.ts';
import type { TorchFile } from './containers/types.ts';
import { readTorchZip } from './containers/zip.ts';
import { isGlobal, isObject, type PickleDict, type PickleValue } from './pickle.ts';
import { moreThanWeights } from './problem.ts';
import { sizeOf, type TorchTensor } from './tensor.ts';

/** Weights by key, without the wrappers around them. */
export interface StateDict {
  readonly format: string;
  readonly tensors: ReadonlyMap<string, TorchTensor>;
  /** Numbers of all tensors. */
  readonly values: number;
}

/** Keys under which programs keep the weights of a checkpoint, the best weights first. */
const WRAPPERS = [
  'ema_state_dict',
  'state_dict',
  'model_state_dict',
  'model_state',
  'state_dict_ema',
  'model_ema',
  'ema',
  'model',
  'net',
  'network',
  'params_ema',
  'params',
  'weights',
  'module',
];

/** What training programs put before the keys of the model. */
const PREFIXES = ['module.', '_orig_mod.', 'model.', 'net.', 'network.', 'ema.'];
const MAX_TENSORS = 100_000;
const MAX_DEPTH = 4;

/** Keys under which training programs keep other things than weights. */
const NO_WEIGHTS = /optim|sched|scaler|param_groups|args|config|hyper|loss|metric|callback|state$/i;

/** What a pickle has no honest reason to import. */
const HOSTILE =
  /^(os|posix|nt|subprocess|sys|socket|shutil|runpy|importlib|ctypes|pickle|_pickle|marshal|code|codeop|pty|commands|webbrowser|http|urllib|requests|asyncio|multiprocessing|signal|pip|pdb|bdb|timeit|cProfile|profile|doctest|operator|zipimport|pydoc|torch\.hub|torch\.jit|torch\.load|torch\.package|numpy\.testing|numpy\.load|pandas)\b|^(builtins|__builtin__)\.(eval|exec|execfile|compile|open|getattr|setattr|__import__|apply|breakpoint|input|globals|locals|vars|map|filter|print)$/;

/**
 * Reads the weights of a PyTorch or safetensors file.
 *
 * @throws CONVERT_INPUT_INVALID when the file is damaged
 * @throws FEATURE_UNSUPPORTED for whole modules, programs, and pickles that would run something
 */
export function readStateDict(source: ByteSource, format: FileFormat): StateDict {
  if (format === 'safetensors') return describe('safetensors', readSafetensors(source));
  const file = readContainer(source, format);
  const hostile = [...file.globals].filter((name) => HOSTILE.test(name));
  if (hostile.length > 0) {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      expected: 'a file of weights',
      received: `a pickle that would run ${hostile.slice(0, 5).join(', ')} in Python. Nothing of it was run`,
      fix: 'Do not load this file with torch.load either; get the weights from a source that you trust',
    });
  }
  const found = findWeights(file, file.value, new Set());
  if (found) return describe(file.format, found);
  if (file.tensorOf(file.value, 'tensor')) throw moreThanWeights('a tensor alone, without a name');
  const modules = [...file.globals].filter((name) =>
    /^(__main__|torch\.nn\.modules|torchvision\.models|models|ultralytics)\b/.test(name),
  );
  const kind = isObject(file.value) && isGlobal(file.value.callable) ? file.value.callable.name : modules[0];
  if (kind !== undefined)
    throw moreThanWeights(`a whole module (${kind}), which only its own program can open`);
  if ([...file.globals].some((name) => name.startsWith('torch._utils._rebuild'))) {
    throw moreThanWeights('tensors without names, which tell no layer from another');
  }
  throw moreThanWeights(`a ${file.format} file without tensors`);
}

function readContainer(source: ByteSource, format: FileFormat): TorchFile {
  if (format === 'pytorch-zip') return readTorchZip(source);
  return format === 'pytorch-tar' ? readTorchTar(source) : readTorchStream(source);
}

function describe(format: string, found: ReadonlyMap<string, TorchTensor>): StateDict {
  const tensors = withoutPrefixes(found);
  const values = [...tensors.values()].reduce((sum, tensor) => sum + sizeOf(tensor), 0);
  return { format, tensors, values };
}

function findWeights(
  file: TorchFile,
  value: PickleValue,
  seen: Set<PickleValue>,
  depth = 0,
): ReadonlyMap<string, TorchTensor> | undefined {
  // Dictionaries may contain themselves, and each other many times.
  if (depth > MAX_DEPTH || !(value instanceof Map) || seen.has(value)) return undefined;
  seen.add(value);
  const own = tensorsIn(file, value);
  if (own.size > 0 && own.size >= value.size / 2) return own;
  for (const key of WRAPPERS) {
    const inner = value.get(key);
    const found = inner === undefined ? undefined : findWeights(file, inner, seen, depth + 1);
    if (found) return found;
  }
  if (own.size > 0) return own;
  const others = [...value].filter(([key]) => typeof key === 'string' && !NO_WEIGHTS.test(key));
  const found = others.flatMap(([, inner]) => findWeights(file, inner, seen, depth + 1) ?? []);
  return found.toSorted((a, b) => b.size - a.size)[0];
}

function tensorsIn(file: TorchFile, dict: PickleDict): ReadonlyMap<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>();
  for (const [key, value] of dict) {
    if (typeof key !== 'string' || tensors.size >= MAX_TENSORS) continue;
    const tensor = file.tensorOf(value, key);
    if (tensor) tensors.set(key, tensor);
  }
  return tensors;
}

/**
 * What all keys begin with says how the model was wrapped, not what it is. Behind a usual prefix, what else a training
 * program saved (metrics, losses) goes.
 */
function withoutPrefixes(tensors: ReadonlyMap<string, TorchTensor>): ReadonlyMap<string, TorchTensor> {
  const keys = [...tensors.keys()];
  const [first = ''] = keys;
  const shared = first.slice(0, first.indexOf('.') + 1);
  const prefix =
    shared !== '' && !/^\d+\.$/.test(shared) && keys.every((key) => key.startsWith(shared))
      ? shared
      : PREFIXES.find((each) => keys.filter((key) => key.startsWith(each)).length > keys.length / 2);
  // A single layer is named by its prefix.
  if (prefix === undefined || keys.length < 3) return tensors;
  return withoutPrefixes(
    new Map(
      [...tensors]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), value]),
    ),
  );
}
