/** An event stream as its reader dispatches it, after WHATWG HTML section 9.2.6; for specs. */
export interface ReadEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

export function readSse(stream: string): { events: ReadEvent[]; retry: number | undefined } {
  const events: ReadEvent[] = [];
  let retry: number | undefined;
  let data = '';
  let type = '';
  let id = '';
  for (const line of stream.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)) {
    if (line === '') {
      if (data !== '') events.push({ event: type || 'message', data: data.replace(/\n$/, ''), id });
      data = type = '';
      continue;
    }
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') type = value;
    else if (name === 'data') data += `${value}\n`;
    else if (name === 'id' && !value.includes('\0')) id = value;
    else if (name === 'retry' && /^\d+$/.test(value)) retry = Number(value);
  }
  return { events, retry };
}
