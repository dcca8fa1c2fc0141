/**
 * Containers: any platform that starts a process and sends it HTTP.
 *
 * @module
 */
export { type ContainerOptions, type ContainerServer, type ServableApp, serveContainer } from './handler.ts';
