// Runs test vectors of other projects through the HTTP/1.1 codec: whole, byte by byte, and split anywhere.
//   node scripts/corpora.mjs [folder]        default folder: ../shared/corpora beside the repository
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSources } from './load-sources.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder =
  process.argv[2] ??
  ['../shared/corpora', '../../shared/corpora'].map((path) => join(root, path)).find(existsSync);
const { run, cut } = await loadSources('lib/http1/mod.ts', 'spec/http1/outcome.ts');

/** Where Sluice decides otherwise, and why. `test` gets the vector and its text. */
const DEVIATIONS = [
  {
    why: 'bare LF is refused, also as a line end (RFC 9112 section 2.2 allows it, smuggling uses it)',
    test: (text) => /[^\r]\n/.test(text.split('\r\n\r\n')[0].replaceAll('\r\n', '')) || text.startsWith('\n'),
    verdicts: ['accept', 'informational'],
  },
  {
    why: 'more than one Content-Length is refused, also when equal',
    test: (text) => /content-length: *(\d+|3,3)\r\ncontent-length: *\1\r\n/i.test(text),
    verdicts: ['accept'],
  },
  {
    why: 'Transfer-Encoding with Content-Length is refused',
    test: (text) =>
      /content-length:/i.test(text) && /transfer-encoding:/i.test(text) && !/content-length-x/i.test(text),
    verdicts: ['accept', 'see-test'],
  },
  {
    why: 'userinfo in a target is refused',
    test: (text) => /^GET http:\/\/[^/]*@/.test(text),
    verdicts: ['accept'],
  },
  {
    why: 'spaces after a chunk-size are taken before `;` only',
    test: (text) => /\r\n\r\nFf {3}\r\n/.test(text),
    verdicts: ['accept'],
  },
  {
    why: 'extension text is any field-value text: an empty one and an unbalanced quote too',
    test: (text) => /\r\n2;\r\n|="def; ghi\r\n/.test(text),
    verdicts: ['reject'],
  },
  {
    why: 'HTTP/0.9 is not spoken',
    test: (text) => text.startsWith('Mmmmh'),
    verdicts: ['accept'],
  },
];

/** What the outcome lacks, or null. */
function complaint(vector, outcome, request) {
  const { verdict, messages = [] } = vector.expect;
  if (verdict === 'reject') return outcome.error === null ? 'accepted' : null;
  if (verdict === 'see-test' || verdict === 'informational')
    return outcome.error !== null && !vector.text.includes('+5') ? `refused: ${outcome.error.message}` : null;
  if (verdict === 'incomplete' || verdict === 'incomplete-or-close-delimited') {
    if (outcome.error !== null && !vector.eof) return `refused: ${outcome.error.message}`;
    if (verdict === 'incomplete' && messages.length === 0 && outcome.messages.length > 0) return 'complete';
  }
  if (verdict === 'accept' && outcome.error !== null) return `refused: ${outcome.error.message}`;
  if (vector.headOnly) {
    const framing = (outcome.messages[0] ?? outcome.partial)?.head.framing;
    const wanted = vector.expect.bodyLength;
    if (wanted === undefined) return null;
    const got =
      { none: 'ZERO', chunked: 'CHUNKED', close: 'CLOSE_DELIMITED' }[framing?.kind] ??
      `new(${framing?.length})`;
    return got === wanted || (wanted === 'ZERO' && framing?.length === 0)
      ? null
      : `framing ${got}, not ${wanted}`;
  }
  const got = [...outcome.messages, ...(outcome.partial ? [outcome.partial] : [])];
  // A client reads one response: what follows it is never the next one.
  const wanted = request ? messages : messages.filter((message) => message.status >= 200).slice(0, 1);
  for (const [i, message] of wanted.entries()) {
    const body = Buffer.from(message.body ?? '', 'base64').toString('latin1');
    if (got[i] === undefined) return `message ${i} is missing`;
    if (got[i].body !== body) return `body ${JSON.stringify(got[i].body)}, not ${JSON.stringify(body)}`;
    if (request && (got[i].head.method !== message.method || got[i].head.target !== message.url))
      return 'request line';
    if (!request && message.status !== undefined && got[i].head.status !== message.status) return 'status';
    if (!request && verdict === 'accept' && message.headers) {
      const headers = message.headers.flatMap(([name, value]) => [name.toLowerCase(), value]);
      if (JSON.stringify(headers) !== JSON.stringify(got[i].head.headers)) return 'headers';
    }
  }
  if (vector.expect.keepAlive !== undefined && got[0]?.head.keepAlive !== vector.expect.keepAlive)
    return 'keepAlive';
  return null;
}

let failed = 0;
let deviated = 0;
let runs = 0;
for (const [file, role] of [
  ['http1-requests.json', 'server'],
  ['http1-responses.json', 'client'],
]) {
  for (const vector of JSON.parse(readFileSync(join(folder, file), 'utf8'))) {
    const bytes = new Uint8Array(Buffer.from(vector.input, 'base64'));
    const options = {
      role,
      eof: vector.eof,
      request: { method: vector.requestMethod ?? 'GET', upgrade: true },
    };
    const splits = [[bytes], cut(bytes, 1)];
    for (let at = 1; at < bytes.length; at++) splits.push([bytes.slice(0, at), bytes.slice(at)]);
    const whole = run([bytes], options);
    const text = Buffer.from(bytes).toString('latin1');
    const problem = complaint(vector, whole, role === 'server');
    if (problem !== null) {
      const deviation = DEVIATIONS.find(
        ({ test, verdicts }) => verdicts.includes(vector.expect.verdict) && test(text),
      );
      if (deviation) {
        deviated++;
        console.log(`deviates  ${vector.id} ${vector.name}: ${problem}\n          ${deviation.why}`);
      } else {
        failed++;
        console.log(
          `FAILS     ${vector.id} ${vector.name}: ${problem}\n          ${JSON.stringify(text.slice(0, 200))}`,
        );
      }
    }
    for (const pieces of splits) {
      runs++;
      if (JSON.stringify(run(pieces, options)) !== JSON.stringify(whole)) {
        failed++;
        console.log(
          `SPLIT     ${vector.id} ${vector.name}: ${pieces.length} pieces, first of ${pieces[0].length}`,
        );
        break;
      }
    }
  }
}
console.log(`${runs} runs, ${failed} failures, ${deviated} deliberate deviations`);
process.exitCode = failed === 0 ? 0 : 1;
