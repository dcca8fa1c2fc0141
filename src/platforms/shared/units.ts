/** As vendors count archives. */
export const MB = 1_000_000;
/** As vendors count memory and payloads. */
export const MIB = 1024 * 1024;

/** What helps with an archive that is too large on every platform, a phrase. */
export const BY_URL = 'have the model fetched at the start (--model-url)';
