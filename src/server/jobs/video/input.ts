import * as z from 'zod';

/** What is fixed when the job is made. */
export const videoInput = z.object({
  task: z.enum(['detect', 'classify', 'tag', 'moderate']).exactOptional(),
  model: z.string().exactOptional(),
  minScore: z.number().exactOptional(),
  include: z.array(z.string()).exactOptional(),
  exclude: z.array(z.string()).exactOptional(),
  fps: z.number().exactOptional(),
  track: z.boolean().exactOptional(),
  tracker: z.enum(['default', 'sort', 'bytetrack', 'ocsort']).exactOptional(),
  interval: z.number().exactOptional(),
  annotate: z.boolean().exactOptional(),
  lines: z.array(z.unknown()).exactOptional(),
  zones: z.array(z.unknown()).exactOptional(),
  /** Media type of the upload. */
  type: z.string().exactOptional(),
});

export type VideoInput = z.output<typeof videoInput>;
