// Widgets and pages that are rich in pictures: none is broken, none moves the layout, none comes from a publisher.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { launch, overflow, watched } from './support/browser.mjs';
import { demo } from './support/program.mjs';

const WIDTHS = [240, 480, 1024];
const PATHS = [
  '/groups/clean-energy/widget?layout=cards&count=12', '/groups/clean-energy/widget?layout=list&count=12', '/groups/clean-energy/widget?layout=cards&count=12&scheme=dark',
  '/groups/clean-energy/widget?layout=cards&count=12&locale=ar', '/groups/clean-energy', '/brands/rhodanie',
];
/** On a screen with so many pixels per pixel, pictures must not be blurred. */
const DENSITIES = { 240: 1, 480: 2, 1024: 1 };
/** How much narrower than its place a file may be before it is seen. */
const SHARP_MIN = 0.9;

describe('pictures', () => {
  let browser;
  let shown;
  let axe;
  before(async () => {
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    [browser, shown] = await Promise.all([launch(), demo()]);
  });
  after(async () => {
    await browser?.close();
    await shown?.stop();
  });

  /** Opens a path at a width, scrolls through it, and returns the page with what it did. */
  async function opened(path, width) {
    const seen = await watched(browser, { viewport: { width, height: 900 }, deviceScaleFactor: DENSITIES[width] });
    await seen.page.goto(shown.site + path, { waitUntil: 'load' });
    await seen.page.evaluate(async () => {
      for (let y = 0; y < document.documentElement.scrollHeight; y += 500) {
        scrollTo(0, y);
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      }
    });
    await seen.page.waitForLoadState('networkidle');
    return seen;
  }

  test('every picture that is seen is there, sharp, and in the room that was kept for it', async () => {
    let pictures = 0;
    for (const path of PATHS) {
      for (const width of WIDTHS) {
        const { page, wrong, requests, close } = await opened(path, width);
        const where = `${path} at ${width}`;
        const images = await page.locator('img').evaluateAll((them) => them.filter((it) => it.checkVisibility()).map((it) => {
          const { width: wide, height: tall } = it.getBoundingClientRect();
          const stated = it.hasAttribute('width') && it.hasAttribute('height') && it.hasAttribute('alt');
          return { src: it.currentSrc || it.src, natural: it.naturalWidth, wide, tall, complete: it.complete, stated, full: Number(it.getAttribute('width')) };
        }));
        for (const it of images) {
          assert.ok(it.complete && it.natural > 0, `${where}: broken: ${it.src}`);
          assert.ok(it.stated && it.wide > 0 && it.tall > 0, `${where}: ${JSON.stringify(it)}`);
          const file = Math.min(Number(it.src.match(/(\d+)\.\w+$/)?.[1]), it.full);
          assert.ok(file >= Math.min(it.wide * DENSITIES[width], it.full) * SHARP_MIN, `${where}: blurred: ${JSON.stringify(it)}`);
          assert.ok(it.src.startsWith(`${shown.site}/media/`), `${where}: ${it.src}`);
        }
        pictures += images.length;
        for (const { url } of requests) assert.equal(new URL(url).origin, shown.site, `${where} asks ${url}`);
        assert.deepEqual(wrong, [], where);
        assert.equal(await page.evaluate(() => shift), 0, `${where} shifts`);
        assert.deepEqual(await page.evaluate(() => violations), [], where);
        assert.deepEqual(await overflow(page), [], where);
        await close();
      }
    }
    assert.ok(pictures > 60, `only ${pictures} pictures were seen`);
  });

  test('axe finds nothing among pictures', async () => {
    for (const path of PATHS) {
      const { page, close } = await opened(path, 480);
      await page.evaluate(axe);
      const result = await page.evaluate(() => globalThis.axe.run(document, { iframes: false }));
      assert.ok(result.passes.length > 10, `${path}: only ${result.passes.length} rules applied`);
      assert.deepEqual(result.violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).slice(0, 3).join(' ')}`), [], path);
      await close();
    }
  });

  test('a picture that is lost leaves a designed place, and nothing shifts', async () => {
    const seen = await watched(browser, { viewport: { width: 480, height: 900 } });
    await seen.context.route('**/media/**', (route) => route.fulfill({ status: 404, contentType: 'image/webp', body: '' }));
    await seen.page.goto(`${shown.site}/groups/clean-energy/widget?layout=cards&count=6`);
    await seen.page.waitForLoadState('networkidle');
    const places = await seen.page.locator('.pr-pic').evaluateAll((them) => them.map((it) => it.getBoundingClientRect().toJSON()));
    assert.ok(places.length >= 6);
    for (const { width, height } of places) assert.ok(Math.abs(width / height - 1.5) < 0.02, `${width} × ${height}`);
    assert.equal(await seen.page.evaluate(() => shift), 0);
    await seen.close();
  });

  test('every picture has an address that only we can make', async () => {
    const { page, close } = await opened(PATHS[0], 480);
    const addresses = await page.locator('img').evaluateAll((them) => them.map((it) => it.src));
    await close();
    assert.ok(addresses.length > 3);
    for (const address of addresses) {
      const reply = await fetch(address);
      assert.equal(reply.status, 200, address);
      assert.match(reply.headers.get('content-type'), /^image\/(webp|jpeg)$/);
      assert.equal(reply.headers.get('x-content-type-options'), 'nosniff');
      assert.match(reply.headers.get('content-security-policy'), /^sandbox/);
      assert.equal(reply.headers.get('cross-origin-resource-policy'), 'cross-origin');
      const other = address.replace(/\/media\/(.)/, (_, first) => `/media/${first === '0' ? '1' : '0'}`);
      assert.equal((await fetch(other)).status, 403, other);
    }
  });
});
