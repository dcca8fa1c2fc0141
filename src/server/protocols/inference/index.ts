export { createInferenceProtocol } from './protocol.ts';
