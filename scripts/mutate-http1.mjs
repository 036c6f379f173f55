// Seeds mutants into a copy of the HTTP/1.1 codec and checks that its specs kill every one.
//   node scripts/mutate-http1.mjs [--shard 1/2] [--only text]
// Exits 1 when a mutant survives, or when its text is no longer in the source.
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { shard: { type: 'string' }, only: { type: 'string' } } });

/** file, text, replacement: the text is there once, or the first of its places counts. */
const MUTANTS = [
  // chunked decoder
  ['chunked-decoder', 'const MAX_SIZE_DIGITS = 16', 'const MAX_SIZE_DIGITS = 17'],
  ['chunked-decoder', 'const MAX_SIZE_DIGITS = 16', 'const MAX_SIZE_DIGITS = 15'],
  ['chunked-decoder', '!Number.isSafeInteger(this.#size)', '!Number.isFinite(this.#size)'],
  [
    'chunked-decoder',
    "if (this.#digits === 0) this.#fail('a chunk-size must be hex digits', i - start);",
    '',
  ],
  [
    'chunked-decoder',
    'byte !== SP && byte !== HT)\n          this.#fail',
    'byte !== SP)\n          this.#fail',
  ],
  [
    'chunked-decoder',
    'if (byte === SEMICOLON) this.#state = EXTENSION;',
    'if (byte === SEMICOLON || byte === CR) this.#state = byte === CR ? SIZE_LF : EXTENSION;',
  ],
  ['chunked-decoder', 'stop + 2 > end', 'stop + 1 > end'],
  ['chunked-decoder', 'input[stop] !== CR', 'false'],
  ['chunked-decoder', 'input[stop + 1] !== LF', 'false'],
  ['chunked-decoder', 'input[at + 1] !== LF', 'false'],
  ['chunked-decoder', '(size << 4) | digit', '(size << 3) | digit'],
  ['chunked-decoder', 'at - i < 7', 'at - i < 8'],
  ['chunked-decoder', 'payload += size;', ''],
  ['chunked-decoder', "if (byte !== CR) this.#fail('a chunk is longer than its size', i - start);", ''],
  ['chunked-decoder', "if (byte !== LF) this.#fail('a CR without its LF', i - start);\n        else", ''],
  ['chunked-decoder', '++this.#line > this.#limits', '++this.#line >= this.#limits'],
  [
    'chunked-decoder',
    '++this.#extensions > this.#limits.maxChunkExtensionBytes + this.#payload',
    '++this.#extensions > this.#limits.maxChunkExtensionBytes',
  ],
  ['chunked-decoder', 'this.#line = 0;', ''],
  ['chunked-decoder', 'this.#size = 0;', ''],
  ['chunked-decoder', 'this.#seen += i - start;', ''],
  [
    'chunked-decoder',
    'this.trailers = allowedTrailers(scanner.fields());',
    'this.trailers = scanner.fields();',
  ],
  ['chunked-decoder', '(scanner.error.offset ?? 0) - before', '(scanner.error.offset ?? 0)'],
  // scanner
  ['field-scanner', 'const MAX_EMPTY_LINES = 4', 'const MAX_EMPTY_LINES = 5'],
  ['field-scanner', 'const MAX_EMPTY_LINES = 4', 'const MAX_EMPTY_LINES = 3'],
  ['field-scanner', 'if (bytes[i] !== 0x3a || i - base === this.#at)', 'if (bytes[i] !== 0x3a)'],
  ['field-scanner', '!this.#fold || this.#fields.length === 0', '!this.#fold'],
  ['field-scanner', '!this.#fold || this.#fields.length === 0', 'this.#fields.length === 0'],
  ['field-scanner', 'this.#fields.length >= 4 * this.#maxCount', 'this.#fields.length > 4 * this.#maxCount'],
  ['field-scanner', 'return limit < this.#maxBytes ? limit', 'return limit <= this.#maxBytes ? limit'],
  ['field-scanner', 'state === METHOD ? 501', 'state === METHOD ? 414'],
  ['field-scanner', '|| i - base === this.#method + 1', ''],
  ['field-scanner', 'bytes[i] !== SP || i === base', 'bytes[i] !== SP'],
  ['field-scanner', 'minor !== 0x30 && minor !== 0x31', 'minor < 0x30'],
  [
    'field-scanner',
    'return byte === VERSION_PREFIX[at]',
    'return (byte & 0xdf) === ((VERSION_PREFIX[at] ?? 0) & 0xdf)',
  ],
  ['field-scanner', '(at === 0 && byte === 0x30)', 'false'],
  [
    'field-scanner',
    '} else if (byte === CR) {\n            // RFC',
    '} else if (byte === CR || byte === 0x09) {\n            // RFC',
  ],
  ['field-scanner', '(bytes[last - 1] === SP || bytes[last - 1] === HT)', 'bytes[last - 1] === SP'],
  ['field-scanner', 'if (kept !== null) room.set(kept.subarray(0, used));', ''],
  ['field-scanner', '.toLowerCase()', ''],
  ['field-scanner', 'this.#skipped += i - start;', ''],
  ['chars', 'byte !== 0x7f', 'true'],
  ['chars', 'byte === 0x09 ||', ''],
  ['chars', 'byte > 0x20 && byte < 0x7f', 'byte > 0x20'],
  ['latin1', 'high < 0x80 && ', ''],
  ['encode-latin1', 'bytes.byteLength === text.length', 'true'],
  // framing
  ['body-framing', 'facts.contentLengths > 1', 'facts.contentLengths > 2'],
  ['body-framing', '/^[0-9]+$/', '/^[0-9]*$/'],
  ['body-framing', '/^[0-9]+$/', '/^\\+?[0-9]+$/'],
  [
    'body-framing',
    "if (length !== undefined) throw fault('Transfer-Encoding with",
    "if (length) throw fault('Transfer-Encoding with",
  ],
  ['body-framing', "if (head.version === '1.0') throw", 'if (false) throw'],
  ['body-framing', "(name === 'chunked' && coding !== name)", 'false'],
  ['body-framing', "codings.indexOf('chunked') !== codings.length - 1", 'false'],
  ['body-framing', 'if (codings.length === 1) return CHUNKED;', 'return CHUNKED;'],
  ['body-framing', "head.method === 'HEAD' || ", ''],
  ['body-framing', ' || head.status === 304', ''],
  ['body-framing', 'head.status < 300', 'head.status < 400'],
  ['body-framing', 'return request ? NONE : CLOSE', 'return NONE'],
  // heads
  ['request-head', 'if (hosts > 1)', 'if (hosts > 2)'],
  [
    'request-head',
    "if (version === '1.1') throw fault('Host is missing'",
    "if (false) throw fault('Host is missing'",
  ],
  ['request-head', 'if (parseAuthority(host) === null)', 'if (false)'],
  ['request-head', "expectation !== '100-continue'", "!expectation.startsWith('100-continue')"],
  ['request-head', 'expectations.length > 0 && framing.length !== 0', 'expectations.length > 0'],
  ['request-head', 'parts.authority ?? host', 'host ?? parts.authority'],
  ['request-target', ' || Number(authority.port) === 0', ''],
  ['request-target', 'ASTERISK_METHODS.has(method)', 'true'],
  ['request-target', 'if (parseAuthority(authority) === null) return null;', ''],
  ['authority', 'Number(text) <= 65535', 'true'],
  ['authority', 'head + tail <= 7', 'head + tail <= 8'],
  ['authority', 'return head === 8', 'return head <= 8'],
  ['persistence', "if (options.includes('close')) return false;", ''],
  ['upgrade', " && protocol.toLowerCase() !== 'h2c'", ''],
  ['response-head', "framing.kind !== 'close' && framing.kind !== 'tunnel'", 'true'],
  // connection
  ['connection', '++this.#informational > this.#limits', '++this.#informational >= this.#limits'],
  ['connection', "if (head.status === 101 && !this.#upgrade) throw fault('101 without an Upgrade', 0);", ''],
  ['connection', "if (at < end && this.role === 'client') this.#stray(events);", ''],
  ['connection', 'reader.finish();', ''],
  ['connection', 'this.#informational = 0;', ''],
  ['connection', "this.role === 'server' && this.untouched", "this.role === 'server'"],
  ['connection', 'if (framing.length !== 0) {', 'if (true) {'],
  ['close-reader', 'offsets.push(start, end);', 'offsets.push(start, end - 1);'],
  ['length-reader', 'this.#left -= stop - start;', 'this.#left -= end - start;'],
  // writers
  ['field-writer', "assertToken(name, 'field name');", ''],
  ['field-writer', 'assertValue(value, ', 'String('],
  ['write-response-head', "assertValue(reason, 'reason phrase');", ''],
  ['write-request-head', '/^[\\x21-\\x7e]+$/', '/^[\\x20-\\x7e]+$/'],
  ['chunked-encoder', 'chunk.byteLength === 0 ? []', 'false ? []'],
  ['chunked-encoder', 'size.toString(16)', 'size.toString(10)'],
  ['trailer-fields', 'name.toLowerCase()', 'name'],
];

