// Nothing stands out, nothing is cut in the middle of a line: at every width, in both directions, with hostile texts.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, overflow, watched } from './support/browser.mjs';
import { demo, entries, serve } from './support/program.mjs';
import { publisher, RELEASES } from './support/publisher.mjs';

const WIDTHS = [240, 320, 480, 768, 1024, 1280, 1600];

describe('layout', () => {
  let browser;
  let press;
  let odd;
  let shown;
  before(async () => {
    [browser, press] = await Promise.all([launch(), publisher()]);
    const brand = (slug, more) => `[[brand]]\nslug = "${slug}"\ntitle = "Newsroom of a company with a rather long name"\n${more}\n`;
    const publications = press.source('odd', 'en')
      + brand('odd', 'sources = ["odd"]')
      + brand('arabic', 'sources = ["odd"]\nlocale = "ar"')
      + brand('empty', 'sources = ["odd"]\ninclude = ["nothing has these words"]');
    const ready = async (site) => (await entries(`${site}/brands/arabic/widget?count=50`)) === RELEASES.length;
    [odd, shown] = await Promise.all([serve(publications, ready), demo()]);
  });
  after(async () => {
    await browser?.close();
    await odd?.stop();
    await shown?.stop();
    await press?.stop();
  });

  /** Looks at each address in each width. */
  async function everywhere(urls, look) {
    const { page, close } = await watched(browser);
    for (const url of urls) {
      await page.setViewportSize({ width: WIDTHS[0], height: 900 });
      await page.goto(url);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await look(page, `${url} at ${width}`, width);
      }
    }
    await close();
  }

  test('nothing is wider than a widget', async () => {
    const paths = ['list', 'cards'].flatMap((layout) => [
      `${odd.site}/brands/odd/widget?count=6&layout=${layout}`,
      `${odd.site}/brands/arabic/widget?count=6&layout=${layout}`,
      `${odd.site}/brands/empty/widget?layout=${layout}`,
      ...['en', 'fr', 'de', 'ja', 'ar'].map((locale) => `${shown.site}/groups/clean-energy/widget?layout=${layout}&locale=${locale}`),
    ]);
    await everywhere(paths, async (page, where) => assert.deepEqual(await overflow(page), [], where));
  });

  test('nothing is wider than a page', async () => {
    const paths = [
      shown.host, `${shown.site}/`, `${shown.site}/brands/rhodanie/subscribe`, `${shown.site}/brands/merwede`,
      `${odd.site}/brands/odd`, `${odd.site}/brands/arabic`, `${odd.site}/brands/arabic/subscribe`, `${odd.site}/brands/empty`,
      `${odd.site}/nothing`,
    ];
    await everywhere(paths, async (page, where) => assert.deepEqual(await overflow(page), [], where));
  });

  test('titles and texts end with a whole line', async () => {
    const paths = ['list', 'cards'].map((layout) => `${odd.site}/brands/odd/widget?count=6&layout=${layout}`);
    let cut = 0;
    await everywhere(paths, async (page, where, width) => {
      const lines = await page.locator('.pr-title, .pr-text').evaluateAll((elements) => elements
        .filter((it) => it.checkVisibility())
        .map((it) => ({
          title: it.className === 'pr-title',
          lines: it.clientHeight / parseFloat(getComputedStyle(it).lineHeight),
          cut: it.scrollHeight > it.clientHeight + 2,
        })));
      assert.ok(lines.length >= RELEASES.length, where);
      for (const it of lines) {
        const most = it.title ? (width < 280 ? 4 : 3) : 2;
        assert.ok(it.lines < most + 0.1, `${where}: ${JSON.stringify(it)}`);
        assert.ok(Math.abs(it.lines - Math.round(it.lines)) < 0.1, `${where}: part of a line shows, ${JSON.stringify(it)}`);
        cut += it.cut;
      }
    });
    assert.ok(cut > 10, 'the long ones are cut');
  });

  test('cards of a row begin at one height and their pictures are three to two', async () => {
    const { page, close } = await watched(browser, { viewport: { width: 1122, height: 900 } });
    await page.goto(`${odd.site}/brands/odd/widget?count=4&layout=cards`);
    const pictures = await page.locator('.pr-pic').evaluateAll((them) => them.map((it) => it.getBoundingClientRect().toJSON()));
    assert.equal(pictures.length, 4);
    assert.equal(new Set(pictures.map((it) => it.top)).size, 1);
    for (const { width, height } of pictures) assert.ok(Math.abs(width / height - 1.5) < 0.01);
    await close();
  });

  test('an empty publication says so, and its foot stands at the foot of the frame', async () => {
    const { page, close } = await watched(browser, { viewport: { width: 380, height: 600 } });
    await page.goto(`${odd.site}/brands/empty/widget`);
    assert.equal(await page.locator('.pr-empty .pr-title').innerText(), 'Nothing published yet');
    const foot = await page.locator('.pr-foot').boundingBox();
    assert.ok(Math.abs(foot.y + foot.height - 580) < 1.5, JSON.stringify(foot));
    assert.equal(await page.evaluate(() => document.documentElement.scrollHeight), 600);
    await close();
  });

  test('the frames of the brand’s home page are as high as what is in them', async () => {
    const { page, close } = await watched(browser);
    for (const width of [320, 480, 768, 1024, 1280, 1600]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(shown.host);
      for (const place of ['aside iframe', '#newsroom iframe']) {
        await page.locator(place).scrollIntoViewIfNeeded();
        const inside = page.frameLocator(place).locator('html');
        await page.frameLocator(place).locator('.pr-title').first().waitFor();
        const { beyond, slack } = await inside.evaluate((root) => ({
          beyond: root.scrollHeight - root.clientHeight,
          slack: root.querySelector('.pr-foot').getBoundingClientRect().top - root.querySelector('ol').getBoundingClientRect().bottom,
        }));
        assert.ok(beyond <= 0, `${place} at ${width} scrolls by ${beyond}`);
        assert.ok(slack < 240, `${place} at ${width} has ${slack} px too many`);
      }
    }
    await close();
  });
});
