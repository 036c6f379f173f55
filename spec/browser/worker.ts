// Gives each body back with every byte changed, or saves it in the origin private file system and tells the size.
import { fromMessagePort, saveTo, toMessagePort } from 'sluice/browser';

const scope = globalThis as unknown as {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
};

scope.addEventListener('message', async ({ data }) => {
  if (data.port) {
    const reader = fromMessagePort(data.port, { highWaterMark: 100_000 }).getReader();
    const source = {
      async pull() {
        const { done, value } = await reader.read();
        return done ? null : value.map((byte) => 250 - byte);
      },
      cancel: (reason: unknown) => reader.cancel(reason),
    };
    const port = toMessagePort(source, { transfer: true });
    scope.postMessage({ port }, [port]);
    return;
  }
  const folder = await navigator.storage.getDirectory();
  const handle = (await folder.getFileHandle('in-worker', { create: true })) as unknown as {
    createSyncAccessHandle(): Promise<never>;
    getFile(): Promise<File>;
  };
  const sync = { createSyncAccessHandle: () => handle.createSyncAccessHandle() };
  const written = await saveTo(fromMessagePort(data.save), sync);
  scope.postMessage({ written, size: (await handle.getFile()).size });
});
