import type { BackendName, TensorInfo, TensorMap } from '../types.ts';

/** What a back end needs to know about the machine's share it may use. */
export interface BackendSessionOptions {
  /** Threads inside one inference. */
  readonly intraOpThreads: number;
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
  /** @param model absolute path of the ONNX graph, or its bytes */
  load(model: string | Uint8Array, options: BackendSessionOptions): Promise<BackendSession>;
}
