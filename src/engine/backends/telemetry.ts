/**
 * Switches off onnxruntime's telemetry, which since 1.29 is on by default on Linux: it writes below the home directory
 * and looks up a collector's host name at the first session. The library reads the environment of the process, so this
 * must run on the main thread (the `process.env` of a worker thread is a copy) before the first session.
 */
export function disableTelemetry(): void {
  process.env.ORT_DISABLE_TELEMETRY = '1';
}
