import { respond, type ServeOptions } from 'sluice/http';
import type { RunningServer } from 'sluice/node';

type Serve = (
  handler: () => Response,
  options?: ServeOptions & { signal?: AbortSignal },
) => Promise<RunningServer>;

/** What a runtime's `serve` does when no host is named, and with what can't be. */
export async function tellOfListening(
  serve: Serve,
  connects: (port: number, hostname: string) => Promise<boolean>,
): Promise<void> {
  const server = await serve(() => respond());
  const families = [await connects(server.port, '127.0.0.1'), await connects(server.port, '::1')];
  await server.close();
  const mistakes = [
    { highWaterMark: 0 },
    { protocol: 'h3' as never },
    { onListen: 5 as never },
    { signal: 5 as never },
  ];
  const refused = await Promise.all(
    mistakes.map((options) => serve(() => respond(), options).then(() => 'listens', String)),
  );
  const onListen = (): void => {
    throw new Error('mine');
  };
  const thrown = await serve(() => respond(), { onListen } as never).then(() => 'listens', String);
  console.log(JSON.stringify({ families, refused, thrown }));
}
