// The hostile HTML that others have collected, which lies beside the project: cleaned, it does nothing wherever a reader meets it.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { launch } from '../support/browser.mjs';
import { judge } from '../support/oracle.mjs';
import { demo, sanitized } from '../support/program.mjs';
import { assertHarmless, culprits, distinct, trapped } from '../support/verdict.mjs';

const CORPUS = join(import.meta.dirname, '../../../../shared/corpus/html/hostile.ndjson');
const BASE = 'https://publisher.example/';
const TRIPPED_MIN = 30;
/** Every so many of the uncleaned ones are looked at. */
const SAMPLE = 8;

/** All payloads; this test has nothing to say without them, and fails. */
async function payloads() {
  try {
    return (await readFile(CORPUS, 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line));
  } catch (error) {
    throw new Error(`${error.message}. Put the corpus beside the project, or leave its tests out on purpose: PRESSROLL_CI_WITHOUT_CORPUS=1 .ci/run`);
  }
}

describe('the corpus of hostile HTML', () => {
  let browser;
  let all;
  let sample;
  before(async () => {
    all = await payloads();
    sample = all.filter((_, at) => at % SAMPLE === 0);
    browser = await launch();
  });
  after(async () => { await browser?.close(); });

  test('every distinct cleaned output does nothing in any of its places', async () => {
    assert.ok(all.length > 3_000, `only ${all.length} payloads`);
    const cases = distinct(sanitized(all), sanitized(all, '--base', BASE));
    assert.ok(cases.length > 1_000, `only ${cases.length} of them say anything`);
    assertHarmless(await judge(browser, cases), cases);
  });

  test('the same pages uncleaned trip the judge', async () => {
    const finds = await judge(browser, sample);
    assert.ok(trapped(finds).size >= TRIPPED_MIN, `${trapped(finds).size} fell into a trap`);
    for (const kind of ['execution', 'request', 'breakout', 'forbidden']) {
      assert.ok(culprits(finds, kind).size >= (kind === 'request' ? 20 : TRIPPED_MIN), `${kind}: ${culprits(finds, kind).size}`);
    }
  });

  test('the policy of our own pages alone lets nothing of them run', async () => {
    const shown = await demo();
    try {
      const policy = (await fetch(`${shown.site}/groups/clean-energy/widget`)).headers.get('content-security-policy');
      assert.match(policy ?? '', /default-src 'none'/);
      const finds = await judge(browser, sample, { policy });
      assertHarmless(finds.filter((it) => it.kind === 'execution'), sample);
    } finally {
      await shown.stop();
    }
  });
});
