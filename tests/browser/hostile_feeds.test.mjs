// A publisher whose feeds attack: our feeds, pages and widgets of it do nothing, whatever a cache on the way calls them.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch } from './support/browser.mjs';
import { hostilePublisher } from './support/hostile_publisher.mjs';
import { judge, visit } from './support/oracle.mjs';
import { serve, text } from './support/program.mjs';
import { stray } from './support/sink.mjs';
import { assertHarmless, distinct } from './support/verdict.mjs';

/** What a cache that knows nothing of feeds may call them. */
const TYPES = ['text/xml', 'application/xml', 'text/html', 'image/svg+xml', 'application/xhtml+xml'];
const ENTRIES_MIN = 400;
const TITLE = 'Victim</title></script></iframe><img src="x" onerror="alert(1)"><x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>';

describe('feeds of a hostile publisher', () => {
  let browser;
  let press;
  let shown;
  before(async () => {
    [browser, press] = await Promise.all([launch(), hostilePublisher()]);
    const brand = `[[brand]]\nslug = "victim"\ntitle = '${TITLE}'\nsources = ["rss", "atom"]\nlimit = 500\n`;
    shown = await serve(press.sources + brand, async (site) => (await text(`${site}/brands/victim/feed.rss`)).split('<item>').length > ENTRIES_MIN
      && (await text(`${site}/brands/victim/opml`)).includes('attacks'));
  });
  after(async () => {
    await browser?.close();
    await shown?.stop();
    await press?.stop();
  });

  const ours = async (path) => {
    const reply = await fetch(`${shown.site}/brands/victim${path}`);
    assert.equal(reply.status, 200, path);
    return { body: await reply.text(), type: reply.headers.get('content-type'), policy: reply.headers.get('content-security-policy') };
  };

  test('the publisher’s own feeds run where a cache calls them XML', async () => {
    for (const [format, body] of press.raw) {
      for (const type of TYPES) {
        const finds = await visit(browser, { body, type });
        assert.ok(finds.some((it) => it.kind === 'execution'), `${format} as ${type}: the judge sees nothing`);
      }
    }
  });

  test('our feeds run nothing, whatever a cache calls them, with our policy or without it', async () => {
    for (const format of ['rss', 'atom', 'json']) {
      const { body, policy } = await ours(`/feed.${format}`);
      assert.match(policy, /^sandbox; default-src 'none'/);
      for (const [type, headers] of [...TYPES.map((it) => [it, {}]), ['text/xml', { 'content-security-policy': policy }], ['text/html', { 'content-security-policy': policy }]]) {
        const finds = await visit(browser, { body, type, headers });
        const acts = finds.filter((it) => it.kind === 'execution' || it.kind === 'navigation');
        assertHarmless(acts.map((it) => ({ id: `${format} as ${type}`, ...it })), []);
      }
    }
  });

  test('what readers take out of our feeds does nothing in their pages', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const feeds = await Promise.all(['rss', 'atom', 'json'].map(async (it) => (await ours(`/feed.${it}`)).body));
    const taken = await page.evaluate(([rss, atom, json]) => {
      const parse = (xml) => new DOMParser().parseFromString(xml, 'application/xml');
      const texts = (them) => [...them].map((it) => it.textContent);
      return {
        rss: [...texts(parse(rss).getElementsByTagNameNS('http://purl.org/rss/1.0/modules/content/', 'encoded')), ...texts(parse(rss).querySelectorAll('item > description'))],
        atom: texts(parse(atom).querySelectorAll('content[type=html], summary[type=html]')),
        json: JSON.parse(json).items.map((it) => it.content_html ?? ''),
      };
    }, feeds);
    await context.close();
    for (const [format, htmls] of Object.entries(taken)) {
      assert.ok(htmls.length >= ENTRIES_MIN, `${format}: ${htmls.length}`);
      const cases = distinct(htmls.map((html, at) => ({ id: `${format}.${at}`, html })));
      assertHarmless(await judge(browser, format === 'rss' ? cases : cases.filter(({ html }) => !taken.rss.includes(html))), cases);
    }
  });

  test('what other sites are told of a page is a frame of ours, and runs nowhere', async () => {
    for (const format of ['json', 'xml']) {
      const reply = await fetch(`${shown.site}/oembed?format=${format}&url=${encodeURIComponent(`${shown.site}/brands/victim`)}`);
      assert.equal(reply.status, 200);
      const body = await reply.text();
      for (const type of [...TYPES, 'application/json']) {
        const finds = await visit(browser, { body, type });
        assertHarmless(finds.filter((it) => it.kind !== 'request').map((it) => ({ id: `${format} as ${type}`, ...it })), []);
      }
      const context = await browser.newContext();
      const page = await context.newPage();
      const dialogs = [];
      page.on('dialog', (it) => { dialogs.push(it.message()); it.dismiss(); });
      const { title, elements } = await page.evaluate(([body, isXml]) => {
        const xml = isXml && new DOMParser().parseFromString(body, 'application/xml');
        const said = (name) => xml ? xml.querySelector(name).textContent : JSON.parse(body)[name];
        document.body.innerHTML = said('html');
        return { title: said('title'), elements: [...document.body.querySelectorAll('*')].map((it) => [it.tagName, it.src]) };
      }, [body, format === 'xml']);
      assert.equal(title, TITLE);
      assert.deepEqual(elements, [['IFRAME', `${shown.site}/brands/victim/widget`]]);
      assert.deepEqual(dialogs, []);
      await context.close();
    }
  });

  test('pages and widgets do nothing, even without their policy', async () => {
    const paths = ['', '/subscribe', '/widget?count=50', '/widget?count=50&layout=cards', '/opml'];
    for (const path of paths) {
      const { body, type, policy } = await ours(path);
      assert.ok(path === '/subscribe' || path === '/opml' || body.includes('alert(1)'), `${path}: the attacks are not shown`);
      const pictures = [...body.matchAll(/<img [^>]*?src="([^"]*)"/g)].map(([, it]) => new URL(it.replaceAll('&amp;', '&')).href);
      const may = (url, kind) => (kind === 'image' && pictures.includes(url)) || (kind === 'document' && url.startsWith(shown.site));
      assert.deepEqual(await visit(browser, { body, type }, { may, seen: type.startsWith('text/html') ? stray : undefined }), [], path);
      const finds = await visit(browser, { body, type, headers: { 'content-security-policy': policy } }, { may });
      assert.deepEqual(finds, [], `${path} with its policy`);
    }
  });
});
