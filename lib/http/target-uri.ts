import { parseAuthority } from '../http1/authority.ts';
import { parseRequestTarget } from '../http1/request-target.ts';
import type { Target } from './served-request.ts';
import type { TransportInfo } from './transport.ts';

/**
 * Where a request is for, from what it says (RFC 9112 section 3.3). An absolute target overrides the Host field (section
 * 3.2.2). Without a valid authority it has no scheme: it is refused.
 *
 * @param host The Host field, or `:authority`.
 */
export function targetUri(
  method: string,
  target: string,
  host: string | undefined,
  info: TransportInfo,
): Target {
  const parsed = parseRequestTarget(method, target);
  const authority = parsed?.authority ?? host ?? info.localAddress ?? '';
  const scheme = parsed?.scheme ?? (info.encrypted ? 'https' : 'http');
  return {
    method,
    scheme: parsed && parseAuthority(authority) ? scheme : '',
    authority,
    path: parsed?.path ?? '',
  };
}
