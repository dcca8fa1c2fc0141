/**
 * Pictor as an HTTP service.
 *
 * @module
 */
export { type App, createApp } from './app.ts';
export type { AppOptions, JobsInput, KeysInput } from './app-options.ts';
export {
  type Configuration,
  type ConfigurationInput,
  type ConfigurationSources,
  loadConfiguration,
} from './configuration/index.ts';
export type { CorsOptions } from './http/cors.ts';
export { type Listener, type ListenOptions, listen } from './http/listen.ts';
export type { RequestInfo } from './http/request-info.ts';
export type { JobManager, NewJob } from './jobs/job-manager.ts';
export {
  DEFAULT_JOB_LIMITS,
  type Job,
  type JobContext,
  type JobKind,
  type JobLimits,
  type JobLimitsInput,
  type JobProgress,
} from './jobs/types.ts';
export type { KeyInput } from './keys/key-file.ts';
export { DEFAULT_SERVER_LIMITS, type ServerLimits, type ServerLimitsInput } from './limits.ts';
export type { LoadedModel, ModelLoader, Recognizers } from './models/types.ts';
export type { Logger } from './observe/logger.ts';
export { createLogger, type LoggerOptions } from './observe/pino-logger.ts';
export type { Protocol, ProtocolContext } from './protocols/types.ts';
export { type RunningServer, type ServeOptions, serve, serveConfiguration } from './serve.ts';
