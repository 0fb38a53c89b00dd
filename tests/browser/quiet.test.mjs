// What pages and widgets do not do: load, store, shift, need a script, complain.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, watched } from './support/browser.mjs';
import { demo } from './support/program.mjs';

const WIDGETS = [
  '/groups/clean-energy/widget',
  '/groups/clean-energy/widget?layout=cards&locale=fr',
  '/groups/clean-energy/widget?layout=cards&scheme=dark&locale=ja&accent=e2001a',
  '/groups/clean-energy/widget?locale=ar&scheme=light',
  '/brands/rhodanie/widget?look=violet',
  '/brands/isarwerk/widget?locale=de&count=1',
];
const PAGES = ['/', '/brands/merwede', '/brands/merwede?lang=ja', '/groups/clean-energy', '/brands/rhodanie/subscribe'];

describe('pages and widgets are quiet', () => {
  let browser;
  let shown;
  before(async () => {
    [browser, shown] = await Promise.all([launch(), demo()]);
  });
  after(async () => {
    await browser?.close();
    await shown?.stop();
  });

  /** Opens an address, scrolls through it, and returns what it did. */
  async function visit(url) {
    const seen = await watched(browser);
    const { page } = seen;
    await page.goto(url, { waitUntil: 'load' });
    await page.evaluate(async () => {
      for (let y = 0; y < document.documentElement.scrollHeight; y += 600) {
        scrollTo(0, y);
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      }
    });
    await page.waitForLoadState('networkidle');
    const traces = await page.evaluate(async () => ({
      violations,
      shift,
      stored: localStorage.length + sessionStorage.length + (await indexedDB.databases()).length + (await caches.keys()).length,
      workers: (await navigator.serviceWorker.getRegistrations()).length,
      cookie: document.cookie,
    }));
    const cookies = await seen.context.cookies();
    await seen.close();
    return { ...seen, ...traces, cookies };
  }

  function assertQuiet(url, seen) {
    assert.deepEqual(seen.wrong, [], url);
    assert.deepEqual(seen.violations, [], url);
    assert.deepEqual(seen.cookies, [], url);
    assert.equal(seen.cookie, '', url);
    assert.equal(seen.stored, 0, url);
    assert.equal(seen.workers, 0, url);
    assert.equal(seen.shift, 0, `${url} shifts by ${seen.shift}`);
  }

  test('a widget is one document and pictures from our own origin', async () => {
    let pictures = 0;
    for (const path of WIDGETS) {
      const url = shown.site + path;
      const seen = await visit(url);
      assertQuiet(url, seen);
      const [document, ...rest] = seen.requests;
      assert.deepEqual(document, { url, kind: 'document' });
      for (const { url: asked, kind } of rest) {
        assert.equal(kind, 'image', asked);
        assert.ok(asked.startsWith(`${shown.site}/media/`), asked);
      }
      pictures += rest.length;
    }
    assert.ok(pictures > 6, `${pictures} pictures were loaded`);
  });

  test('a page loads nothing but pictures and the preview of its own widget', async () => {
    for (const path of PAGES) {
      const url = shown.site + path;
      const seen = await visit(url);
      assertQuiet(url, seen);
      for (const { url: asked, kind } of seen.requests) {
        if (kind === 'image') assert.ok(asked.startsWith(`${shown.site}/media/`), asked);
        else assert.ok(kind === 'document' && asked.startsWith(shown.site), `${kind} ${asked}`);
      }
    }
  });

  test('a page that is not there says so in words', async () => {
    const { page, context, close } = await watched(browser);
    const reply = await page.goto(`${shown.site}/nothing-here`);
    assert.equal(reply.status(), 404);
    assert.equal(await page.locator('h1').innerText(), 'Nothing at this address');
    assert.equal(await page.locator('main a').getAttribute('href'), `${shown.site}/`);
    assert.deepEqual(await page.evaluate(() => violations), []);
    assert.deepEqual(await context.cookies(), []);
    await close();
  });

  test('everything is there without JavaScript', async () => {
    const { page, wrong, close } = await watched(browser, { javaScriptEnabled: false });
    for (const layout of ['list', 'cards']) {
      await page.goto(`${shown.site}/groups/clean-energy/widget?layout=${layout}&count=6`);
      assert.equal(await page.locator('.pr-title a').count(), 6);
      assert.ok(await page.locator('.pr-title').last().isVisible());
    }
    await page.goto(`${shown.site}/groups/clean-energy`);
    assert.ok((await page.locator('.pr-title a').count()) > 20);
    const preview = page.frameLocator('iframe');
    await page.locator('iframe').scrollIntoViewIfNeeded();
    assert.ok(await preview.locator('.pr-title').first().isVisible());
    assert.deepEqual(wrong, []);
    await close();
  });

  test('the brand’s home page shows both of its widgets', async () => {
    const seen = await watched(browser);
    await seen.page.goto(shown.host);
    for (const [frame, least] of [['aside iframe', 4], ['#newsroom iframe', 4]]) {
      const place = seen.page.locator(frame);
      await place.scrollIntoViewIfNeeded();
      const titles = seen.page.frameLocator(frame).locator('.pr-title');
      await titles.first().waitFor();
      assert.equal(await titles.count(), least, frame);
    }
    await seen.page.waitForLoadState('networkidle');
    assert.deepEqual(seen.wrong, []);
    await seen.close();
  });
});
