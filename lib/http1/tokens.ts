const NONE: readonly string[] = [];

/** The members of a comma-separated list in lower case, without the empty ones (RFC 9110 section 5.6.1). */
export function tokens(value: string | null): readonly string[] {
  if (value === null) return NONE;
  const members: string[] = [];
  for (const part of value.toLowerCase().split(',')) {
    const member = part.replace(/^[ \t]+/, '');
    let end = member.length;
    while (end > 0 && (member[end - 1] === ' ' || member[end - 1] === '\t')) end--;
    if (end > 0) members.push(member.slice(0, end));
  }
  return members;
}
