// Makes new attacks of known ones: what two of them do together, in other places, with characters that parsers differ about.

import { ADDRESSES, CARRIERS, attacks } from './attacks.mjs';

/** A stream of chance that is the same for the same seed. */
export function chance(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let it = Math.imul(state ^ (state >>> 15), state | 1);
    it ^= it + Math.imul(it ^ (it >>> 7), it | 61);
    return ((it ^ (it >>> 14)) >>> 0) / 2 ** 32;
  };
  return { below: (most) => Math.floor(next() * most), of: (them) => them[Math.floor(next() * them.length)] };
}

const ODD = ['\0', '\t', '\n', '\r', '\x0c', '\x0b', '\x1f', '\x7f', '\x85', '\xa0', '\xad', '\u200b', '\u2028', '\u202e', '\u3000', '\ufeff', '\ufffe', '/', '<', '>', '"', "'", '`', '=', '&', '&#0;', '&#13;', '&#x80;', '&#xd800;',
  '&lt', '&gt;', '&quot', '&amp;', '&NewLine;', '<!--', '-->', '--!>', ']]>', '<![CDATA[', '<?', '?>', '</', '/>', '<!', '<br>', '</p>', '</div>', '</br>', '<p>', '</form>', '</svg>', '</math>', '</table>', '</template>', '</select>', '</style>', '</script>', '</title>', '</textarea>', '</noscript>', '</a>'];
const OUTER = ['svg', 'math', 'svg><desc', 'svg><title', 'svg><foreignObject', 'math><mtext', 'math><mi', 'math><annotation-xml encoding="text/html"', 'math><annotation-xml', 'math><mtext><table><mglyph', 'table', 'table><tr', 'table><tr><td', 'table><caption', 'table><colgroup', 'select',
  'select><option', 'template', 'noscript', 'style', 'svg><style', 'math><style', 'script', 'svg><script', 'title', 'textarea', 'xmp', 'noembed', 'noframes', 'iframe', 'plaintext', 'button', 'form', 'form><math><mtext', 'a href="https://a.example/"', 'p', 'pre', 'listing', 'ul><li', 'dl><dt', 'ruby><rt', 'h2', 'details><summary',
  'video', 'audio', 'figure><figcaption', 'object', 'applet', 'marquee', 'frameset', 'head', 'body', 'html', 'font', 'nobr', 'image', 'b', 'i', 'bdo dir="rtl"', 'blockquote', 'label', 'fieldset><legend', 'svg><use', 'svg><a', 'math><mglyph', 'math><malignmark', 'keygen', 'menu', 'details', 'dialog open', 'picture', 'map', 'center', 'q'];

/** One change to an attack; `other` is a second one to make it with. */
const CHANGES = [
  (html, by) => { const at = by.below(html.length + 1); return html.slice(0, at) + by.of(ODD) + html.slice(at); },
  (html, by) => { const at = by.below(html.length + 1); return html.slice(0, at) + html.slice(at + 1 + by.below(4)); },
  (html, by) => { const outer = by.of(OUTER); return `<${outer}>${html}${by.below(2) ? `</${outer.split(/[ >]/)[0]}>` : ''}`; },
  (html, by) => { const outer = by.of(OUTER); return `<${outer}>`.repeat(1 + by.below(140)) + html; },
  (html, by) => `<${by.of(OUTER)}><${by.of(OUTER)}>${html}</${by.of(OUTER).split(/[ >]/)[0]}>`,
  (html, by, other) => html + other,
  (html, by, other) => { const at = by.below(html.length + 1); return html.slice(0, at) + other + html.slice(at); },
  (html, by, other) => `<${by.of(['p', 'a', 'img', 'td', 'q', 'svg', 'mglyph'])} ${by.of(['title', 'alt', 'href', 'src', 'lang', 'dir', 'type', 'datetime', 'style', 'id'])}="${other.replace(/"/g, by.of(['&quot;', '"', "'"]))}">${html}`,
  (html, by) => html.replace(/[a-z]+/gi, (word) => (by.below(3) ? word : word.toUpperCase())),
  (html, by) => html.replace(/["'<>&]/g, (it) => (by.below(4) ? it : `&#${it.charCodeAt(0)}${by.below(2) ? ';' : ''}`)),
  (html, by) => html.replace(/&/g, (it) => (by.below(2) ? it : '&amp;')),
  (html, by) => html.replace(/\s/g, () => by.of(['\t', '\n', '\x0c', '/', ' ', '\r\n'])),
  (html, by) => html.replace(/"/g, () => by.of(['', "'", '"', '`'])),
  (html, by) => html.slice(0, by.below(html.length + 1)),
  (html, by) => html.split(/(?=<)/).filter(() => by.below(5)).join(''),
  (html, by) => html.split(/(?=<)/).flatMap((it) => (by.below(4) ? [it] : [it, it])).join(''),
  (html, by) => { const parts = html.split(/(?=<)/); return parts.splice(by.below(parts.length + 1)).concat(parts).join(''); },
  (html, by) => html.replace(/\son/gi, () => by.of([' on', '/on', '\non', '\x0con', '"on', ' \0on', ' xml:on', ' on\u200b'])),
  (html, by) => html + by.of(CARRIERS)(by.of(ADDRESSES).replace(/"/g, '&quot;')),
];

/** `count` new attacks, the same for the same seed. */
export function mutations(seed, count) {
  const by = chance(seed);
  const known = attacks().map((it) => it.html).filter((it) => it.length < 3_000);
  return Array.from({ length: count }, (_, at) => {
    let html = by.of(known);
    for (let left = 1 + by.below(5); left > 0 && html.length < 20_000; left -= 1) html = by.of(CHANGES)(html, by, by.of(known));
    return { id: `mutation.${seed}.${at}`, html: html.toWellFormed() };
  });
}
