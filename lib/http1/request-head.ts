import { parseAuthority } from './authority.ts';
import { type BodyFraming, framingOf } from './body-framing.ts';
import type { RequestEvent } from './events.ts';
import { fault } from './fault.ts';
import { fieldFacts } from './field-facts.ts';
import type { FieldScanner } from './field-scanner.ts';
import { keepsAlive } from './persistence.ts';
import { parseRequestTarget, type RequestTarget } from './request-target.ts';
import { tokens } from './tokens.ts';
import { upgradeOf } from './upgrade.ts';

/** A request without its body, validated. */
export interface RequestHead extends RequestTarget {
  readonly method: string;
  /** The request-target as it came. */
  readonly target: string;
  readonly version: '1.0' | '1.1';
  /** Names in lower case and values in turn, in the order they came. */
  readonly headers: readonly string[];
  /** Where the request is for: of the target if it has one, else Host, valid and without userinfo. null only in HTTP/1.0. */
  readonly authority: string | null;
  readonly framing: BodyFraming;
  /** The client would take another response after this one (RFC 9112 section 9.3). */
  readonly keepAlive: boolean;
  /** The client waits for 100 (Continue) before it sends the body (RFC 9110 section 10.1.1). */
  readonly expectContinue: boolean;
  /** The protocols offered with Upgrade, h2c left out; null where there are none. */
  readonly upgrade: string | null;
}

/** RFC 9112 section 3.2: one valid Host in 1.1; in 1.0 none, or one valid one. */
function authorityOf(host: string | undefined, version: '1.0' | '1.1'): string | null {
  if (version === '1.0' && !host) return null;
  if (host === undefined || parseAuthority(host) === null) throw fault('Host must be one valid authority');
  return host;
}

/** Makes sense of a scanned request head. @throws ProtocolError with the status to answer. @internal */
export function requestHead(scanner: FieldScanner): RequestEvent {
  const { startLine } = scanner;
  const method = startLine.slice(0, startLine.indexOf(' '));
  const target = startLine.slice(method.length + 1, -' HTTP/1.1'.length);
  const version = startLine.endsWith('0') ? '1.0' : '1.1';
  const headers = scanner.fields();
  const facts = fieldFacts(headers);
  const parts = parseRequestTarget(method, target);
  if (parts === null) throw fault('bad request-target');
  const host = authorityOf(facts.host, version);
  const framing = framingOf({ role: 'request', version, headers }, facts);
  // RFC 9110 section 10.1.1: an expectation from an HTTP/1.0 client is ignored.
  const expectations = version === '1.0' ? [] : tokens(facts.expect);
  if (expectations.some((expectation) => expectation !== '100-continue'))
    throw fault('unknown expectation', 417);
  return {
    type: 'request',
    method,
    target,
    form: parts.form,
    scheme: parts.scheme,
    authority: parts.authority ?? host,
    path: parts.path,
    version,
    headers,
    framing,
    keepAlive: keepsAlive(version, facts.connection),
    expectContinue: expectations.length > 0 && framing.length !== 0,
    upgrade: upgradeOf(version, facts.connection, facts.upgrade),
  };
}
