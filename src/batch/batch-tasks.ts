/** Tasks that a batch can do. On their own, so that a list of them costs no schema library. */
export const BATCH_TASKS = ['classify', 'tag', 'detect', 'moderate', 'embed'] as const;
