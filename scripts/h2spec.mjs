// Runs h2spec against `serve` and h2specd against `connect`, of every runtime that has sockets. They are programs of their own, in no
// package of Debian or npm: built from github.com/summerwind/h2spec with Debian's golang-go, golang-golang-x-net-dev,
// golang-github-spf13-cobra-dev and golang-github-fatih-color-dev (GO111MODULE=off, without its go.mod), and put on the PATH.
//   npm run build && node scripts/h2spec.mjs
// Over TLS, since on a plain port what is not the preface is HTTP/1.1, and gets its 400.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const runtimes = join(root, 'runtimes/node_modules');
const folder = mkdtempSync(join(tmpdir(), 'sluice-h2spec-'));
const key = join(folder, 'key.pem');
const cert = join(folder, 'cert.pem');
execFileSync(
  'openssl',
  `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout ${key} -out ${cert} -subj /CN=localhost \
-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE`.split(/\s+/),
  { stdio: 'ignore' },
);
const pem = JSON.stringify({ key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') });

const entry = (name) => JSON.stringify(new URL(`../dist/${name}.js`, import.meta.url).href);
const server = (name) => `import { serve } from ${entry(name)};
// Some cases break a request that is still open: answered at once, it is over before they do.
const handler = () => new Promise((resolve) => setTimeout(resolve, 20, new Response('hello')));
const server = await serve(handler, { hostname: '127.0.0.1', tls: ${pem} });
console.log(server.port);`;
const client = (name, trust) => `import { connect } from ${entry(name)};
const { cert } = ${pem};
const url = (globalThis.Deno?.args ?? process.argv).at(-1);
try {
  const connection = await connect(url, ${trust});
  await (await connection.fetch('/')).text();
  // Some cases send more behind the response, and look at the answer.
  await new Promise((resolve) => setTimeout(resolve, 200));
  await connection.close();
} catch {}`;

const deno = [join(runtimes, '@deno/linux-x64-glibc/deno'), 'run', '-A', '--no-config'];
const bun = [join(runtimes, '@oven/bun-linux-x64/bin/bun')];
const targets = [
  ['Node 20', [process.execPath], 'node', '{ ca: cert }'],
  ['Node 24', [join(runtimes, 'node24/bin/node')], 'node', '{ ca: cert }'],
  ['Deno', deno, 'deno', '{ caCerts: [cert] }'],
  ['Bun', bun, 'bun', '{ tls: { ca: cert } }'],
];

const summary = (text) => /\d+ tests, .*/.exec(text)?.[0] ?? text.trim().split('\n').at(-1);
const failures = (text) => text.slice(text.indexOf('\nFailures:')).trim();

let failed = false;
function report(what, { stdout, error }) {
  const line = error ? `${error.message}` : summary(stdout);
  console.log(`| ${what} | ${line} |`);
  if (/ 0 skipped, 0 failed/.test(line)) return;
  failed = true;
  if (!error && stdout.includes('\nFailures:')) console.log(failures(stdout));
}

try {
  for (const [title, command, name, trust] of targets) {
    const [program, ...args] = command;
    const served = join(folder, `serve-${name}.mjs`);
    const asked = join(folder, `connect-${name}.mjs`);
    writeFileSync(served, server(name));
    writeFileSync(asked, client(name, trust));
    const child = spawn(program, [...args, served], { stdio: ['ignore', 'pipe', 'inherit'] });
    const port = await new Promise((resolve, reject) => {
      child.stdout.once('data', (data) => resolve(String(data).trim()));
      child.once('exit', () => reject(new Error(`${title} serves nothing`)));
    });
    const run = (tool, options) => spawnSync(tool, options, { encoding: 'utf8', maxBuffer: 1 << 28 });
    report(`h2spec, ${title}`, run('h2spec', ['-h', '127.0.0.1', '-p', port, '-t', '-k', '-S']));
    child.kill();
    const exec = [...command, asked].join(' ');
    report(`h2specd, ${title}`, run('h2specd', ['-S', '-t', '-o', '10', '-c', cert, '-k', key, '-e', exec]));
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = failed ? 1 : 0;
