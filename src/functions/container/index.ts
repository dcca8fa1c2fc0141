/**
 * Containers: any platform that starts a process and sends it HTTP.
 *
 * @module
 */
export { type ClosableApp, type ContainerOptions, type ContainerServer, serveContainer } from './handler.ts';
