import type { FlatFields } from './fields.ts';

/** The fields that decide how a connection goes on. Several lines of a list are joined; `hosts` and `contentLengths` count lines. */
export interface FieldFacts {
  contentLength: string | null;
  contentLengths: number;
  transferEncoding: string | null;
  host: string | null;
  hosts: number;
  connection: string | null;
  expect: string | null;
  upgrade: string | null;
}

function join(list: string | null, value: string): string {
  return list === null ? value : `${list}, ${value}`;
}

/** Reads the facts in one pass. */
export function fieldFacts(fields: FlatFields): FieldFacts {
  const facts: FieldFacts = {
    contentLength: null,
    contentLengths: 0,
    transferEncoding: null,
    host: null,
    hosts: 0,
    connection: null,
    expect: null,
    upgrade: null,
  };
  for (let i = 0; i < fields.length; i += 2) {
    const value = fields[i + 1] ?? '';
    switch (fields[i]) {
      case 'content-length':
        facts.contentLength = value;
        facts.contentLengths++;
        break;
      case 'host':
        facts.host = value;
        facts.hosts++;
        break;
      case 'transfer-encoding':
        facts.transferEncoding = join(facts.transferEncoding, value);
        break;
      case 'connection':
        facts.connection = join(facts.connection, value);
        break;
      case 'expect':
        facts.expect = join(facts.expect, value);
        break;
      case 'upgrade':
        facts.upgrade = join(facts.upgrade, value);
        break;
    }
  }
  return facts;
}
