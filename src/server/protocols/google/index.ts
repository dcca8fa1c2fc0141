export { createGoogleProtocol } from './protocol.ts';
