import type { BunSocket, BunSocketHandlers } from '../../adapters/bun/bun-api.ts';

/** A socket of Bun that keeps what it is told, and takes as much as it has `room` for. */
export class FakeBunSocket implements BunSocket {
  remoteAddress = '10.0.0.1';
  localAddress: string = '10.0.0.2';
  localPort = 80;
  alpnProtocol: string | false | null = null;
  listener: unknown = undefined;
  room: number = Number.POSITIVE_INFINITY;
  paused = false;
  readonly heard: unknown[] = [];
  readonly written: number[] = [];
  handlers: BunSocketHandlers = {};

  write(bytes: Uint8Array): number {
    const size = Math.min(bytes.byteLength, this.room);
    if (size < 0) return size;
    this.room -= size;
    this.written.push(...bytes.subarray(0, size));
    return size;
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
  shutdown(): void {
    this.heard.push('shutdown');
  }
  end(): void {
    this.heard.push('end');
  }
  terminate(): void {
    this.heard.push('terminate');
  }
  setNoDelay(on: boolean): void {
    this.heard.push(`noDelay ${on}`);
  }
  reload({ socket }: { socket: BunSocketHandlers }): void {
    this.handlers = socket;
  }
}
