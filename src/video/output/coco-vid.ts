import type { SourceInfo } from '../types.ts';
import { FileLines } from './file-lines.ts';
import type { ResultWriter } from './result-writer.ts';

/**
 * COCO-VID: a COCO file whose pictures are frames and whose boxes have `instance_id` and `track_id`. The boxes are
 * written as they come; the list of pictures waits in a file of its own.
 */
export async function cocoVidWriter(path: string, source: SourceInfo): Promise<ResultWriter> {
  const file = new FileLines(path);
  const images = new FileLines(`${path}.images`);
  const categories = new Map<string, number>();
  const tracks = new Map<number, number>();
  let [imageId, annotationId] = [0, 0];
  const video = { id: 1, name: source.name, width: source.width, height: source.height };
  await file.write(
    `{"info":{"description":"made by pictor video"},"videos":[${JSON.stringify(video)}],"annotations":[`,
  );
  return {
    async write({ frame, time, width, height, objects }) {
      imageId += 1;
      const image = {
        id: imageId,
        video_id: 1,
        frame_id: frame,
        file_name: `${source.name}#${frame}`,
        width,
        height,
        time,
      };
      await images.write(`${JSON.stringify(image)}\n`);
      for (const { id, label, score, box } of objects) {
        annotationId += 1;
        const category = categories.get(label) ?? categories.size + 1;
        categories.set(label, category);
        if (id !== undefined) tracks.set(id, category);
        const bbox = [box.x, box.y, box.width, box.height].map((value) => Number(value.toFixed(2)));
        const annotation = {
          id: annotationId,
          image_id: imageId,
          video_id: 1,
          category_id: category,
          ...(id !== undefined && { instance_id: id, track_id: id }),
          bbox,
          area: Number((box.width * box.height).toFixed(2)),
          iscrowd: 0,
          score: Number(score.toFixed(4)),
        };
        await file.write(`${annotationId > 1 ? ',' : ''}\n${JSON.stringify(annotation)}`);
      }
    },
    async finish() {
      await file.write('\n],"images":[');
      let first = true;
      if (imageId > 0) {
        for await (const line of images.lines()) {
          await file.write(`${first ? '' : ','}\n${line}`);
          first = false;
        }
      }
      const list = [...tracks].map(([id, category]) => ({ id, category_id: category, video_id: 1 }));
      const names = [...categories].map(([name, id]) => ({ id, name }));
      await file.write(`\n],"tracks":${JSON.stringify(list)},"categories":${JSON.stringify(names)}}\n`);
      await file.finish();
      await images[Symbol.asyncDispose]();
    },
    async [Symbol.asyncDispose]() {
      await file[Symbol.asyncDispose]();
      await images[Symbol.asyncDispose]();
    },
  };
}
