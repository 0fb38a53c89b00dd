// A publisher on 127.0.0.1 whose releases try every layout: very long titles and words, right to left, no picture, no
// summary; and pages of a brand that frame something.

import { createServer } from 'node:http';

const escape = (words) => words.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
const sentence = 'Quarterly revenue of the combined hydrogen, battery and rail technology divisions rose against expectations. ';

/** Each a title and a text; the newest first. */
export const RELEASES = [
  [`A title that goes on and on, ${sentence.repeat(4)}`.slice(0, 290).trim(), sentence.repeat(8)],
  ['Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(2), 'x'.repeat(400)],
  ['https://www.example.com/a/very/long/address/that/somebody/took/for/a/title?with=a&query=string', 'https://www.example.com/'.repeat(12)],
  ['شركة الطاقة تفتتح أكبر محطة للهيدروجين في أوروبا بعد عامين من بدء البناء', 'ستزود المحطة المصافي وشركات الشحن ومصانع الصلب بالهيدروجين ابتداء من يناير، بعد عامين من وضع الأساس وقبل الموعد المحدد.'],
  ['メルウェーデ・ハイドロジェン、欧州最大の水電解プラントをロッテルダム港で稼働開始し製鉄所に供給', '出力400メガワットのプラントが完成し、1月から製油所、海運会社、製鉄所に水素を供給します。最初の杭を打ってから2年での完成です。'],
  ['Short', ''],
];

/** One grey pixel. */
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==', 'base64');

function feed(origin, language) {
  const items = RELEASES.map(([title, words], at) => {
    const date = new Date(Date.UTC(2026, 10, 20, 12 - at)).toUTCString();
    const picture = at % 2 ? '' : `<enclosure url="${origin}/picture.png" type="image/png" length="${PICTURE.length}"/>`;
    return `<item><guid isPermaLink="false">r${at}</guid><title>${escape(title)}</title><link>${origin}/release/${at}</link>`
      + `<pubDate>${date}</pubDate><description>${escape(words)}</description>${picture}</item>`;
  });
  return `<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>A publisher with a name of some length, Incorporated</title>`
    + `<link>${origin}/</link><description>Releases</description><language>${language}</language>${items.join('')}</channel></rss>`;
}

/** Serves `/feed-LANGUAGE.rss`, a picture, releases, and `/frame?URL`: a page that frames the address. */
export async function publisher() {
  const server = createServer((request, reply) => {
    const url = new URL(request.url, origin);
    const language = url.pathname.match(/^\/feed-(\w+)\.rss$/)?.[1];
    const [kind, body] = language
      ? ['application/rss+xml', feed(origin, language)]
      : url.pathname === '/picture.png'
        ? ['image/png', PICTURE]
        : ['text/html; charset=utf-8', url.pathname === '/frame'
          ? `<!doctype html><title>A brand</title><link rel="icon" href="data:,"><iframe width="400" height="700" title="Press" src="${escape(decodeURIComponent(url.search.slice(1)))}"></iframe>`
          : '<!doctype html><title>A release</title>'];
    reply.writeHead(200, { 'content-type': kind }).end(body);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  const origin = `http://127.0.0.1:${port}`;
  const source = (id, language) => `[[source]]\nid = "${id}"\nurl = "${origin}/feed-${language}.rss"\nallow_networks = ["127.0.0.0/8"]\n`;
  return {
    origin,
    port,
    source,
    stop: () => new Promise((done) => { server.close(done); server.closeAllConnections(); }),
  };
}
