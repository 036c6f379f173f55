import { type BodyFraming, framingOf } from './body-framing.ts';
import type { InformationalEvent, ResponseEvent } from './events.ts';
import { fieldFacts } from './field-facts.ts';
import type { FieldScanner } from './field-scanner.ts';
import { keepsAlive } from './persistence.ts';
import { upgradeOf } from './upgrade.ts';

/** A response without its body, validated. */
export interface ResponseHead {
  /** 100 to 999, as it came: RFC 9110 section 15 has a client treat what is above 599 as a 5xx. */
  readonly status: number;
  /** The reason phrase, `''` where there is none. */
  readonly reason: string;
  readonly version: '1.0' | '1.1';
  /** Names in lower case and values in turn, in the order they came. */
  readonly headers: readonly string[];
  readonly framing: BodyFraming;
  /** Another request may follow on the connection once the body was read (RFC 9112 section 9.3). */
  readonly keepAlive: boolean;
  /** The protocol of a 101. */
  readonly upgrade: string | null;
}

/** Makes sense of a scanned response head. @throws ProtocolError @internal */
export function responseHead(scanner: FieldScanner, method: string): ResponseEvent | InformationalEvent {
  const { startLine } = scanner;
  const version = startLine[7] === '0' ? '1.0' : '1.1';
  const status = Number(startLine.slice(9, 12));
  const headers = scanner.fields();
  const facts = fieldFacts(headers);
  const framing = framingOf({ role: 'response', version, headers, status, method }, facts);
  const ends = framing.kind !== 'close' && framing.kind !== 'tunnel';
  return {
    type: status < 200 && status !== 101 ? 'informational' : 'response',
    status,
    reason: startLine.slice(13),
    version,
    headers,
    framing,
    keepAlive: ends && keepsAlive(version, facts.connection),
    upgrade: status === 101 ? upgradeOf(version, facts.connection, facts.upgrade) : null,
  };
}
