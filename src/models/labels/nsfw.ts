/** The five classes of the nsfwjs models, in the order of their output. */
export const NSFW_TABLE = `
绘画|Drawing
色情动漫|Hentai
正常|Neutral
色情|Porn
性感|Sexy
`;
