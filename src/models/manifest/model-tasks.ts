/** Every task that a manifest can name. On its own, so that a list of them costs no schema library. */
export const MODEL_TASKS = ['classify', 'detect', 'moderate', 'embed'] as const;
