// Who may frame what.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { launch, watched } from './support/browser.mjs';
import { entries, serve, until } from './support/program.mjs';
import { publisher, RELEASES } from './support/publisher.mjs';

describe('frames', () => {
  let browser;
  let press;
  let kept;
  before(async () => {
    [browser, press] = await Promise.all([launch(), publisher()]);
    const publications = press.source('news', 'en')
      + '[[brand]]\nslug = "open"\ntitle = "Open"\nsources = ["news"]\n'
      + `[[brand]]\nslug = "kept"\ntitle = "Kept"\nsources = ["news"]\nembed_on = ["http://localhost:${press.port}"]\n`;
    kept = await serve(publications, async (site) => (await entries(`${site}/brands/kept/widget?count=50`)) === RELEASES.length);
  });
  after(async () => {
    await browser?.close();
    await kept?.stop();
    await press?.stop();
  });

  /** What becomes of `url` in a frame on a page of `host`: the number of titles in it, or what the browser says. */
  async function framed(host, url) {
    const { page, wrong, close } = await watched(browser);
    await page.goto(`http://${host}:${press.port}/frame?${encodeURIComponent(url)}`, { waitUntil: 'load' });
    const frame = await until('the frame is there', () => page.frames()[1]);
    const refused = () => wrong.find((it) => it.includes('frame-ancestors'));
    await until('the frame has been decided on', () => refused() || frame.url() === url, 10_000, 20);
    const refusal = refused();
    const titles = refusal ? 0 : await frame.locator('.pr-title').count();
    await close();
    return refusal ?? titles;
  }

  test('a widget may be framed by anyone where nobody is named', async () => {
    for (const host of ['127.0.0.1', 'localhost']) {
      assert.equal(await framed(host, `${kept.site}/brands/open/widget?count=3`), 3);
    }
  });

  test('a snippet can be tried on a page that lies on a disk', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pressroll-page-'));
    const file = join(folder, 'page.html');
    await writeFile(file, `<!doctype html><title>A page</title><iframe src="${kept.site}/brands/open/widget?count=3"></iframe>`);
    const { page, close } = await watched(browser);
    await page.goto(`file://${file}`, { waitUntil: 'load' });
    const titles = page.frameLocator('iframe').locator('.pr-title');
    await until('the titles are there', async () => (await titles.count()) === 3, 10_000, 20);
    await close();
    await rm(folder, { recursive: true });
  });

  test('a widget with embed_on is framed there and nowhere else', async () => {
    assert.equal(await framed('localhost', `${kept.site}/brands/kept/widget?count=3`), 3);
    assert.match(String(await framed('127.0.0.1', `${kept.site}/brands/kept/widget?count=3`)), /frame-ancestors 'self' http:\/\/localhost/);
  });

  test('a page is framed by no other origin', async () => {
    for (const path of ['/brands/open', '/', '/brands/open/subscribe', '/nothing']) {
      assert.match(String(await framed('localhost', kept.site + path)), /frame-ancestors 'self'/, path);
    }
  });

  test('a page previews its widget, even one that only others may frame', async () => {
    const { page, wrong, close } = await watched(browser);
    await page.goto(`${kept.site}/brands/kept`);
    await page.locator('iframe').scrollIntoViewIfNeeded();
    const titles = page.frameLocator('iframe').locator('.pr-title');
    await titles.first().waitFor();
    assert.equal(await titles.count(), 5);
    assert.deepEqual(wrong, []);
    await close();
  });
});
