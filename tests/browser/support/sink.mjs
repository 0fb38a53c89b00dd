// What runs inside of the documents under judgement. Each function is sent to Chromium by its text: it sees nothing of
// this file but itself.

/** Sets traps in every document before anything of it is parsed. What falls in goes to the binding `tripped`. */
export function instrument() {
  const tell = globalThis.tripped;
  // The page around the frames is ours.
  if (!tell || (globalThis.top === globalThis && location.pathname === '/')) return;
  const report = (kind, what) => { tell(kind, String(what).slice(0, 300)).catch(() => {}); };
  const trap = (owner, name, answer) => {
    try {
      Object.defineProperty(owner, name, { value: (...given) => { report('execution', `${name}(${given.map(String).join(', ')})`); return answer; } });
    } catch { /* A document without this name cannot have it called. */ }
  };
  for (const name of ['alert', 'confirm', 'prompt', 'print', 'open', 'fetch', 'importScripts']) trap(globalThis, name);
  for (const name of ['write', 'writeln', 'execCommand']) trap(Document.prototype, name);
  for (const name of ['log', 'info', 'warn', 'error', 'debug', 'dir']) trap(console, name);
  trap(Navigator.prototype, 'sendBeacon', true);
  trap(XMLHttpRequest.prototype, 'send');
  Object.defineProperty(globalThis, '__pwned', { set: () => report('execution', 'sets __pwned') });
  // Under a policy that only reports, everything that wants to run says so by itself, whatever it would have called.
  document.addEventListener('securitypolicyviolation', (event) => {
    if (event.disposition !== 'report') return;
    const kind = event.effectiveDirective.startsWith('script') ? 'execution' : 'forbidden';
    report(kind, `${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
  });
  // Where a link leads is judged by its address; following it would only end the document.
  globalThis.addEventListener('click', (event) => {
    const link = event.target.closest?.('a, area');
    if (link && ['http:', 'https:', 'mailto:', 'tel:'].includes(link.protocol)) event.preventDefault();
  });
}

/**
 * Puts `html` into the box of a frame's document (`null`: it was sent with it), and returns what is wrong with the
 * document then: `allowed` names the attributes that may be there, `hosts` the hosts of frames.
 */
export function look(frame, html, { allowed, hosts }) {
  const document = frame.contentDocument;
  const box = document?.getElementById('box');
  if (!box || document.querySelectorAll('#box').length !== 1) return ['breakout: the box is gone'];
  if (html !== null) box.innerHTML = html;
  const found = [];
  const main = document.body.firstElementChild;
  const after = box.nextElementSibling;
  const is = (what, good) => { if (!good) found.push(`breakout: ${what}`); };
  is('the head has changed', document.head.innerHTML === '<meta charset="utf-8"><title>A page</title>');
  is('the body has attributes', document.body.attributes.length === 0 && document.documentElement.attributes.length === 0);
  is('the body holds something else', document.body.children.length === 1 && document.body.childNodes.length === 1);
  is('the box stands elsewhere', main?.tagName === 'MAIN' && box.parentNode === main && main.children.length === 3 && box.attributes.length === 1);
  is('what follows has changed', after?.outerHTML === '<p id="after">What <b>follows</b>.</p>' && after.nextElementSibling?.outerHTML === '<footer id="end">The end.</footer>');
  is('the page is set otherwise', !after || (getComputedStyle(after).position === 'static' && after.checkVisibility()));
  const nodes = document.createTreeWalker(box, NodeFilter.SHOW_COMMENT | NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_PROCESSING_INSTRUCTION);
  while (nodes.nextNode()) {
    const node = nodes.currentNode;
    const says = (what) => found.push(`forbidden: ${what}`);
    if (node.nodeType !== Node.ELEMENT_NODE) { says(`a node of type ${node.nodeType}`); continue; }
    if (node.namespaceURI !== 'http://www.w3.org/1999/xhtml') says(`<${node.tagName}> of ${node.namespaceURI}`);
    if (/^(script|style|link|meta|base|object|embed|applet|form|input|button|textarea|select|template|noscript|frame|frameset|portal|slot|canvas|map|area|dialog|marquee|html|head|body|title|xmp|plaintext|noembed|noframes|fencedframe|track)$|-/i.test(node.tagName)) says(`<${node.tagName}>`);
    for (const { name, value } of node.attributes) if (!allowed.includes(name)) says(`${node.tagName} ${name}="${value}"`);
    if (node.tagName !== 'SOURCE' && getComputedStyle(node).position !== 'static') found.push(`breakout: <${node.tagName}> stands out of the flow`);
    if (node.tagName === 'A' && node.hasAttribute('href')) {
      if (!['http:', 'https:', 'mailto:', 'tel:'].includes(node.protocol)) says(`a link to ${node.href}`);
      if (!['noopener', 'noreferrer', 'nofollow'].every((it) => node.relList.contains(it))) says(`a link that is "${node.rel}"`);
      if (node.username || node.password) says(`a link with userinfo: ${node.href}`);
    }
    if (node.tagName === 'IFRAME') {
      const { protocol, host } = new URL(node.src, 'about:blank');
      if (protocol !== 'https:' || !hosts.includes(host)) says(`a frame of ${node.src}`);
    }
  }
  return [...new Set(found)];
}

/** What must not be in a whole page of ours. */
export function stray(frame) {
  const found = [];
  for (const node of frame.contentDocument.querySelectorAll('*')) {
    if (/^(script|object|embed|applet|form|base|template|foreignobject|animate|set)$/i.test(node.tagName) || node.httpEquiv) found.push(`<${node.tagName}>`);
    for (const { name, value } of node.attributes) {
      if (/^on|^(style|srcdoc|ping|formaction|action|xlink:href|background)$/i.test(name)) found.push(`${node.tagName} ${name}="${value}"`);
      if (/^(href|src|content)$/i.test(name) && /^\s*(javascript|data:text|vbscript|blob|file):/i.test(value) && node.tagName !== 'META') found.push(`${node.tagName} ${name}="${value}"`);
    }
  }
  return found;
}

/** Does what a curious reader could do to everything in a frame's document. */
export function act(frame) {
  const document = frame.contentDocument;
  const Plain = frame.contentWindow?.Event;
  if (!document || !Plain) return;
  for (const element of [...document.querySelectorAll('*')].slice(0, 500)) {
    const own = element.getAttributeNames().filter((it) => /^on/i.test(it)).map((it) => it.slice(2).toLowerCase());
    for (const type of ['pointerover', 'mouseover', 'mousedown', 'keydown', ...own]) {
      element.dispatchEvent(new Plain(type, { bubbles: true, cancelable: true }));
    }
    try {
      element.focus?.();
      if (element.click) element.click();
      else element.dispatchEvent(new frame.contentWindow.MouseEvent('click', { bubbles: true, cancelable: true }));
      if (element.tagName === 'FORM') HTMLFormElement.prototype.requestSubmit.call(element);
      if (element.tagName === 'DETAILS') element.open = !element.open;
      element.blur?.();
    } catch { /* What cannot be done to an element cannot hurt either. */ }
  }
}

/** What readers of feeds make of `html` that an RSS and an Atom feed and a JSON Feed carry; throws where it is not the same. */
export function carried(html) {
  const escaped = html.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  const parse = (xml) => {
    const parsed = new DOMParser().parseFromString(xml, 'application/xml');
    if (parsed.querySelector('parsererror')) throw new Error(`the feed is broken: ${parsed.documentElement.textContent.slice(0, 200)}`);
    return parsed;
  };
  const rss = parse(`<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><item><title>T</title><description>${escaped}</description>`
    + `<content:encoded><![CDATA[${html.replaceAll(']]>', ']]]]><![CDATA[>')}]]></content:encoded></item></channel></rss>`);
  const atom = parse(`<feed xmlns="http://www.w3.org/2005/Atom"><entry><content type="html">${escaped}</content></entry></feed>`);
  const taken = [
    rss.getElementsByTagNameNS('http://purl.org/rss/1.0/modules/content/', 'encoded')[0].textContent,
    rss.querySelector('item > description').textContent,
    atom.querySelector('content').textContent,
    JSON.parse(JSON.stringify({ content_html: html })).content_html,
  ];
  if (taken.some((it) => it !== html)) throw new Error('a feed does not carry it as it is');
  return taken[0];
}
