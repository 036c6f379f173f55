/** Below this nothing is owed to the others. */
const SMALL = 32 * 1024;
/** Bytes that may go out in one turn of the event loop before the others have theirs. */
const TURN = 1024 * 1024;

/** Hears what was taken at once. A promise: the others have their turn first. */
export type Took = (chunks: readonly Uint8Array[]) => void | Promise<void>;

/**
 * What is taken at once would else keep the event loop from everyone: a fast reader of an endless body for ever.
 *
 * @param soon Calls back when the others have had their turn.
 */
export function inTurns(soon: (callback: () => void) => void): Took {
  let bytes = 0;
  let turn: Promise<void> | undefined;
  return (chunks) => {
    for (const chunk of chunks) bytes += chunk.byteLength;
    if (bytes < SMALL) return undefined;
    turn ??= new Promise((resolve) => {
      soon(() => {
        turn = undefined;
        bytes = 0;
        resolve();
      });
    });
    return bytes < TURN ? undefined : turn;
  };
}
