// Starts the real binary, waits until it answers, and stops it.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const binary = resolve(process.env.PRESSROLL_BIN ?? join(import.meta.dirname, '../../../target/release/pressroll'));
const READY_MS_MAX = 30_000;
const STOP_MS_MAX = 10_000;
/** The widget of the demo's group shows more than so many. */
const DEMO_PICTURES_MIN = 6;
const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;

/** Asks `what` again and again until it answers with something, or fails saying what it waited for. */
export async function until(waitedFor, what, limitMs = READY_MS_MAX, everyMs = 100) {
  const end = Date.now() + limitMs;
  for (;;) {
    const answer = await what();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`${waitedFor}: not within ${limitMs} ms`);
    await new Promise((done) => setTimeout(done, everyMs));
  }
}

/** The body of an address as text; empty while nobody answers. */
export async function text(url) {
  try {
    const reply = await fetch(url);
    return reply.ok ? await reply.text() : '';
  } catch {
    return '';
  }
}

/** Number of entries in a widget. */
export async function entries(url) {
  return (await text(url)).split('class="pr-title"').length - 1;
}

function start(args, folder) {
  const child = spawn(binary, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  let complaints = '';
  let failed = null;
  child.stdout.on('data', (bytes) => { printed += bytes; });
  child.stderr.on('data', (bytes) => { complaints = (complaints + bytes).slice(-4000); });
  child.on('error', (error) => { failed = error; });
  const ended = new Promise((done) => child.on('close', done));
  return {
    printed: () => printed,
    check() {
      if (failed) throw new Error(`${binary} does not start: ${failed.message}. Build it: cargo build --release`);
      if (child.exitCode !== null) throw new Error(`${binary} ended by itself (${child.exitCode}):\n${complaints}`);
    },
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
      await ended;
      clearTimeout(late);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What `pressroll sanitize --ndjson` makes of cases `{ id, html }`, in their order. */
export function sanitized(cases, ...options) {
  const input = cases.map(({ id, html }) => JSON.stringify({ id, html })).join('\n');
  const ran = spawnSync(binary, ['sanitize', '--ndjson', ...options, '-'], { input, maxBuffer: OUTPUT_BYTES_MAX });
  if (ran.error || ran.status !== 0) throw new Error(`${binary} sanitize: ${ran.error?.message ?? ran.stderr}. Build it: cargo build --release`);
  return String(ran.stdout).trimEnd().split('\n').map((line) => JSON.parse(line));
}

const folder = () => mkdtemp(join(tmpdir(), 'pressroll-browser-'));

/** The demo on free ports, once its group shows entries of all its publishers. */
export async function demo() {
  const program = start(['demo', '--listen', '127.0.0.1:0'], await folder());
  try {
    const addresses = await until('the demo prints its addresses', () => {
      program.check();
      const found = [...program.printed().matchAll(/http:\/\/\S+/g)].map(([url]) => url);
      return program.printed().includes('Ctrl+C') && found;
    });
    const host = addresses[0];
    const site = new URL(addresses.find((url) => url.includes('/brands/'))).origin;
    const group = `${site}/groups/clean-energy/widget?count=50`;
    let pictures = 0;
    await until('all publishers of the demo are polled, and their pictures kept', async () => {
      program.check();
      const page = await text(group);
      const before = pictures;
      pictures = page.split('<img').length - 1;
      return pictures >= DEMO_PICTURES_MIN && pictures === before
        && ['メルウェーデ', 'Merwede Hydrogen', 'Rhodanie', 'Isarwerk', 'Tideway', 'Delta'].every((it) => page.includes(it));
    }, READY_MS_MAX, 1_500);
    return { host, site, press: new URL(host).origin, stop: program.stop };
  } catch (error) {
    await program.stop();
    throw error;
  }
}

/** A port that was free a moment ago. */
async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** `pressroll serve` with a feeds.toml of publications; `ready` tells by the site's address when it may be looked at. */
export async function serve(publications, ready) {
  const place = await folder();
  const listen = `127.0.0.1:${await freePort()}`;
  const site = `http://${listen}`;
  const head = `version = 1\n[site]\ntitle = "Press"\ncontact = "https://www.example.com/about"\n`
    + `public_url = "${site}"\n[server]\nlisten = "${listen}"\n`;
  await writeFile(join(place, 'feeds.toml'), head + publications);
  const program = start(['serve'], place);
  try {
    await until('the site is ready', async () => {
      program.check();
      return (await text(`${site}/readyz`)) && ready(site);
    });
    return { site, stop: program.stop };
  } catch (error) {
    await program.stop();
    throw error;
  }
}
