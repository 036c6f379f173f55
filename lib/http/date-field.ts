let second = -1;
let text = '';

/** The value of `date` for now, made once a second (RFC 9110 section 6.6.1). */
export function dateField(): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    text = new Date(now * 1000).toUTCString();
  }
  return text;
}
