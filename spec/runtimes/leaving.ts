import { body, bodyOf } from 'sluice';
import { type Handler, respond } from 'sluice/http';
import type { RunningServer } from 'sluice/node';

type Serve = (
  handler: Handler,
  options: { hostname: string; tls: { key: string; cert: string } },
) => Promise<RunningServer>;

const tell = (what: unknown): void => console.log(JSON.stringify(what));

/** What a runtime's `serve` over TLS hears of clients that leave: of a download once, of an upload that its body fails. */
export async function tellOfLeaving(serve: Serve): Promise<void> {
  const [key = '', cert = ''] = process.argv.slice(2);
  const handler: Handler = async (request) => {
    if (request.method === 'GET') {
      const heard: unknown[] = [];
      request.signal.addEventListener('abort', () => heard.push(request.signal.reason));
      const cancel = (reason: unknown): void => {
        heard.push(reason);
        setTimeout(() => tell({ heard: heard.length, one: heard[0] === heard[1] }), 0);
      };
      return respond(body({ pull: () => new Uint8Array(60_000), cancel }));
    }
    const reader = bodyOf(request).getReader();
    const { value } = await reader.read();
    tell(new TextDecoder().decode(value));
    const next = reader.read().then(
      ({ done }) => (done ? 'the end' : 'more'),
      (error) => error.code,
    );
    tell(await next);
    return respond();
  };
  const { port } = await serve(handler, { hostname: '127.0.0.1', tls: { key, cert } });
  tell({ port });
}
