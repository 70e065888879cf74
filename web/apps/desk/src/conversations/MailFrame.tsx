/**
 * The HTML of a mail, on paper of its own: a frame without scripts, of no origin, whose policy lets nothing in but pictures that
 * the server handed out. It cannot be asked how high it is; its bare structure, copied without anything that could act, is
 * measured beside it instead.
 */
import { useEffect, useMemo, useRef, useState } from 'react';
import { useT } from '@hark/ui';

const PAPER = `html{color-scheme:light}body{margin:0;padding:12px 14px;background:#fff;color:#1b2430;font:14px/1.6 -apple-system,"Segoe UI","Noto Sans","PingFang SC","HarmonyOS Sans SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif;overflow-wrap:anywhere}
img{max-width:100%;height:auto}img:not([src]){display:inline-block;min-width:24px;min-height:24px;border:1px dashed #8792a0;color:#656f7d;font-size:12px}table{border-collapse:collapse;max-width:100%}td,th{vertical-align:top}
blockquote{margin:8px 0;padding-left:12px;border-left:2px solid #cdd5de;color:#4f5b69}a{color:#0a6f67}pre{white-space:pre-wrap}p{margin:0 0 10px}h1,h2,h3,h4{line-height:1.3;margin:0 0 10px}hr{border:0;border-top:1px solid #e4e8ee}`;
/** Higher than this, a mail has a scrollbar of its own. */
const HEIGHT_MAX = 1_400;
const HEIGHT_MIN = 60;
/** What the measured copy is made of; everything else of it is text. */
const PLAIN = /^(a|abbr|b|big|blockquote|br|caption|center|cite|code|col|colgroup|dd|del|div|dl|dt|em|font|h[1-6]|hr|i|img|ins|li|ol|p|pre|q|s|small|span|strike|strong|sub|sup|table|tbody|td|tfoot|th|thead|tr|tt|u|ul)$/;
const NEVER = 'script,style,link,meta,base,iframe,frame,object,embed,form,input,button,textarea,select,svg,math,template,audio,video,source,track';

/** What stands for a picture of the mail: its place, and its size where it is known. */
export interface Picture { url: string; width: number | null; height: number | null }
interface Props { html: string; label: string; files: string; pictures: ReadonlyMap<string, Picture>; remote: Readonly<Record<string, string>> | null }

function nonceNow(): string {
  const value = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;
  return value && !value.startsWith('__') ? value : '';
}

/** The mail with its pictures in their place and its links for pages of their own. The server made it safe; this asks again. */
function prepared({ html, pictures, remote }: Pick<Props, 'html' | 'pictures' | 'remote'>): HTMLElement {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  body.querySelectorAll(NEVER).forEach((one) => one.remove());
  body.querySelectorAll('*').forEach((one) => {
    for (const { name } of [...one.attributes]) if (/^(on|style$|src|background$|poster$|action$|formaction$|ping$)/i.test(name)) one.removeAttribute(name);
  });
  body.querySelectorAll('a').forEach((one) => {
    if (!/^(https?|mailto|tel):/i.test(one.getAttribute('href') ?? '')) one.removeAttribute('href');
    one.target = '_blank';
    one.rel = 'noopener noreferrer nofollow';
  });
  body.querySelectorAll('img').forEach((one) => {
    const own = pictures.get(one.dataset['attachment'] ?? '');
    const far = remote?.[one.dataset['remoteSrc'] ?? ''];
    const url = own?.url ?? far;
    if (url) one.setAttribute('src', url);
    if (own?.width && own.height && !one.hasAttribute('width')) {
      one.setAttribute('width', String(own.width));
      one.setAttribute('height', String(own.height));
    }
  });
  return body;
}

function copied(from: Node, sizes: ReadonlyMap<string, [number, number]>): Node {
  if (from.nodeType === Node.TEXT_NODE) return document.createTextNode(from.textContent ?? '');
  const out = document.createDocumentFragment();
  if (!(from instanceof Element)) return out;
  const name = from.tagName.toLowerCase();
  let into: Node = out;
  if (name === 'img') {
    const box = document.createElement('span');
    const known = sizes.get(from.getAttribute('src') ?? '');
    const [width, height] = [Number.parseInt(from.getAttribute('width') ?? '', 10) || known?.[0] || 24, Number.parseInt(from.getAttribute('height') ?? '', 10) || known?.[1] || 24];
    Object.assign(box.style, { display: 'inline-block', width: `${width}px`, maxWidth: '100%', aspectRatio: `${width} / ${height}` });
    return box;
  }
  if (PLAIN.test(name)) {
    const made = document.createElement(name);
    for (const key of ['colspan', 'rowspan', 'cellpadding', 'cellspacing', 'border', 'width', 'size']) {
      const value = from.getAttribute(key);
      if (value) made.setAttribute(key, value);
    }
    out.append(made);
    into = made;
  }
  from.childNodes.forEach((one) => into.appendChild(copied(one, sizes)));
  return out;
}

export function MailFrame(props: Props) {
  const { t } = useT();
  const { html, label, files, pictures, remote } = props;
  const frame = useRef<HTMLIFrameElement>(null);
  const beside = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(HEIGHT_MIN);
  const [sizes, setSizes] = useState<ReadonlyMap<string, [number, number]>>(new Map());
  const body = useMemo(() => prepared({ html, pictures, remote }), [html, pictures, remote]);
  const page = useMemo(() => {
    const nonce = nonceNow();
    return `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src ${files} data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"><meta name="referrer" content="no-referrer"><style${nonce ? ` nonce="${nonce}"` : ''}>${PAPER}</style><body>${body.innerHTML}`;
  }, [body, files]);
  // The size of a picture is known once it came; the frame will not say.
  useEffect(() => {
    let current = true;
    for (const url of new Set([...body.querySelectorAll('img[src]')].map((one) => one.getAttribute('src') ?? ''))) {
      const picture = new Image();
      picture.onload = () => { if (current) setSizes((all) => new Map(all).set(url, [picture.naturalWidth, picture.naturalHeight])); };
      picture.src = url;
    }
    return () => { current = false; };
  }, [body]);
  useEffect(() => {
    const [node, box] = [frame.current, beside.current];
    if (!node || !box) return;
    const root = box.shadowRoot ?? box.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`${PAPER.replace(/(^|\})body\{/, '$1.paper{')}.paper{box-sizing:border-box}`);
    root.adoptedStyleSheets = [sheet];
    const paper = document.createElement('div');
    paper.className = 'paper';
    body.childNodes.forEach((one) => paper.appendChild(copied(one, sizes)));
    root.replaceChildren(paper);
    const fit = () => setHeight(Math.min(HEIGHT_MAX, Math.max(HEIGHT_MIN, Math.ceil(paper.scrollHeight) + 4)));
    const watch = new ResizeObserver(fit);
    watch.observe(paper);
    fit();
    return () => watch.disconnect();
  }, [body, sizes]);
  return (
    <div className="mail-paper">
      {/* Another page is another frame: one that is still loading may pass over a change. */}
      <iframe key={page} ref={frame} title={t('email.frame', { subject: label })} sandbox="allow-popups allow-popups-to-escape-sandbox" referrerPolicy="no-referrer" srcDoc={page} style={{ height }} />
      <div ref={beside} className="mail-measure" aria-hidden="true" inert />
    </div>
  );
}
