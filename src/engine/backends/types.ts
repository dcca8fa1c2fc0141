import type { BackendName, TensorInfo, TensorMap } from '../types.ts';

/** What a back end needs to know about the machine's share it may use. */
export interface BackendSessionOptions {
  /** Threads inside one inference. */
  readonly intraOpThreads: number;
  /** Where the library puts the graph as it has optimised it: an existing file. */
  readonly saveTo?: string;
  /** Whether the graph is such a file: it is mapped into memory as it is. */
  readonly optimised?: boolean;
}

/** A model loaded by one back end, on the thread that loaded it. */
export interface BackendSession {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /**
   * @param wanted names of graph outputs; all when absent
   */
  run(feeds: TensorMap, wanted?: readonly string[]): Promise<TensorMap>;
  dispose(): Promise<void>;
}

/** One inference library. */
export interface Backend {
  readonly name: BackendName;
  /**
   * Names what an optimised graph is optimised for: the library's version and the processor with its instruction sets.
   * Absent where the library keeps none.
   */
  readonly optimisesFor?: string;
  /** @param model absolute path of the ONNX graph, or its bytes */
  load(model: string | Uint8Array, options: BackendSessionOptions): Promise<BackendSession>;
}
