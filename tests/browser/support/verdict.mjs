// What tests say about the judge's finds.

import assert from 'node:assert/strict';

/** Only a sentence with the first of them is readable: there may be thousands. */
const SHOWN = 12;

/** Of several lists of cases, each distinct HTML once. */
export function distinct(...lists) {
  return [...new Map(lists.flat().reverse().map((it) => [it.html, it])).values()].reverse();
}

/** The cases that did something of this kind. */
export const culprits = (finds, kind) => new Set(finds.filter((it) => it.kind === kind).map((it) => it.id));

/** Those that ran something that fell into a trap, whatever a browser's reports say. */
export const trapped = (finds) => new Set(finds.filter((it) => it.kind === 'execution' && !it.what.startsWith('script-src')).map((it) => it.id));

/** Fails with the names of the cases that did something, and with what they were. */
export function assertHarmless(finds, cases) {
  const shown = finds.slice(0, SHOWN).map(({ id, kind, what }) => {
    const html = cases.find((it) => it.id === id)?.html ?? '';
    return `${id}: ${kind}, ${what}\n    ${JSON.stringify(html.slice(0, 300))}`;
  });
  assert.equal(finds.length, 0, `${finds.length} finds\n${shown.join('\n')}`);
}
