import { texts } from '../base/texts.ts';

export const TEXTS = texts(
  {
    intro:
      'Everything that this server answers to. Where it asks for a key, send one as Authorization: Bearer … or X-Api-Key: ….',
    errors:
      'Errors are {"error": {"code", "message", "requestId"}}; answers to requests that came at a bad time carry Retry-After.',
    tags: {
      Recognition: 'Recognition',
      Training: 'Training',
      Jobs: 'Jobs',
      Streams: 'Cameras',
      Service: 'Service',
    } as Record<string, string>,
    noKey: 'no key',
    options: 'Options',
    body: 'Body',
    file: 'File',
    json: 'JSON',
    answer: 'Answer',
    tryIt: 'Try it',
    send: 'Send',
    sending: 'Sending …',
    required: 'required',
    code: 'Code',
    picture: 'The answer as a picture',
  },
  {
    intro: '此服务器提供的全部接口。需要密钥时，用 Authorization: Bearer … 或 X-Api-Key: … 发送。',
    errors: '错误的格式为 {"error": {"code", "message", "requestId"}}；可稍后重试的答复带有 Retry-After。',
    tags: {
      Recognition: '识别',
      Training: '训练',
      Jobs: '任务',
      Streams: '摄像头',
      Service: '服务',
    } as Record<string, string>,
    noKey: '无需密钥',
    options: '选项',
    body: '请求内容',
    file: '文件',
    json: 'JSON',
    answer: '答复',
    tryIt: '试一试',
    send: '发送',
    sending: '正在发送……',
    required: '必填',
    code: '代码',
    picture: '图片形式的答复',
  },
);
