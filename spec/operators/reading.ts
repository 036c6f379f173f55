import { iterate } from '../../lib/mod.ts';

/** One turn of the event loop: what is ready has run. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Turns of the microtask queue. */
export async function turns(n: number): Promise<void> {
  for (let turn = 0; turn < n; turn++) await undefined;
}

export async function all<T>(stream: ReadableStream<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of stream) values.push(value);
  return values;
}

/** The values that came, and the error that ended them. */
export async function fate<T>(stream: ReadableStream<T>): Promise<{ got: T[]; error: unknown }> {
  const got: T[] = [];
  const read = async (): Promise<void> => {
    for await (const value of stream) got.push(value);
  };
  return { got, error: await read().catch((error) => error) };
}

/** The same, where only the size of the chunks matters. */
export async function read(stream: ReadableStream<Uint8Array>): Promise<{ got: number[]; error: unknown }> {
  const { got, error } = await fate(stream);
  return { got: got.map(({ byteLength }) => byteLength), error };
}

export async function sizes(stream: ReadableStream<Uint8Array>): Promise<number[]> {
  const all: number[] = [];
  for await (const chunk of iterate(stream)) all.push(chunk.byteLength);
  return all;
}

/** What a promise has come to so far. */
export function outcome(promise: Promise<unknown>): { error?: unknown; value?: unknown } {
  const seen: { error?: unknown; value?: unknown } = {};
  promise.then(
    (value) => {
      seen.value = value;
    },
    (error) => {
      seen.error = error;
    },
  );
  return seen;
}
