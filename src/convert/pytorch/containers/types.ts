import type { PickleValue } from '../pickle.ts';
import type { TorchTensor } from '../tensor.ts';

/** What was pickled, and how its references are resolved. */
export interface TorchFile {
  /** The kind of container, for people. */
  readonly format: string;
  readonly value: PickleValue;
  /** Names that Python would import. */
  readonly globals: ReadonlySet<string>;
  /** The tensor that a value describes; undefined when it describes none. */
  readonly tensorOf: (value: PickleValue, name: string) => TorchTensor | undefined;
}
