import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import { Http1Receiver } from '../http1/receiver.ts';
import { Alarm } from './alarm.ts';
import type { ClientSettings } from './client-settings.ts';
import type { ConnectionStats, StreamStats } from './connection.ts';
import type { Http1Body } from './http1-body.ts';
import { Http1Input } from './http1-input.ts';
import { Output } from './output.ts';
import type { ServerSettings } from './server-settings.ts';
import type { Transport } from './transport.ts';

/** The exchange under way, for the statistics. */
interface Http1InHand extends Pick<StreamStats, 'state'> {
  readonly incoming: Http1Body | null;
  readonly bodies: Pick<StreamStats, 'request' | 'response'>;
}

/** What both ends of an HTTP/1.1 connection have: its two halves, and how they are waited for. */
export class Http1Wire<S extends ServerSettings | ClientSettings = ServerSettings | ClientSettings> {
  readonly io: Transport;
  readonly settings: S;
  readonly input: Http1Input;
  readonly output: Output;
  readonly alarm: Alarm;
  /** Ends a wait: for the alarm, or because the connection does. */
  wake: () => void = ignore;

  /**
   * @param onLoss Writes fail, or the transport does by itself.
   * @param first What was read from the transport already.
   */
  constructor(
    io: Transport,
    role: 'server' | 'client',
    settings: S,
    onLoss: (reason: unknown) => void,
    first?: Uint8Array,
  ) {
    this.io = io;
    this.settings = settings;
    this.input = new Http1Input(io, new Http1Receiver({ ...settings, role }), first);
    const lose = (error: unknown): void => onLoss(this.input.lossOf(error));
    this.output = new Output(io, settings, lose);
    this.alarm = new Alarm(settings.clock);
    // A transport that fulfils may still have bytes to read: only a rejection is a loss by itself.
    io.closed.then(ignore, lose);
  }

  /**
   * @param exchange The one in hand.
   * @param id How many there were.
   * @param received What is received of it.
   */
  stats(exchange: Http1InHand | null, id: number, received: 'request' | 'response'): ConnectionStats {
    const { input, output, settings } = this;
    const held = exchange?.incoming?.held ?? 0;
    return {
      protocol: 'http/1.1',
      bytesRead: input.bytesRead,
      bytesWritten: output.writer.bytesWritten,
      unread: input.unused + held + (exchange?.bodies[received]?.buffered ?? 0),
      budget: settings.highWaterMark,
      streams: exchange === null ? [] : [{ id, state: exchange.state, ...exchange.bodies }],
    };
  }

  /** Waits for it. False when the wait was ended first. */
  until(done: Promise<void>): Promise<boolean> {
    return new Promise((resolve) => {
      this.wake = () => resolve(false);
      done.then(() => resolve(true));
    });
  }

  /** Waits until there is something to receive. */
  more(): boolean | Promise<boolean> {
    const filled = this.input.fill();
    return isPromise(filled) ? this.until(filled) : true;
  }

  /** Calls back when there is something to receive: one read stays outstanding, so that a loss is seen. */
  watch(look: () => void): void {
    const filled = this.input.fill();
    if (isPromise(filled)) filled.then(look);
    else look();
  }

  /**
   * Ends the next wait in so many ms.
   *
   * @param lenient Not the wait for what has come meanwhile: when the event loop was busy, timers that are late go before reads that
   *   are.
   */
  expire(ms: number, lenient = false): void {
    this.alarm.set(ms, () => {
      const { io, wake } = this;
      if (lenient && io.soon) io.soon(wake);
      else wake();
    });
  }

  /** Reads and drops what is left of a body. False when that is too much or takes too long. */
  async drain(body: Http1Body): Promise<boolean> {
    let left = this.settings.drainLimit;
    this.expire(this.settings.drainTimeout);
    while (!body.ended) {
      const dropped = body.drop();
      left -= dropped ?? 0;
      if (body.broken || left < 0 || (dropped === null && !(await this.more()))) break;
    }
    this.alarm.clear();
    return body.ended && left >= 0;
  }
}
