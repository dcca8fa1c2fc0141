export { createHuaweiProtocol } from './protocol.ts';
