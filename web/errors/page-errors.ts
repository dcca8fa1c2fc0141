import type { Language } from '../base/language.ts';

type Text = Readonly<Record<Language, { readonly title: string; readonly fix?: string }>>;

/** Failures that the page notices by itself. */
export const PAGE_ERRORS: Readonly<Record<string, Text>> = {
  offline: {
    en: {
      title: 'The server does not answer',
      fix: 'Check that it runs and that you are connected; the page tries again by itself.',
    },
    zh: { title: '服务器没有响应', fix: '请确认服务器正在运行、网络已连接；页面会自动重试。' },
  },
  'not-a-picture': {
    en: {
      title: 'This file is not a picture',
      fix: 'Choose a JPEG, PNG, WebP, GIF, AVIF, TIFF or BMP file.',
    },
    zh: { title: '此文件不是图片', fix: '请选择 JPEG、PNG、WebP、GIF、AVIF、TIFF 或 BMP 文件。' },
  },
  heic: {
    en: {
      title: 'This server cannot read HEIC, the format of iPhone photographs',
      fix: 'Export the photograph as JPEG. On the iPhone: Settings, Camera, Formats, Most Compatible.',
    },
    zh: {
      title: '此服务器无法读取 HEIC（iPhone 照片的格式）',
      fix: '请把照片导出为 JPEG。在 iPhone 上：设置 → 相机 → 格式 → 兼容性最佳。',
    },
  },
  'too-many': {
    en: {
      title: 'Only the first 500 pictures were taken',
      fix: 'For more, use pictor classify with a folder, or pictor batch.',
    },
    zh: { title: '只取了前 500 张图片', fix: '更多图片请用 pictor classify 加文件夹，或 pictor batch。' },
  },
  'nothing-dropped': {
    en: {
      title: 'No picture came with this',
      fix: 'Save the picture and drop the file, or copy the picture (not its address) and paste it here.',
    },
    zh: {
      title: '拖放的内容里没有图片',
      fix: '请先保存图片再拖入文件，或复制图片（不是链接）后粘贴到这里。',
    },
  },
  'no-preview': {
    en: { title: 'The browser cannot show this picture' },
    zh: { title: '浏览器无法显示这张图片' },
  },
  'unexpected-answer': {
    en: {
      title: 'Something between the page and the server answered',
      fix: 'Look at the proxy or gateway in front of the server.',
    },
    zh: { title: '答复不是来自 Pictor 服务器', fix: '请检查服务器前面的代理或网关。' },
  },
  'camera-insecure': {
    en: {
      title: 'Browsers give the camera only to https pages and to localhost',
      fix: 'Open this page by https, or on the machine itself as http://localhost.',
    },
    zh: {
      title: '浏览器只允许 https 页面和 localhost 使用摄像头',
      fix: '请通过 https 打开此页面，或在本机用 http://localhost 打开。',
    },
  },
  'camera-denied': {
    en: {
      title: 'The camera is not permitted',
      fix: 'Allow it in the address bar of the browser and in the settings of the system, then try again.',
    },
    zh: { title: '没有摄像头权限', fix: '请在浏览器地址栏和系统设置中允许使用摄像头，然后重试。' },
  },
  'camera-missing': {
    en: { title: 'No camera was found', fix: 'Connect one, or choose a file.' },
    zh: { title: '没有找到摄像头', fix: '请连接摄像头，或改为选择文件。' },
  },
  'camera-busy': {
    en: { title: 'Another program uses the camera', fix: 'Close it and try again.' },
    zh: { title: '摄像头正被其他程序使用', fix: '请关闭该程序后重试。' },
  },
};
