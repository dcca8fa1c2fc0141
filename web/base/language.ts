/** Of the page. */
export type Language = 'en' | 'zh';
