/** To who reads: a chunk, the end with its trailers, or what the body failed with. */
export type ToReader =
  | { readonly chunk: Uint8Array }
  | { readonly end: readonly (readonly [string, string])[] | null }
  | { readonly error: unknown };

/** To who sends: bytes that may come on top of those before, or that no more are wanted. */
export type ToSender = { readonly credit: number } | { readonly cancel: unknown };

/** A MessagePort, also where only Node's types are there: they know it as a value. */
export type Port = InstanceType<typeof MessageChannel>['port1'];

/** The parts of a MessagePort that are used, of any runtime. */
export interface PortLike {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: string, listener: (event: MessageEvent) => void): void;
  removeEventListener(type: string, listener: (event: MessageEvent) => void): void;
  start(): void;
  close(): void;
}

/** Errors lose what they know when they are cloned: the code above all. */
export function packReason(reason: unknown): unknown {
  if (reason instanceof Error || (reason as Error | null)?.name !== undefined) {
    const { name, message, ...rest } = reason as Error;
    const known = Object.entries(rest).filter(([, value]) => /string|number/.test(typeof value));
    return { error: { name, message, ...Object.fromEntries(known) } };
  }
  return { value: reason };
}

/** What {@link packReason} made, as an Error of this realm with the same name and code, or the same value. */
export function unpackReason(packed: unknown): unknown {
  const { error, value } = packed as { error?: { message: string; name: string }; value?: unknown };
  if (error === undefined) return value;
  const { message, name, ...rest } = error;
  return Object.defineProperty(Object.assign(new Error(message), rest), 'name', {
    value: name,
    configurable: true,
    writable: true,
  });
}

/**
 * Stops listening. Only who got the last message closes: the other's close could overtake it (it does in workerd).
 */
export function leavePort(
  port: PortLike,
  listeners: { readonly message: (event: MessageEvent) => void; readonly close: () => void },
  close: boolean,
): void {
  port.removeEventListener('message', listeners.message);
  port.removeEventListener('close', listeners.close);
  if (close) port.close();
  else port.addEventListener('close', () => port.close());
}

/** Posts a reason; one that can't be cloned goes as text. */
export function postReason(port: PortLike, key: 'error' | 'cancel', reason: unknown): void {
  try {
    port.postMessage({ [key]: packReason(reason) }, []);
  } catch {
    port.postMessage({ [key]: { value: String(reason) } }, []);
  }
}
