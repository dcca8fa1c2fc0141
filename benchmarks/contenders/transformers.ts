/** transformers.js with its own image-classification pipeline, on a folder laid out as it wants it. */
import type { Contender } from './contender.ts';
import { layOutForTransformers } from './transformers-folder.ts';

/** What is used of the library; it is installed beside the benchmarks only. */
interface Transformers {
  readonly env: { readonly version: string; allowRemoteModels: boolean; localModelPath: string };
  readonly RawImage: { fromBlob(blob: Blob): Promise<unknown> };
  pipeline(task: 'image-classification', model: string, options: object): Promise<Pipeline>;
}

interface Pipeline {
  (image: unknown, options: { readonly top_k: number }): Promise<readonly { readonly label: string }[]>;
  dispose(): Promise<void>;
}

const LIBRARY: string = '@huggingface/transformers';

export async function createContender(): Promise<Contender> {
  const { env, pipeline, RawImage } = (await import(LIBRARY)) as Transformers;
  let close = async () => {};
  return {
    name: 'transformers.js',
    version: `${LIBRARY} ${env.version}`,
    async load(model, { cores }) {
      const { root, name } = await layOutForTransformers(model);
      env.allowRemoteModels = false;
      env.localModelPath = root;
      const classify = await pipeline('image-classification', name, {
        device: 'cpu',
        dtype: 'fp32',
        session_options: { intraOpNumThreads: cores },
      });
      close = () => classify.dispose();
      return async (jpeg) => {
        const image = await RawImage.fromBlob(new Blob([Buffer.from(jpeg)]));
        const answer = await classify(image, { top_k: 5 });
        return answer.map(({ label }) => Number(label));
      };
    },
    close: () => close(),
  };
}
