/** The classes of the nsfwjs models, by what they mean for a reader. */
export const NSFW_PLACES = `
Safe: Drawing, Neutral
Suggestive: Sexy
Explicit: Hentai, Porn
`;
