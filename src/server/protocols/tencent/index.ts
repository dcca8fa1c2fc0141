export { createTencentProtocol } from './protocol.ts';
