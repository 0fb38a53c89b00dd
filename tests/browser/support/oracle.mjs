// The judge of HTML that is shown to readers: it loads each case in the places where readers meet it, does what they could
// do, and names every case that ran, went, opened, asked for, or broke out of anything.

import { act, carried, instrument, look } from './sink.mjs';

const ORIGIN = 'http://page.test';
const BATCH = 60;
const LOAD_MS_MAX = 4_000;
/** How long what a document has begun may take to show itself: an image that fails, a timer. */
const SETTLE_MS = 120;
/** Whose players may be framed. */
const HOSTS = ['www.youtube-nocookie.com', 'player.vimeo.com'];
/** Attributes that cleaned HTML may have. */
const ALLOWED = [
  'href', 'rel', 'src', 'alt', 'title', 'width', 'height', 'colspan', 'rowspan', 'scope', 'start', 'datetime', 'lang', 'dir', 'type', 'controls',
  // Of frames, and of what is loaded when it is seen.
  'allow', 'allowfullscreen', 'sandbox', 'referrerpolicy', 'loading', 'decoding', 'preload',
];
/** Nothing of a release may run, submit, set a base, or be styled: a browser tells all that wants to. */
const REPORTS = `script-src 'none'; style-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-src https://${HOSTS.join(' https://')}`;

/** A document with `html` in its box, as a server sends it. */
const page = (html) => '<!doctype html><html><head><meta charset="utf-8"><title>A page</title></head><body><main><div id="box">'
  + `${html}</div><p id="after">What <b>follows</b>.</p><footer id="end">The end.</footer></main></body></html>`;

