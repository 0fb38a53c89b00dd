// The system's Chromium, and pages that remember everything they should not have done.

import { access } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const EXECUTABLE = '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

/** Chromium, headless, with a profile of its own that goes with it. */
export async function launch() {
  try {
    await access(EXECUTABLE);
  } catch {
    throw new Error(`${EXECUTABLE} is not there. Install it: sudo apt-get install --no-install-recommends chromium fonts-inter fonts-noto-core fonts-noto-cjk`);
  }
  return chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
}

/** A page with `options` of a browser context that notes what goes wrong in it, what it asks for, and how far its layout shifts. */
export async function watched(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const wrong = [];
  const requests = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) wrong.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => wrong.push(`page error: ${error.message}`));
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    // A late picture that has left the screen again is given up by the browser itself; a policy's refusal reads "csp".
    if (why !== 'net::ERR_ABORTED' || request.resourceType() !== 'image') wrong.push(`failed: ${request.url()} ${why}`);
  });
  page.on('response', (reply) => { if (reply.status() >= 400) wrong.push(`${reply.status()}: ${reply.url()}`); });
  page.on('request', (request) => requests.push({ url: request.url(), kind: request.resourceType() }));
  await page.addInitScript(() => {
    globalThis.violations = [];
    globalThis.shift = 0;
    addEventListener('securitypolicyviolation', (event) => violations.push(`${event.violatedDirective} ${event.blockedURI}`));
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return { context, page, wrong, requests, close: () => context.close() };
}

/** Everything that stands out of its window sideways. */
export function overflow(page) {
  return page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    const beyond = document.documentElement.scrollWidth - room;
    const out = [...document.body.querySelectorAll('*')]
      .map((element) => [element, element.getBoundingClientRect()])
      .filter(([, box]) => box.width > 0 && (box.right > room + 0.5 || box.left < -0.5))
      .map(([element, box]) => `${element.tagName}.${element.className} ${Math.round(box.left)}–${Math.round(box.right)} of ${room}`);
    return beyond > 0 || out.length > 0 ? [`${beyond} px wider than the window`, ...out.slice(0, 5)] : [];
  });
}
