// What the specs run in a page. Each function gives what the spec compares.
import { body, bytes, iterate } from 'sluice';
import { fromMessagePort, readBody, saveTo, toMessagePort, upload } from 'sluice/browser';
import { countingSource } from 'sluice/testing';

const sum = async (from: Parameters<typeof iterate>[0]): Promise<[number, number]> => {
  let size = 0;
  let total = 0;
  for await (const chunk of iterate(from)) {
    size += chunk.byteLength;
    for (const byte of chunk) total = (total + byte) % 65_521;
  }
  return [size, total];
};

const failure = (error: unknown): unknown => {
  const { name, code } = error as { name: string; code?: string };
  return { name, code };
};

const mebibyte = 1 << 20;

/** The next message that a worker posts, once it was asked. */
const answerOf = (worker: Worker, question: unknown, transfer: Transferable[]): Promise<MessageEvent> => {
  const answer = new Promise<MessageEvent>((resolve) =>
    worker.addEventListener('message', resolve, { once: true }),
  );
  worker.postMessage(question, transfer);
  return answer;
};

const functions = {
  async read(path: string) {
    const seen: [number, number | undefined][] = [];
    const stream = readBody(await fetch(path), {
      onProgress: ({ bytes, total }) => seen.push([bytes, total]),
    });
    const [size, total] = await sum(stream);
    return { size, sum: total, byteLength: stream.byteLength ?? null, last: seen.at(-1) };
  },

  /** What the browser's own parser makes of server-sent events. */
  events(path: string, names: string[], count: number) {
    return new Promise((resolve) => {
      const seen: unknown[] = [];
      const source = new EventSource(path);
      const take = ({ type, data, lastEventId }: MessageEvent): void => {
        if (seen.push({ type, data, id: lastEventId }) < count) return;
        source.close();
        resolve(seen);
      };
      for (const name of names) source.addEventListener(name, take as EventListener);
    });
  },

  async limit(path: string, limit: number) {
    return bytes(readBody(await fetch(path), { limit })).then(() => 'no error', failure);
  },

  async idle(path: string) {
    return bytes(readBody(await fetch(path), { idleTimeout: 20 })).then(() => 'no error', failure);
  },

  async abort(path: string) {
    const controller = new AbortController();
    const reader = readBody(await fetch(path), { signal: controller.signal }).getReader();
    await reader.read();
    const reason = new Error('stop');
    controller.abort(reason);
    return reader.read().then(
      () => 'no error',
      (error) => error === reason,
    );
  },

  async cancel(path: string) {
    const reader = readBody(await fetch(path)).getReader();
    await reader.read();
    await reader.cancel('enough');
  },

  /** Reads one chunk, and waits until the server has sent nothing more for many questions; then leaves. */
  async stall(path: string, sent: string) {
    const stream = readBody(await fetch(path));
    const reader = stream.getReader();
    await reader.read();
    let last = -1;
    for (let same = 0; same < 100; ) {
      const now = Number(await (await fetch(sent)).text());
      same = now === last ? same + 1 : 0;
      last = now;
    }
    const { pulled } = stream.stats;
    await reader.cancel();
    return { sent: last, pulled };
  },

  async save() {
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle('saved', { create: true });
    const source = countingSource({ chunkBytes: 100_000, totalBytes: 3 * mebibyte });
    const written = await saveTo(source, handle as never);
    const before = await sum((await handle.getFile()).stream());
    let pulls = 0;
    const broken = {
      pull() {
        if (pulls++ > 3) throw Object.assign(new Error('broke'), { code: 'BROKE' });
        return new Uint8Array(1000);
      },
    };
    const error = await saveTo(broken, handle as never).then(() => 'no error', failure);
    const after = await sum((await handle.getFile()).stream());
    const expected = await sum(body(countingSource({ chunkBytes: 100_000, totalBytes: 3 * mebibyte })));
    return { written, before, error, after, expected };
  },

  /** Through a worker and back. */
  async worker(script: string) {
    const worker = new Worker(script, { type: 'module' });
    const source = countingSource({ chunkBytes: 70_000, totalBytes: 4 * mebibyte });
    const port = toMessagePort(source, { transfer: true });
    const { data } = await answerOf(worker, { port }, [port]);
    const back = await sum(fromMessagePort(data.port));
    worker.terminate();
    return { back, pulls: source.pulls };
  },

  /** To a file in a worker, where only there are synchronous handles. */
  async workerSave(script: string) {
    const worker = new Worker(script, { type: 'module' });
    const save = toMessagePort(countingSource({ chunkBytes: 10_000, totalBytes: 50_000 }));
    const { data } = await answerOf(worker, { save }, [save]);
    worker.terminate();
    return data;
  },

  async upload(url: string) {
    const source = countingSource({ chunkBytes: 10_000, totalBytes: mebibyte });
    const { response, streamed } = await upload(url, source);
    return { streamed, text: await response.text() };
  },

  /** Down from and up to a server, with SHA-256. */
  async both(url: string, totalBytes: number) {
    const whole = await bytes(readBody(await fetch(`${url}download`)));
    const hash = await crypto.subtle.digest('SHA-256', whole as Uint8Array<ArrayBuffer>);
    const down = [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const source = countingSource({ chunkBytes: 50_000, totalBytes });
    const { response, streamed } = await upload(`${url}upload`, source);
    return { down, up: await response.text(), streamed };
  },

  /** An upload whose reader leaves after its first chunk. */
  async refused(url: string) {
    const from = countingSource({ chunkBytes: 50_000, totalBytes: 8 * mebibyte });
    let cancels = 0;
    const cancelled = new Promise<void>((resolve) => {
      Object.assign(from, { cancel: () => resolve(void cancels++) });
    });
    const { response, streamed } = await upload(url, from);
    const text = await response.text();
    if (streamed) await cancelled;
    return { status: response.status, text, pulled: from.bytes, cancels };
  },

  async uploadLimit(url: string) {
    const source = countingSource({ chunkBytes: 10_000, totalBytes: mebibyte });
    const error = await upload(url, source, { limit: 50_000 }).then(() => 'no error', failure);
    return { error, cancelled: source.cancelled !== undefined };
  },

  async serviceWorker(script: string, path: string) {
    const registration = await navigator.serviceWorker.register(script, { type: 'module', scope: '/' });
    const ready = await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) {
      await new Promise((resolve) => {
        navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true });
        ready.active?.postMessage('claim');
      });
    }
    const page = await (await fetch(`${path}/page`)).text();
    const { status } = await fetch(`${path}/nothing`);
    const reader = readBody(await fetch(`${path}/endless`)).getReader();
    await reader.read();
    await reader.cancel('left');
    let log = '';
    while (!log.includes('cancelled')) log = await (await fetch(`${path}/log`)).text();
    await registration.unregister();
    return { page, status, log };
  },

  /** Whether a MessagePort tells when the other end was closed. */
  portsTell() {
    return 'onclose' in MessagePort.prototype;
  },
};

export default (name: keyof typeof functions, ...args: never[]): unknown =>
  (functions[name] as (...values: never[]) => unknown)(...args);
