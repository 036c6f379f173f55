import type { TLSSocket } from 'node:tls';
import { type Handler, respond } from '../../lib/http/mod.ts';
import { body, bodyOf, iterate } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { sha256, sha256Of } from '../helpers/tls.ts';

/** What goes both ways. */
export const total = 8 * 1024 * 1024;
export const source = () => countingSource({ chunkBytes: 65_536, totalBytes: total });
export const sum = await sha256Of(iterate(body(source())));

/** What the specs' server answers over TLS: bodies, their digests, trailers, and what was agreed on. */
export const handler: Handler = async (request, info) => {
  switch (new URL(request.url).pathname) {
    case '/data':
      return respond(body(source(), { byteLength: total }));
    case '/echo':
      return respond(bodyOf(request));
    case '/sha':
      return respond(await sha256Of(iterate(bodyOf(request))));
    case '/small': {
      const digest = sha256(new Uint8Array(await request.arrayBuffer()));
      return respond(body(countingSource({ chunkBytes: 1000, totalBytes: 10_000, async: true })), {
        headers: { 'x-sum': digest },
      });
    }
    case '/trailers': {
      const trailers = new Headers({ 'x-t': 'yes' });
      return respond(body('abc', { trailers }));
    }
    default: {
      const { socket } = info.native as { socket: TLSSocket };
      return respond(`${info.protocol} ${info.encrypted} ${socket.getProtocol()} ${socket.alpnProtocol}`);
    }
  }
};