/** The addresses that a browser may ask for by itself where it shows `html`, and the frames. */
export function loadable(html) {
  const entities = { amp: '&', lt: '<', gt: '>', quot: '"' };
  const addresses = (names) => [...html.matchAll(new RegExp(`<(?:${names})\\s(?:[^>"]|"[^"]*")*?\\bsrc="([^"]*)"`, 'g'))]
    .map(([, written]) => written.replace(/&(amp|lt|gt|quot);/g, (_, name) => entities[name]))
    .filter((it) => /^https?:\/\//.test(it))
    .filter((it) => URL.canParse(it))
    .map((it) => new URL(it).href.replace(/#.*/s, ''));
  return { files: addresses('img|audio|video|source'), frames: addresses('iframe') };
}

/**
 * Judges cases `{ id, html }`, and returns what they did: `{ id, kind, what }`, where the kind is `execution`, `navigation`, `popup`,
 * `request`, `breakout` or `forbidden`. `policy` is a content security policy that the documents are sent with.
 */
export async function judge(browser, cases, { policy } = {}) {
  const finds = [];
  for (let at = 0; at < cases.length; at += BATCH) finds.push(...await batch(browser, cases.slice(at, at + BATCH), policy));
  return finds;
}

async function batch(browser, cases, policy) {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const finds = new Map();
  const owns = (url) => (url.startsWith(`${ORIGIN}/case/`) ? Number(url.slice(ORIGIN.length + 6).split(/[?#]/)[0]) : undefined);
  const note = (at, kind, what) => {
    const id = cases[at]?.id ?? `one of ${cases[0].id} … ${cases.at(-1).id}`;
    finds.set(JSON.stringify([id, kind, what]), { id, kind, what });
  };
  /** Which case a frame belongs to, by the name that was given to it: its address may have changed. */
  const homes = new Map();
  const home = (frame) => {
    for (let it = frame; it; it = it.parentFrame()) if (homes.has(it)) return homes.get(it);
    return undefined;
  };
  const tops = new Set();

  await context.exposeBinding('tripped', ({ frame }, kind, what) => note(home(frame), kind, what));
  await context.addInitScript(instrument);
  await context.route('**/*', (route, request) => answer(route, request, { cases, policy, owns, homes, home, note }));
  context.on('page', (opened) => {
    if (tops.size > 0) note(undefined, 'popup', opened.url());
    tops.add(opened);
  });
  const top = await context.newPage();
  top.on('dialog', (dialog) => { note(undefined, 'execution', `a dialog: ${dialog.message()}`); dialog.dismiss().catch(() => {}); });
  top.on('websocket', (socket) => note(undefined, 'request', socket.url()));
  top.on('download', (download) => note(undefined, 'navigation', `downloads ${download.url()}`));
  top.on('framenavigated', (frame) => {
    const at = home(frame);
    if (frame === top.mainFrame() || owns(frame.url()) !== undefined || at === undefined) return;
    if (homes.has(frame)) note(at, 'navigation', `its document goes to ${frame.url()}`);
    else if (frame.url() !== 'about:blank' && !loadable(cases[at].html).frames.includes(frame.url())) note(at, 'request', `frames ${frame.url()}`);
  });
  await top.goto(`${ORIGIN}/`);
  const judged = await Promise.race([
    top.evaluate(everyCase, { count: cases.length, htmls: cases.map((it) => it.html), load: LOAD_MS_MAX, settle: SETTLE_MS, rules: { allowed: ALLOWED, hosts: HOSTS },
      code: [look, act, carried].map(String) }).catch((error) => [[undefined, `execution: the page was ended: ${error.message.slice(0, 200)}`]]),
    new Promise((done) => { setTimeout(done, 10 * LOAD_MS_MAX, [[undefined, 'execution: the page hangs']]).unref(); }),
  ]);
  for (const [at, said] of judged) {
    const [, kind, what] = said.match(/^(\w+): (.*)$/s);
    note(at, kind, what);
  }
  await context.close();
  return [...finds.values()];
}

/**
 * Opens one whole document, by itself and in a frame, as a server sends it: `{ body, type, headers }`. Returns what ran, what was
 * asked for that `may` does not allow, and what `seen` says of the frame's document.
 */
export async function visit(browser, { body, type, headers = {} }, { may = () => false, seen = () => [] } = {}) {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const finds = [];
  const note = (kind, what) => finds.push({ kind, what });
  const watching = headers['content-security-policy'] ? {} : { 'content-security-policy-report-only': "script-src 'none'" };
  await context.exposeBinding('tripped', (_, kind, what) => note(kind, what));
  await context.addInitScript(instrument);
  await context.route('**/*', (route, request) => {
    const url = request.url();
    if (url === `${ORIGIN}/`) return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>A frame</title><link rel="icon" href="data:,"><iframe src="/document"></iframe>' });
    if (url === `${ORIGIN}/document`) return route.fulfill({ contentType: type, headers: { ...watching, ...headers }, body });
    if (!may(url, request.resourceType())) note(request.isNavigationRequest() ? 'navigation' : 'request', `${request.resourceType()}: ${url}`);
    return route.abort();
  });
  const page = await context.newPage();
  page.on('dialog', (dialog) => { note('execution', `a dialog: ${dialog.message()}`); dialog.dismiss().catch(() => {}); });
  await page.goto(`${ORIGIN}/document`).catch((error) => { if (!/ERR_ABORTED|Download/.test(error.message)) throw error; });
  await page.goto(`${ORIGIN}/`);
  const said = await page.evaluate(([code, look]) => {
    const frame = document.querySelector('iframe');
    if (!frame.contentDocument) return [];
    const found = (0, eval)(`(${look})`)(frame);
    (0, eval)(`(${code})`)(frame);
    return found;
  }, [String(act), String(seen)]);
  await page.waitForTimeout(2 * SETTLE_MS);
  await context.close();
  return [...finds, ...said.map((what) => ({ kind: 'forbidden', what }))];
}

/** Answers everything that a browser asks for, and judges whether it should have asked. */
async function answer(route, request, { cases, policy, owns, homes, home, note }) {
  const url = request.url();
  if (url === `${ORIGIN}/`) return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Cases</title><link rel="icon" href="data:,">' });
  let frame;
  try {
    frame = request.frame();
  } catch { /* Of a frame that has gone. */ }
  const own = owns(url);
  const is_document = request.isNavigationRequest();
  if (is_document && own !== undefined && frame?.parentFrame()?.parentFrame() === null && !homes.has(frame)) {
    homes.set(frame, own);
    const headers = policy ? { 'content-security-policy': policy } : { 'content-security-policy-report-only': REPORTS };
    return route.fulfill({ contentType: 'text/html; charset=utf-8', headers, body: page(cases[own].html) });
  }
  const at = frame ? home(frame) : owns(request.headers().referer ?? '');
  const good = at === undefined ? { files: [], frames: [] } : loadable(cases[at].html);
  if (is_document && (!frame || homes.has(frame) || !frame.parentFrame())) {
    note(at, 'navigation', `${request.method()} ${url}`);
  } else if (is_document) {
    if (good.frames.includes(url) && URL.canParse(url) && HOSTS.includes(new URL(url).host)) return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>A player</title>' });
    note(at, 'request', `a frame: ${url}`);
  } else if (!(['image', 'media'].includes(request.resourceType()) && request.method() === 'GET' && good.files.includes(url))) {
    note(at, 'request', `${request.resourceType()}: ${url}`);
  }
  return route.abort().catch(() => {});
}

/** In the page: loads each case in a frame of its own, then puts it there by script, then as a reader of feeds would. */
async function everyCase({ count, htmls, load, settle, rules, code }) {
  const [look, act, carried] = code.map((it) => (0, eval)(`(${it})`));
  const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });
  const found = [];
  const frames = await Promise.all(Array.from({ length: count }, async (_, at) => {
    const frame = document.createElement('iframe');
    const loaded = new Promise((done) => { frame.onload = done; });
    frame.src = `/case/${at}`;
    document.body.append(frame);
    await Promise.race([loaded, wait(load)]);
    return frame;
  }));
  const everywhere = async (sink, html) => {
    frames.forEach((frame, at) => {
      try {
        found.push(...look(frame, html(at), rules).map((it) => [at, `${it} (${sink})`]));
        act(frame);
      } catch (error) {
        found.push([at, `breakout: ${sink}: ${error.message}`]);
      }
    });
    await wait(settle);
  };
  await everywhere('page', () => null);
  await everywhere('innerHTML', (at) => htmls[at]);
  await everywhere('feed', (at) => carried(htmls[at]));
  return found;
}
