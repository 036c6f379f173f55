/** Something that sends a frame when it is its turn, and asks for the next turn itself. */
export interface Sending {
  /** RFC 9218 section 4.1: 0 (first) to 7. */
  urgency: number;
  turn(): void;
}

/** Whose turn it is to send: the most urgent first, those of one urgency in rounds. */
export class SendSchedule {
  readonly #queues: Sending[][] = [[], [], [], [], [], [], [], []];
  #waiting = 0;

  get empty(): boolean {
    return this.#waiting === 0;
  }

  add(sending: Sending): void {
    this.#waiting++;
    this.#queues[sending.urgency]?.push(sending);
  }

  next(): Sending | undefined {
    if (this.#waiting === 0) return undefined;
    this.#waiting--;
    for (const queue of this.#queues) if (queue.length > 0) return queue.shift();
    return undefined;
  }
}
