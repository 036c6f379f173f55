import { describe, expect, it } from '@jest/globals';
import { CallbackTransport } from '../../lib/http/callback-transport.ts';

/** A runtime whose calls the spec makes. */
class Runtime extends CallbackTransport {
  resumes = 0;
  /** What it has at once when it is resumed. */
  ready: Uint8Array[] = [];

  protected resume(): void {
    this.resumes++;
    const chunk = this.ready.shift();
    if (chunk) this.receive(chunk);
  }

  override receive(chunk: Uint8Array): boolean {
    return super.receive(chunk);
  }
  override end(): void {
    super.end();
  }
  override full(): Promise<void> {
    return super.full();
  }
  override drain(error?: { readonly error: unknown }): void {
    super.drain(error);
  }
  override fail(error: unknown): void {
    super.fail(error);
  }
  get waits(): boolean {
    return this.reading;
  }
}

const chunk = Uint8Array.of(1);

describe('CallbackTransport', () => {
  it('has the runtime receive only while someone reads', async () => {
    const io = new Runtime();
    expect([io.resumes, io.waits]).toEqual([0, false]);
    const read = io.read();
    expect([io.resumes, io.waits]).toEqual([1, true]);
    expect(io.receive(chunk)).toBe(true);
    expect([await read, io.waits]).toEqual([chunk, false]);
  });

  it('what the runtime has at once, when it is resumed, is what the read gets', async () => {
    const io = new Runtime();
    io.ready = [chunk];
    expect(await io.read()).toBe(chunk);
    expect(io.waits).toBe(false);
  });

  it('what comes while nobody waits is given in order, without a resume', () => {
    const io = new Runtime();
    const chunks = [Uint8Array.of(1), Uint8Array.of(2)];
    for (const one of chunks) expect(io.receive(one)).toBe(false);
    expect([io.read(), io.read(), io.resumes]).toEqual([...chunks, 0]);
  });

  it('the end, and an error, come after what was received', async () => {
    const ends = new Runtime();
    ends.receive(chunk);
    ends.end();
    expect([ends.read(), ends.read(), ends.read()]).toEqual([chunk, null, null]);
    const fails = new Runtime();
    const failure = new Error('broke');
    fails.receive(chunk);
    fails.fail(failure);
    expect(fails.read()).toBe(chunk);
    expect(() => fails.read()).toThrow(failure);
  });

  it('an end or an error is told to who waits', async () => {
    const ends = new Runtime();
    const last = ends.read();
    ends.end();
    expect(await last).toBeNull();
    const fails = new Runtime();
    const failure = new Error('broke');
    const read = Promise.resolve(fails.read());
    const write = fails.full();
    fails.fail(failure);
    fails.fail(new Error('another'));
    expect(await read.catch((e) => e)).toBe(failure);
    expect(await write.catch((e) => e)).toBe(failure);
    expect(await fails.full().catch((e) => e)).toBe(failure);
  });

  it('writers wait together, and for the next drain only', async () => {
    const io = new Runtime();
    const [one, two] = [io.full(), io.full()];
    expect(one).toBe(two);
    io.drain();
    await one;
    const next = io.full();
    expect(next).not.toBe(one);
    io.drain();
    await next;
    io.drain();
  });

  it('an error of undefined is one', () => {
    const io = new Runtime();
    io.fail(undefined);
    let thrown = false;
    try {
      io.read();
    } catch (error) {
      thrown = error === undefined;
    }
    expect(thrown).toBe(true);
  });
});
