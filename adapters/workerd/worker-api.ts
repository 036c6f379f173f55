/** The context of a request in workerd. */
export interface WorkerContext {
  waitUntil(promise: Promise<unknown>): void;
}

/** What a handler gets as `info.native` in workerd. */
export interface WorkerNative<Env = unknown> {
  readonly env: Env;
  readonly ctx: WorkerContext;
}
