/** Names in a deployment folder. */
export const ARCHIVE = 'function.zip';
export const FOLDER = 'function';
