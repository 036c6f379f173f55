import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Example {
  /** Where it stands: `lib/body/body.ts:18`. */
  readonly name: string;
  /** As a reader would paste it. */
  readonly code: string;
  readonly language: 'ts' | 'js';
  /** Where it runs, by the word after the language: `ts deno`. Else on Node. */
  readonly where: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Every code block of README.md in TypeScript or JavaScript, and every one in a docstring of the sources. */
export function examples(): Example[] {
  const files = ['lib', 'adapters']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true }).map((path) => join(folder, String(path))),
    )
    .filter((path) => path.endsWith('.ts'))
    .sort();
  return ['README.md', ...files].flatMap((path) => blocks(path, readFileSync(join(root, path), 'utf8')));
}

/** What `console.log` calls followed by a comment say they print, by line number from 0. */
export function promises(code: string): Map<number, string> {
  const all = new Map<number, string>();
  for (const [index, line] of code.split('\n').entries()) {
    const match = /console\.log\(.*\).*?\/\/ (.*)$/.exec(line);
    if (match?.[1] !== undefined) all.set(index, match[1].trim());
  }
  return all;
}

function blocks(path: string, text: string): Example[] {
  const found: Example[] = [];
  let open:
    | { line: number; code: string[]; prefix: string; language: 'ts' | 'js'; where: string }
    | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const fence = /^(\s*\*? ?)```(\w*) ?(\S*)/.exec(raw);
    if (open !== undefined && fence !== null) {
      const { line, language, where } = open;
      found.push({ name: `${path}:${line}`, code: open.code.join('\n'), language, where });
      open = undefined;
    } else if (open !== undefined) {
      open.code.push(
        raw.startsWith(open.prefix) ? raw.slice(open.prefix.length) : raw.trim().replace(/^\*$/, ''),
      );
    } else if (fence?.[2] === 'ts' || fence?.[2] === 'js') {
      open = {
        line: index + 1,
        code: [],
        prefix: fence[1] ?? '',
        language: fence[2],
        where: fence[3] || 'node',
      };
    }
  }
  return found;
}
