/**
 * Pictor as an HTTP service.
 *
 * @module
 */
export { type App, createApp } from './app.ts';
export type { AppOptions, KeysInput } from './app-options.ts';
export {
  type Configuration,
  type ConfigurationInput,
  type ConfigurationSources,
  loadConfiguration,
} from './configuration/index.ts';
export type { CorsOptions } from './cors.ts';
export type { KeyInput } from './keys/key-file.ts';
export { DEFAULT_SERVER_LIMITS, type ServerLimits, type ServerLimitsInput } from './limits.ts';
export { type Listener, type ListenOptions, listen } from './listen.ts';
export type { Logger } from './logger.ts';
export { createLogger, type LoggerOptions } from './pino-logger.ts';
export type { Protocol, ProtocolContext } from './protocols/types.ts';
export type { LoadedModel, ModelLoader, Recognizers } from './recognizers/types.ts';
export type { RequestInfo } from './request-info.ts';
export { type RunningServer, type ServeOptions, serve, serveConfiguration } from './serve.ts';
