// Colours that can be read, a keyboard that gets everywhere, entries that are wholly their links, news that arrives.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { launch, watched } from './support/browser.mjs';
import { demo, text, until } from './support/program.mjs';

const CONTRAST_MIN = 4.5;
/** Of large bold letters, and of what is no text (WCAG 2.2, 1.4.3 and 1.4.11). */
const CONTRAST_LARGE_MIN = 3;
/** The demo publishes every half minute and polls every five seconds. */
const ARRIVAL_MS_MAX = 45_000;
const WIDGET = '/groups/clean-energy/widget?count=6';

/** Red, green and blue, 0 to 1, of a computed colour. */
function channels(colour) {
  const numbers = colour.match(/[\d.]+/g).map(Number);
  if (colour.startsWith('color(srgb')) return numbers.slice(0, 3);
  assert.match(colour, /^rgb\(/, `${colour} is not opaque`);
  return numbers.slice(0, 3).map((it) => it / 255);
}

function luminance(colour) {
  const [red, green, blue] = channels(colour).map((it) => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [more, less] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (more + 0.05) / (less + 0.05);
}

describe('reading', () => {
  let browser;
  let shown;
  let first;
  before(async () => {
    [browser, shown] = await Promise.all([launch(), demo()]);
    first = await text(`${shown.site}/groups/clean-energy/widget`);
  });
  after(async () => {
    await browser?.close();
    await shown?.stop();
  });

  /** Colour and background of every text of the open document. */
  const colours = (page) => page.evaluate(() => {
    const behind = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const { backgroundColor } = getComputedStyle(at);
        if (backgroundColor !== 'rgba(0, 0, 0, 0)') return backgroundColor;
      }
      return 'none';
    };
    return [...document.querySelectorAll('h1, h2, h3, .pr-text, .pr-meta b, time, .pr-quiet, div.pr-pic, p, dt, dd a, li a')]
      .filter((it) => it.checkVisibility() && it.textContent.trim() && !it.querySelector('img'))
      .map((it) => ({ name: `${it.tagName}.${it.className}`, colour: getComputedStyle(it).color, on: behind(it), large: it.matches('.pr-pic') }));
  });

  test('text, muted text and every accent stand out in both schemes', async () => {
    const { page, close } = await watched(browser);
    const accents = ['', '&accent=ff0', '&accent=fff', '&accent=000', '&accent=e2001a', '&accent=7a7a7a'];
    const seen = new Set();
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      const widgets = accents.flatMap((accent) => ['list', 'cards'].map((layout) => `${WIDGET}&layout=${layout}${accent}`));
      for (const path of [...widgets, '/', '/groups/clean-energy', '/brands/merwede/subscribe', '/nothing']) {
        await page.goto(shown.site + path);
        for (const { name, colour, on, large } of await colours(page)) {
          const ratio = contrast(colour, on);
          assert.ok(ratio >= (large ? CONTRAST_LARGE_MIN : CONTRAST_MIN), `${path}, ${colorScheme}: ${name} ${colour} on ${on} is ${ratio.toFixed(2)}`);
          seen.add(name);
        }
      }
    }
    for (const name of ['H2.pr-title', 'P.pr-text', 'B.', 'TIME.', 'A.pr-quiet', 'DIV.pr-pic']) assert.ok(seen.has(name), name);
    await close();
  });

  test('a scheme that was asked for holds against the system’s', async () => {
    const ground = async (colorScheme, query) => {
      const { page, close } = await watched(browser, { colorScheme });
      await page.goto(`${shown.site}${WIDGET}${query}`);
      const colour = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      await close();
      return colour;
    };
    const [light, dark] = ['rgb(255, 255, 255)', 'rgb(20, 22, 24)'];
    assert.equal(await ground('light', ''), light);
    assert.equal(await ground('dark', ''), dark);
    assert.equal(await ground('dark', '&scheme=light'), light);
    assert.equal(await ground('light', '&scheme=dark'), dark);
  });

  test('the tab key goes through the titles in their order, and its place is seen', async () => {
    for (const query of ['&layout=list', '&layout=cards', '&layout=list&locale=ar&scheme=dark']) {
      const { page, close } = await watched(browser);
      await page.goto(`${shown.site}${WIDGET}${query}`);
      const links = await page.locator('a').evaluateAll((them) => them.map((it) => it.textContent));
      assert.equal(links.length, 9, 'head, all releases, six titles, subscribe');
      for (const expected of links) {
        await page.keyboard.press('Tab');
        const focus = await page.evaluate(() => {
          const at = document.activeElement;
          const ring = getComputedStyle(at.closest('.pr-title') ?? at);
          return {
            words: at.textContent,
            style: ring.outlineStyle,
            width: parseFloat(ring.outlineWidth),
            colour: ring.outlineColor,
            ground: getComputedStyle(document.documentElement).backgroundColor,
          };
        });
        assert.equal(focus.words, expected);
        assert.equal(focus.style, 'solid', `${expected} shows no focus`);
        assert.ok(focus.width >= 2);
        assert.ok(contrast(focus.colour, focus.ground) >= CONTRAST_LARGE_MIN);
      }
      await close();
    }
  });

  test('a whole entry leads to its release, in a new tab that knows nothing of the widget', async () => {
    const { page, context, close } = await watched(browser);
    for (const [layout, spot] of [['cards', '.pr-pic'], ['cards', '.pr-text'], ['list', '.pr-meta b'], ['list', '.pr-text']]) {
      await page.goto(`${shown.site}${WIDGET}&layout=${layout}`);
      const entry = page.locator('li', { has: page.locator(spot) }).nth(1);
      const title = entry.locator('.pr-title a');
      const { x, y, width, height } = await entry.locator(spot).boundingBox();
      const opening = context.waitForEvent('page');
      await page.mouse.click(x + width / 2, y + height / 2);
      const opened = await opening;
      await opened.waitForLoadState();
      assert.equal(opened.url(), await title.getAttribute('href'), `${layout} ${spot}`);
      assert.equal(await opened.evaluate(() => window.opener), null);
      await opened.close();
    }
    const careless = await page.locator('a').evaluateAll((them) => them.filter((it) => it.target !== '_blank' || !it.relList.contains('noopener')).length);
    assert.equal(careless, 0);
    await close();
  });

  test('axe finds nothing in pages and widgets, light and dark', async () => {
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const { page, close } = await watched(browser);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      for (const path of [
        `${WIDGET}&layout=list`, `${WIDGET}&layout=cards`, `${WIDGET}&layout=cards&locale=ar`, '/', '/brands/merwede',
        '/groups/clean-energy', '/brands/rhodanie/subscribe', '/nothing',
      ]) {
        await page.goto(shown.site + path);
        await page.evaluate(axe);
        const result = await page.evaluate(() => globalThis.axe.run(document, { iframes: false }));
        assert.ok(result.passes.length > 10, `${path}: only ${result.passes.length} rules applied`);
        assert.deepEqual(result.violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).slice(0, 3).join(' ')}`), [], `${path}, ${colorScheme}`);
      }
    }
    await close();
  });

  test('a release that goes out arrives in the widget', async () => {
    const { page, wrong, close } = await watched(browser, { viewport: { width: 380, height: 860 } });
    await page.goto(`${shown.site}/groups/clean-energy/widget`);
    const title = await until('a new release', async () => {
      await page.reload();
      const newest = await page.locator('.pr-title a').first().evaluate((it) => ({ words: it.textContent, href: it.href }));
      return newest.href.includes('/releases/note-') && !first.includes(newest.words) && newest.words;
    }, ARRIVAL_MS_MAX, 1000);
    const feed = await text(`${shown.site}/groups/clean-energy/feed.json`);
    assert.ok(JSON.parse(feed).items.some((it) => it.title === title), 'the feed has it too');
    assert.deepEqual(wrong, []);
    await close();
  });
});