async function copyOfRepository() {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-mutants-'));
  for (const path of ['lib', 'spec/http1', 'jest.config.mjs', 'package.json'])
    await cp(join(root, path), join(folder, path), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** The specs that look at a file beside the table of cases; default: the one of its name. */
const SPECS = {
  'field-scanner': 'parse-heads',
  'encode-latin1': 'latin1',
  'request-head': 'parse-heads',
  'response-head': 'parse-heads',
  'request-target': 'parse-heads',
  upgrade: 'persistence',
  'close-reader': 'body-readers',
  'length-reader': 'body-readers',
  'field-writer': 'write-heads',
  'write-response-head': 'write-heads',
  'write-request-head': 'write-heads',
};

/** Whether the specs of a file (all of them but the differential, which needs sockets, without one) fail in that copy. */
function killed(folder, file = '') {
  const jest = join(folder, 'node_modules/jest/bin/jest.js');
  const specs = file === '' ? 'spec/http1/' : `spec/http1/(cases|${SPECS[file] ?? file})`;
  const flags = ['--experimental-vm-modules', '--no-warnings', jest, '-i', '--bail', '--silent', specs];
  const child = spawn(process.execPath, [...flags, '--testPathIgnorePatterns', 'differential'], {
    cwd: folder,
    stdio: 'ignore',
    timeout: 60_000,
  });
  return new Promise((resolve) => child.on('close', (code) => resolve(code !== 0)));
}

let list = MUTANTS.map((mutant, index) => ({ mutant, index: index + 1 }));
if (values.shard) {
  const [part, parts] = values.shard.split('/').map(Number);
  list = list.filter(({ index }) => index % parts === part % parts);
}
if (values.only) list = list.filter(({ mutant }) => mutant.join(' ').includes(values.only));

const results = [];
async function work(queue) {
  const folder = await copyOfRepository();
  try {
    if (await killed(folder)) throw new Error('the specs fail without a mutant');
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [file, text, replacement] = next.mutant;
      const path = join(folder, 'lib/http1', `${file}.ts`);
      const source = await readFile(path, 'utf8');
      if (!source.includes(text)) {
        results.push({ ...next, verdict: 'NOT FOUND' });
        continue;
      }
      await writeFile(
        path,
        source.replace(text, () => replacement),
      );
      const verdict = (await killed(folder, file)) ? 'killed' : 'SURVIVED';
      await writeFile(path, source);
      results.push({ ...next, verdict });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const started = Date.now();
const total = list.length;
const queue = [...list];
await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, () => work(queue)));
results.sort((a, b) => a.index - b.index);
console.log('| # | file | mutation | verdict |\n| ---: | --- | --- | --- |');
const show = (text) => `\`${text.replace(/\s+/g, ' ').replaceAll('|', '\\|')}\``;
for (const { index, mutant, verdict } of results) {
  const [file, text, replacement] = mutant;
  console.log(
    `| ${index} | ${file} | ${show(text)} → ${replacement === '' ? 'nothing' : show(replacement)} | ${verdict} |`,
  );
}
const alive = results.filter(({ verdict }) => verdict !== 'killed').length;
console.log(`\n${total - alive} of ${total} killed in ${Math.round((Date.now() - started) / 1000)} s`);
process.exitCode = alive === 0 ? 0 : 1;
