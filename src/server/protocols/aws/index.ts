export { createAwsProtocol } from './protocol.ts';
