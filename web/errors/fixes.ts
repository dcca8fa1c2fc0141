import type { Language } from '../base/language.ts';

/** What to do about errors that somebody at the page can meet and mend. */
export const FIXES: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  UNAUTHENTICATED: { en: 'Enter a valid key above.', zh: '请在上方输入有效的密钥。' },
  FORBIDDEN: {
    en: 'Use a key with this scope, or open the page at an address that the server permits.',
    zh: '请使用具有相应权限的密钥，或通过服务器允许的地址打开页面。',
  },
  RATE_LIMITED: { en: 'Wait a moment and try again.', zh: '请稍候再试。' },
  OVERLOADED: { en: 'Wait a moment and try again.', zh: '请稍候再试。' },
  MODEL_NOT_READY: { en: 'Wait until the model is loaded.', zh: '请等待模型加载完成。' },
  SERVER_STOPPING: { en: 'Wait until it is back.', zh: '请等待服务器恢复。' },
  IMAGE_TOO_LARGE: {
    en: 'Make the picture smaller, or raise limits.image.maxBytes on the server.',
    zh: '请缩小图片，或在服务器上调高 limits.image.maxBytes。',
  },
  BODY_TOO_LARGE: {
    en: 'Make the file smaller, or raise limits.maxBodyBytes on the server.',
    zh: '请缩小文件，或在服务器上调高 limits.maxBodyBytes。',
  },
  IMAGE_TOO_MANY_PIXELS: {
    en: 'Make the picture smaller, or raise limits.image.maxPixels on the server.',
    zh: '请缩小图片，或在服务器上调高 limits.image.maxPixels。',
  },
  IMAGE_FORMAT_UNSUPPORTED: {
    en: 'Choose a JPEG, PNG, WebP, GIF, AVIF, TIFF or BMP file.',
    zh: '请选择 JPEG、PNG、WebP、GIF、AVIF、TIFF 或 BMP 文件。',
  },
  IMAGE_CORRUPT: {
    en: 'The file is damaged or incomplete: save or download it again.',
    zh: '文件损坏或不完整，请重新保存或下载。',
  },
  IMAGE_EMPTY: { en: 'Choose another file.', zh: '请选择其他文件。' },
  IMAGE_URL_DISABLED: {
    en: 'Save the picture and choose the file, or start the server with --urls.',
    zh: '请保存图片后选择文件，或用 --urls 启动服务器。',
  },
  IMAGE_URL_FORBIDDEN: {
    en: 'Private addresses are never fetched: save the picture and choose the file.',
    zh: '服务器不会抓取内网地址，请保存图片后选择文件。',
  },
  IMAGE_URL_FAILED: {
    en: 'Open the address yourself, save the picture and choose the file.',
    zh: '请自行打开该地址，保存图片后选择文件。',
  },
  DATASET_INVALID: {
    en: 'Correct the pictures named below and train again.',
    zh: '请按下面的说明修正图片后重新训练。',
  },
  VIDEO_DECODER_MISSING: { en: 'Install ffmpeg on the server.', zh: '请在服务器上安装 ffmpeg。' },
  VIDEO_UNREADABLE: {
    en: 'Convert the clip to MP4 (H.264) or WebM and try again.',
    zh: '请把视频转换为 MP4（H.264）或 WebM 后重试。',
  },
  JOB_STORAGE_FULL: { en: 'Remove jobs that have ended, below.', zh: '请删除下方已结束的任务。' },
  FEATURE_UNSUPPORTED: {
    en: 'This server keeps no jobs: start it with `jobs.folder`.',
    zh: '此服务器未启用任务：请设置 jobs.folder 后启动。',
  },
  OPTION_INVALID: { en: 'Correct the value named below.', zh: '请修正下面提到的值。' },
};
