/**
 * Stands for a promise where none is needed: what is waited for comes by a call. Whoever passes it on by `then` gives the
 * same, so it runs through a chain of operators without a turn of the microtask queue.
 */
// biome-ignore lint/suspicious/noThenProperty: it has to be taken for a promise
export const later: Promise<never> = { then: () => later } as unknown as Promise<never>;
