// Attacks of our own, and what chance makes of them: cleaned, they do nothing wherever a reader meets them.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { attacks } from './support/attacks.mjs';
import { launch } from './support/browser.mjs';
import { mutations } from './support/mutations.mjs';
import { judge } from './support/oracle.mjs';
import { demo, sanitized } from './support/program.mjs';
import { assertHarmless, culprits, distinct, trapped } from './support/verdict.mjs';

const BASE = 'https://publisher.example/news/';
/** Another seed makes other attacks; more of them take a second for a hundred. */
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const MUTATIONS = Number(process.env.PRESSROLL_MUTATIONS ?? 2_000);
/** The judge is worth something only if it finds at least so many. */
const TRIPPED_MIN = 30;
/** Every so many of the uncleaned ones are looked at. */
const SAMPLE = 4;

describe('hostile HTML', () => {
  let browser;
  before(async () => { browser = await launch(); });
  after(async () => { await browser?.close(); });

  const sample = attacks().filter((_, at) => at % SAMPLE === 0);
  const both = (raw) => distinct(sanitized(raw), sanitized(raw, '--base', BASE));

  test('attacks do nothing once they are cleaned', async () => {
    const cases = both(attacks());
    assert.ok(cases.length > 150, `only ${cases.length} of them say anything`);
    assertHarmless(await judge(browser, cases), cases);
  });

  test('attacks that chance makes of them do nothing once they are cleaned', async () => {
    const cases = both(mutations(SEED, MUTATIONS));
    assert.ok(cases.length > MUTATIONS / 5, `only ${cases.length} of them say anything`);
    assertHarmless(await judge(browser, cases), cases);
  });

  test('what is cleaned twice is what was cleaned once', () => {
    const once = sanitized([...attacks(), ...mutations(SEED, MUTATIONS)]);
    const twice = sanitized(once);
    const moved = once.filter(({ html }, at) => twice[at].html !== html).map(({ id, html }) => `${id}: ${html.slice(0, 200)}`);
    assert.deepEqual(moved, []);
  });

  test('attacks that nobody cleans do all that the judge looks for', async () => {
    const finds = await judge(browser, sample);
    for (const kind of ['execution', 'request', 'breakout', 'forbidden']) {
      assert.ok(culprits(finds, kind).size >= TRIPPED_MIN, `${kind}: ${culprits(finds, kind).size}`);
    }
    assert.ok(trapped(finds).size >= TRIPPED_MIN, `${trapped(finds).size} fell into a trap`);
    assert.ok(culprits(finds, 'navigation').size > 0);
    const opening = [{ id: 'opening', html: '<a href="https://a.example/" onclick="document.createElement(\'form\')">x</a><form action="https://evil.example/" target="_blank"></form>' }];
    assert.ok(culprits(await judge(browser, opening), 'popup').size > 0, 'a window was opened');
  });

  test('the policy of our own pages alone lets nothing of them run', async () => {
    const shown = await demo();
    try {
      const paths = ['/groups/clean-energy/widget', '/groups/clean-energy', '/groups/clean-energy/feed.rss'];
      for (const path of paths) {
        const policy = (await fetch(shown.site + path)).headers.get('content-security-policy');
        assert.match(policy ?? '', /default-src 'none'/, path);
        const finds = await judge(browser, sample, { policy });
        assertHarmless(finds.filter((it) => it.kind === 'execution'), sample);
      }
    } finally {
      await shown.stop();
    }
  });
});
