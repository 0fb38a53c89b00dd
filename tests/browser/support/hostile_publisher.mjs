// A publisher on 127.0.0.1 whose feeds attack their readers with everything that feeds have room for.

import { createServer } from 'node:http';
import { ADDRESSES, attacks } from './attacks.mjs';

const escape = (words) => words.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
/** What no XML document may hold would only make it unreadable. */
const legal = (words) => words.toWellFormed().replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
/** Markup of other namespaces, which runs where a browser takes the feed for a page. */
const FOREIGN = '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
  + '<x:img xmlns:x="http://www.w3.org/1999/xhtml" src="x" onerror="alert(1)"/><x:iframe xmlns:x="http://www.w3.org/1999/xhtml" src="javascript:alert(1)"/>';
const SHEET = 'data:text/xsl,%3Cxsl:stylesheet version=%221.0%22 xmlns:xsl=%22http://www.w3.org/1999/XSL/Transform%22%3E%3Cxsl:template match=%22/%22%3E%3Cscript xmlns=%22http://www.w3.org/1999/xhtml%22%3Ealert(1)%3C/script%3E%3C/xsl:template%3E%3C/xsl:stylesheet%3E';
const STYLED = `<?xml-stylesheet type="text/xsl" href="${SHEET}"?><?xml-stylesheet type="text/css" href="data:text/css,*{display:none}"?>`;
/** Texts whose quotes, brackets and ends mean something in what is written around them. */
export const TEXTS = [
  '<script>alert(1)</script>', '"><script>alert(1)</script>', "'><img src=x onerror=alert(1)>", '" onmouseover="alert(1)" x="', "' onfocus='alert(1)' autofocus x='", '</title><script>alert(1)</script>', '</style><script>alert(1)</script>', '</script><script>alert(1)</script>',
  '--><script>alert(1)</script><!--', ']]><script>alert(1)</script><![CDATA[', '&lt;script&gt;alert(1)&lt;/script&gt;', '&amp;lt;img src=x onerror=alert(1)&amp;gt;', '{{constructor.constructor("alert(1)")()}}', '${alert(1)}', '<svg onload=alert(1)>', 'javascript:alert(1)', '\u202eexe.fdp\u202c', '<b>Bold</b> words',
  'x onerror=alert(1) src=x y=', 'x" onerror=alert(1) src=x y="', '<!--', '<plaintext>', '<textarea>', '<iframe srcdoc="<script>parent.alert(1)</script>">', '?><script>alert(1)</script><?', '<meta http-equiv=refresh content="0;url=https://evil.example/">', '<base href="https://evil.example/">', '\\"><img src=x onerror=alert(1)>',
];

/** Each a text for the places of names and a piece of HTML; HTML first, and then what attacks by its attributes. */
function releases() {
  const bodies = attacks().map((it) => it.html).filter((it) => it.length < 2_000);
  const odd = TEXTS.map((it) => `<p title="${it.replace(/"/g, '&quot;')}">Words</p><img src="https://img.example/a.png" width="600" height="400" alt="${it.replace(/"/g, '&quot;')}"><p>${escape(it)}</p>`);
  const all = [...odd, ...bodies];
  return all.map((html, at) => ({ at, html: legal(`${html}<p>Release ${at}</p>`), words: legal(TEXTS[at % TEXTS.length]), address: legal(ADDRESSES[at % ADDRESSES.length]) }));
}

const day = (at) => new Date(Date.UTC(2026, 10, 20) - at * 60_000);
const cdata = (html) => `<![CDATA[${html.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;

function rss(origin, them) {
  const items = them.map(({ at, html, words, address }) => `<item>${STYLED}<guid isPermaLink="${at % 2 > 0}">${escape(at % 3 ? address : words)}#${at}</guid>`
    + `<title>${at % 2 ? cdata(words) : escape(words)} ${at}</title><link>${at % 5 ? `${origin}/release/${at}?${escape(encodeURI(words))}` : escape(address)}</link>`
    + `<pubDate>${day(at).toUTCString()}</pubDate><description>${escape(words)}</description><content:encoded>${at % 2 ? escape(html) : cdata(html)}</content:encoded>`
    + `<dc:creator>${escape(words)}</dc:creator><category domain="${escape(words)}">${escape(words)}</category><source url="${escape(address)}">${escape(words)}</source>`
    + `<enclosure url="${escape(address)}" type="${escape(words)}" length="1"/><media:content url="${escape(address)}" type="image/png"><media:title type="html">${escape(words)}</media:title></media:content>${FOREIGN}</item>`);
  return `<?xml version="1.0" encoding="utf-8"?>${STYLED}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">`
    + `<channel><title>${escape(TEXTS[1])}</title><link>${origin}/</link><description>${escape(TEXTS[0])}</description><image><url>javascript:alert(1)</url><title>${escape(TEXTS[3])}</title><link>javascript:alert(1)</link></image>${FOREIGN}${items.join('')}</channel></rss>`;
}

function atom(origin, them) {
  const entries = them.map(({ at, html, words, address }) => `<entry>${STYLED}<id>urn:release:${at}:${escape(words)}</id><title type="${at % 2 ? 'html' : 'text'}">${escape(words)} ${at}</title>`
    + `<link href="${at % 5 ? `${origin}/release/a${at}` : escape(address)}"/><updated>${day(at).toISOString()}</updated><summary type="html">${escape(words)}</summary>`
    + (at % 7 ? `<content type="html">${escape(html)}</content>` : `<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml" onclick="alert(1)"><script>alert(1)</script><p onclick="alert(1)">Release</p><style>*{position:fixed}</style></div></content>`)
    + `<author><name>${escape(words)}</name><uri>javascript:alert(1)</uri></author><category term="${escape(words)}" label="${escape(words)}" scheme="${escape(address)}"/>${FOREIGN}</entry>`);
  return `<?xml version="1.0" encoding="utf-8"?>${STYLED}<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:x</id><title type="html">${escape(TEXTS[2])}</title><updated>2026-11-20T00:00:00Z</updated><logo>javascript:alert(1)</logo><icon>data:image/svg+xml,&lt;svg onload='alert(1)'/></icon>${FOREIGN}${entries.join('')}</feed>`;
}

/** Serves `/attacks.rss` and `/attacks.atom`, each with half of the releases. */
export async function hostilePublisher() {
  const them = releases();
  const server = createServer((request, reply) => {
    const made = { '/attacks.rss': () => rss(origin, them.filter((it) => it.at % 2)), '/attacks.atom': () => atom(origin, them.filter((it) => it.at % 2 === 0)) }[request.url];
    if (made) reply.writeHead(200, { 'content-type': request.url.endsWith('rss') ? 'application/rss+xml' : 'application/atom+xml' }).end(made());
    else reply.writeHead(404).end();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const source = (id, path) => `[[source]]\nid = "${id}"\nurl = "${origin}${path}"\nallow_networks = ["127.0.0.0/8"]\n`;
  return {
    sources: source('rss', '/attacks.rss') + source('atom', '/attacks.atom'),
    /** The feeds as they are: what a reader would get without us. */
    raw: [['rss', rss(origin, them.slice(0, 40))], ['atom', atom(origin, them.slice(0, 40))]],
    stop: () => new Promise((done) => { server.close(done); server.closeAllConnections(); }),
  };
}
