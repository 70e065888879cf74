//! What is shown of an answer, and what is folded: mails as twenty programs write them, in English and Chinese.
//!
//! The markup is written after what each program produces; names and words are invented.

use mail::{Options, Reading, read};

/// A mail body: plain text (`T`) or HTML (`H`).
enum Body {
    T(&'static str),
    H(&'static str),
}
use Body::{H, T};

struct Case {
    name: &'static str,
    body: Body,
    /// What is new, and nothing else.
    shown: &'static str,
    /// Words that must be among what is folded; none where nothing is folded.
    folded: &'static str,
}

fn reading(body: &Body) -> Reading {
    let (kind, text) = match body {
        T(text) => ("plain", text),
        H(text) => ("html", text),
    };
    let head = "From: Mia <mia@example.com>\r\nTo: Support <support@example.org>\r\nSubject: Re: Order 1042\r\nMIME-Version: 1.0\r\n";
    let raw = format!(
        "{head}Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
    );
    read(raw.as_bytes(), Options::default())
}

/// Text without what only spaces out.
fn squeezed(text: &str) -> String {
    text.lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_new_words_are_shown_and_the_rest_is_folded() {
    let all = cases();
    let mut right = 0;
    for case in &all {
        let reading = reading(&case.body);
        let shown = squeezed(&reading.text_shown) == case.shown;
        let folded = if case.folded.is_empty() {
            reading.text_folded.is_empty()
        } else {
            reading.text_folded.contains(case.folded)
        };
        let html = match (&case.body, &reading.html) {
            // The HTML is cut where the text is.
            (H(_), Some(html)) => {
                let own = squeezed(&mail::html::text::plain(&html.shown));
                own == case.shown
                    && (case.folded.is_empty() || mail::html::text::plain(&html.folded).contains(case.folded))
            }
            (H(_), None) => false,
            (T(_), _) => true,
        };
        if shown && folded && html {
            right += 1;
        } else {
            println!(
                "{}: shown {shown} folded {folded} html {html}\n  shown  {:?}\n  folded {:?}\n  html   {:?}",
                case.name, reading.text_shown, reading.text_folded, reading.html
            );
        }
    }
    println!("shown text right in {right} of {}", all.len());
    assert!(right * 100 >= all.len() * 95, "{right} of {}", all.len());
}

fn case(name: &'static str, body: Body, shown: &'static str, folded: &'static str) -> Case {
    Case { name, body, shown, folded }
}

fn cases() -> Vec<Case> {
    [
        webmail(),
        outlook(),
        apple_and_thunderbird(),
        chinese_programs(),
        telephones(),
        others(),
        others_again(),
        by_hand(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn webmail() -> Vec<Case> {
    vec![
        case(
            "Gmail, English, HTML",
            H(
                r##"<div dir="ltr"><div>Hello,</div><div><br></div><div>it arrived today, thank you.</div><div><br clear="all"></div><div>-- <br><div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature">Mia Lee<br>Example Ltd</div></div></div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Tue, Mar 3, 2026 at 3:04 PM Support &lt;<a href="mailto:support@example.org">support@example.org</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"><div>Your parcel is on its way.</div></blockquote></div>"##,
            ),
            "Hello,\nit arrived today, thank you.",
            "on its way",
        ),
        case(
            "Gmail, English, text",
            T(
                "Hello,\r\n\r\nit arrived today, thank you.\r\n\r\n-- \r\nMia Lee\r\nExample Ltd\r\n\r\n\r\nOn Tue, Mar 3, 2026 at 3:04 PM Support at a very long named shop <\r\nsupport@example.org> wrote:\r\n\r\n> Your parcel is on its way.\r\n>\r\n> Support\r\n",
            ),
            "Hello,\nit arrived today, thank you.",
            "on its way",
        ),
        case(
            "Gmail, Chinese, HTML",
            H(
                r##"<div dir="ltr">你好，<div><br></div><div>今天收到了，谢谢。</div></div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">客服 &lt;<a href="mailto:support@example.org">support@example.org</a>&gt; 于2026年3月3日周二 15:04写道：<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex">您的包裹已发出。</blockquote></div>"##,
            ),
            "你好，\n今天收到了，谢谢。",
            "已发出",
        ),
        case(
            "Gmail, Chinese, text",
            T(
                "你好，\n\n今天收到了，谢谢。\n\n客服 <support@example.org> 于2026年3月3日周二 15:04写道：\n\n> 您的包裹已发出。\n",
            ),
            "你好，\n今天收到了，谢谢。",
            "已发出",
        ),
        case(
            "Gmail, traditional Chinese, text",
            T(
                "您好，\n\n已收到，謝謝。\n\n客服 <support@example.org> 於 2026年3月3日 週二 下午3:04寫道：\n\n> 您的包裹已寄出。\n",
            ),
            "您好，\n已收到，謝謝。",
            "已寄出",
        ),
        case(
            "Yahoo, HTML",
            H(
                r##"<html><head></head><body><div class="ydp1b2c3yahoo-style-wrap" style="font-family:Helvetica;"><div dir="ltr">It arrived today.</div><div><br></div></div><div id="ydp4d5eyahoo_quoted_1234" class="ydp4d5eyahoo_quoted"><div style="font-family:'Helvetica Neue'"><div>On Tuesday, March 3, 2026 at 03:04:05 PM GMT+8, Support &lt;support@example.org&gt; wrote: </div><div><br></div><div>Your parcel is on its way.</div></div></div></body></html>"##,
            ),
            "It arrived today.",
            "on its way",
        ),
        case(
            "Proton, HTML",
            H(
                r##"<div style="font-family: Arial;">It arrived today.</div><div class="protonmail_signature_block"><div class="protonmail_signature_block-proton">Sent with Proton Mail secure email.</div></div><div class="protonmail_quote">On Tuesday, March 3rd, 2026 at 3:04 PM, Support &lt;support@example.org&gt; wrote:<br><blockquote class="protonmail_quote" type="cite">Your parcel is on its way.</blockquote></div>"##,
            ),
            "It arrived today.",
            "on its way",
        ),
        case(
            "Zoho, HTML",
            H(
                r##"<div>It arrived today.<br></div><div id="Zm-_Id_-Sgn" data-zbluepencil-ignore="true" class="zmail_signature">Mia</div><div class="zmail_extra" data-zbluepencil-ignore="true"><div>---- On Tue, 03 Mar 2026 15:04:05 +0800 <b>Support &lt;support@example.org&gt;</b> wrote ---<br></div><blockquote><div>Your parcel is on its way.</div></blockquote></div>"##,
            ),
            "It arrived today.",
            "on its way",
        ),
    ]
}

fn outlook() -> Vec<Case> {
    vec![
        case(
            "Outlook for Windows, English, HTML",
            H(
                r##"<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal {margin:0cm;} --></style></head><body lang="EN-GB"><div class="WordSection1"><p class="MsoNormal">Hello,<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="MsoNormal">it arrived today.<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b><span lang="EN-US">From:</span></b><span lang="EN-US"> Support &lt;support@example.org&gt; <br><b>Sent:</b> Tuesday, 3 March 2026 15:04<br><b>To:</b> Mia &lt;mia@example.com&gt;<br><b>Subject:</b> Order 1042<o:p></o:p></span></p></div></div><p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="MsoNormal">Your parcel is on its way.<o:p></o:p></p></div></body></html>"##,
            ),
            "Hello,\nit arrived today.",
            "on its way",
        ),
        case(
            "Outlook for Windows, Chinese, HTML",
            H(
                r##"<html><body lang="ZH-CN"><div class="WordSection1"><p class="MsoNormal"><span>你好，</span></p><p class="MsoNormal"><span>今天收到了。</span></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b><span>发件人<span lang="EN-US">:</span></span></b><span lang="EN-US"> 客服 &lt;support@example.org&gt; <br></span><b>发送时间<span lang="EN-US">:</span></b><span lang="EN-US"> 2026</span>年<span lang="EN-US">3</span>月<span lang="EN-US">3</span>日<span lang="EN-US"> 15:04<br></span><b>收件人<span lang="EN-US">:</span></b><span lang="EN-US"> Mia &lt;mia@example.com&gt;<br></span><b>主题<span lang="EN-US">:</span></b> 订单</p></div></div><p class="MsoNormal">您的包裹已发出。</p></div></body></html>"##,
            ),
            "你好，\n今天收到了。",
            "已发出",
        ),
        case(
            "Outlook, English, text",
            T(
                "Hello,\r\n\r\nit arrived today.\r\n\r\n-----Original Message-----\r\nFrom: Support <support@example.org> \r\nSent: Tuesday, 3 March 2026 15:04\r\nTo: Mia <mia@example.com>\r\nSubject: Order 1042\r\n\r\nYour parcel is on its way.\r\n",
            ),
            "Hello,\nit arrived today.",
            "on its way",
        ),
        case(
            "Outlook, text with a rule",
            T(
                "Hello,\r\n\r\nit arrived today.\r\n\r\n________________________________\r\nFrom: Support <support@example.org>\r\nSent: Tuesday, 3 March 2026 15:04\r\nTo: Mia <mia@example.com>\r\nSubject: Order 1042\r\n\r\nYour parcel is on its way.\r\n",
            ),
            "Hello,\nit arrived today.",
            "____",
        ),
        case(
            "Outlook, Chinese, text",
            T(
                "你好，\r\n\r\n今天收到了。\r\n\r\n-----邮件原件-----\r\n发件人: 客服 <support@example.org> \r\n发送时间: 2026年3月3日 15:04\r\n收件人: Mia <mia@example.com>\r\n主题: 订单\r\n\r\n您的包裹已发出。\r\n",
            ),
            "你好，\n今天收到了。",
            "已发出",
        ),
        case(
            "Outlook on the web, English, HTML",
            H(
                r##"<html><head></head><body dir="ltr"><div style="font-family: Aptos; font-size: 12pt;" class="elementToProof">It arrived today.</div><div id="Signature"><p>Mia Lee</p></div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" color="#000000" style="font-size:11pt"><b>From:</b> Support &lt;support@example.org&gt;<br><b>Sent:</b> Tuesday, March 3, 2026 3:04 PM<br><b>To:</b> Mia &lt;mia@example.com&gt;<br><b>Subject:</b> Order 1042</font><div>&nbsp;</div></div><div>Your parcel is on its way.</div></body></html>"##,
            ),
            "It arrived today.",
            "on its way",
        ),
        case(
            "Outlook on the web, Chinese, HTML",
            H(
                r##"<html><body dir="ltr"><div class="elementToProof">今天收到了。</div><div id="appendonsend"></div><hr tabindex="-1" style="display:inline-block; width:98%"><div id="divRplyFwdMsg" dir="ltr"><font><b>发件人:</b> 客服 &lt;support@example.org&gt;<br><b>发送时间:</b> 2026年3月3日 15:04<br><b>收件人:</b> Mia<br><b>主题:</b> 订单</font></div><div>您的包裹已发出。</div></body></html>"##,
            ),
            "今天收到了。",
            "已发出",
        ),
        case(
            "Outlook for Mac, HTML",
            H(
                r##"<html><body><div class="WordSection1"><p class="MsoNormal">It arrived today.</p></div><div id="mail-editor-reference-message-container"><div><div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>From: </b>Support &lt;support@example.org&gt;<br><b>Date: </b>Tuesday, 3 March 2026 at 15:04<br><b>To: </b>Mia<br><b>Subject: </b>Order</p></div><p>Your parcel is on its way.</p></div></div></body></html>"##,
            ),
            "It arrived today.",
            "on its way",
        ),
        case(
            "Outlook for iOS, HTML",
            H(
                r##"<html><body><div dir="ltr"><div>It arrived today.</div></div><div id="ms-outlook-mobile-signature"><div>Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div></div><div id="mail-editor-reference-message-container" class="ms-outlook-mobile-reference-message skipProofing"><meta><hr style="display: inline-block; width: 98%;"><div id="divRplyFwdMsg"><b>From:</b> Support &lt;support@example.org&gt;<br><b>Sent:</b> Tuesday<br><b>To:</b> Mia<br><b>Subject:</b> Order</div>Your parcel is on its way.</div></body></html>"##,
            ),
            "It arrived today.",
            "on its way",
        ),
    ]
}

fn apple_and_thunderbird() -> Vec<Case> {
    vec![
        case(
            "Apple Mail, English, HTML",
            H(
                r##"<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body style="overflow-wrap: break-word;">Hello,<div><br></div><div>it arrived today.<br id="lineBreakAtBeginningOfMessage"><div><br><blockquote type="cite"><div>On 3 Mar 2026, at 15:04, Support &lt;support@example.org&gt; wrote:</div><br class="Apple-interchange-newline"><div><div>Your parcel is on its way.</div></div></blockquote></div><br></div></body></html>"##,
            ),
            "Hello,\nit arrived today.",
            "on its way",
        ),
        case(
            "Apple Mail, Chinese, HTML",
            H(
                r##"<html><body>你好，<div><br></div><div>今天收到了。<br><div><br><blockquote type="cite"><div>2026年3月3日 15:04，客服 &lt;support@example.org&gt; 写道：</div><br><div>您的包裹已发出。</div></blockquote></div></div></body></html>"##,
            ),
            "你好，\n今天收到了。",
            "已发出",
        ),
        case(
            "Apple Mail, Chinese, text",
            T(
                "今天收到了。\n\n> 2026年3月3日 15:04，客服 <support@example.org> 写道：\n> \n> 您的包裹已发出。\n",
            ),
            "今天收到了。",
            "已发出",
        ),
        case(
            "iPhone, English, HTML",
            H(
                r##"<html><body dir="auto">It arrived today.<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">On 3 Mar 2026, at 15:04, Support &lt;support@example.org&gt; wrote:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">﻿Your parcel is on its way.</div></blockquote></body></html>"##,
            ),
            "It arrived today.",
            "on its way",
        ),
        case(
            "iPhone, Chinese, HTML",
            H(
                r##"<html><body dir="auto">今天收到了。<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">发自我的 iPhone</div><div dir="ltr"><br><blockquote type="cite">在 2026年3月3日，15:04，客服 &lt;support@example.org&gt; 写道：<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">您的包裹已发出。</div></blockquote></body></html>"##,
            ),
            "今天收到了。",
            "已发出",
        ),
        case(
            "iPhone, Chinese, text",
            T(
                "今天收到了。\r\n\r\n发自我的 iPhone\r\n\r\n> 在 2026年3月3日，15:04，客服 <support@example.org> 写道：\r\n> \r\n> 您的包裹已发出。\r\n",
            ),
            "今天收到了。",
            "发自我的",
        ),
        case(
            "Thunderbird, English, HTML",
            H(
                r##"<!DOCTYPE html><html><head></head><body><p>Hello,</p><p>it arrived today.</p><div class="moz-signature">-- <br>Mia</div><div class="moz-cite-prefix">On 03/03/2026 15:04, Support wrote:<br></div><blockquote type="cite" cite="mid:1@example.org"><p>Your parcel is on its way.</p></blockquote></body></html>"##,
            ),
            "Hello,\nit arrived today.",
            "on its way",
        ),
        case(
            "Thunderbird, Chinese, HTML",
            H(
                r##"<html><body><p>今天收到了。</p><div class="moz-cite-prefix">在 2026/3/3 15:04, 客服 写道:<br></div><blockquote type="cite" cite="mid:1@example.org"><p>您的包裹已发出。</p></blockquote></body></html>"##,
            ),
            "今天收到了。",
            "已发出",
        ),
        case(
            "Thunderbird, answer below the quote, text",
            T(
                "On 03/03/2026 15:04, Support wrote:\n> Your parcel is on its way.\n>\n> Support\n\nIt arrived today.\n\n-- \nMia\n",
            ),
            "It arrived today.",
            "on its way",
        ),
        case(
            "Thunderbird, answer below the quote, HTML",
            H(
                r##"<html><body><div class="moz-cite-prefix">On 03/03/2026 15:04, Support wrote:<br></div><blockquote type="cite" cite="mid:1@example.org"><p>Your parcel is on its way.</p></blockquote><p>It arrived today.</p></body></html>"##,
            ),
            "It arrived today.",
            "on its way",
        ),
        case(
            "Thunderbird, German, text",
            T(
                "Es ist heute angekommen.\n\nAm 03.03.26 um 15:04 schrieb Support:\n> Ihr Paket ist unterwegs.\n",
            ),
            "Es ist heute angekommen.",
            "unterwegs",
        ),
    ]
}

fn chinese_programs() -> Vec<Case> {
    vec![
        case(
            "QQ Mail, HTML",
            H(
                r##"<meta http-equiv="Content-Type" content="text/html; charset=utf-8"><div>今天收到了，谢谢。</div><div><br></div><div><includetail><!--<![endif]--></includetail></div><div><br></div><div><br></div><div style="font-size: 12px;font-family: Arial Narrow;padding:2px 0 2px 0;">------------------&nbsp;原始邮件&nbsp;------------------</div><div style="font-size: 12px;background:#efefef;padding:8px;"><div><b>发件人:</b>&nbsp;"客服"&lt;support@example.org&gt;;</div><div><b>发送时间:</b>&nbsp;2026年3月3日(星期二) 下午3:04</div><div><b>收件人:</b>&nbsp;"Mia"&lt;mia@example.com&gt;;<wbr></div><div></div><div><b>主题:</b>&nbsp;订单</div></div><div><br></div><div>您的包裹已发出。</div>"##,
            ),
            "今天收到了，谢谢。",
            "已发出",
        ),
        case(
            "QQ Mail, new, HTML",
            H(
                r##"<div>今天收到了。</div><div class="xm_write_signature"></div><div id="original-content"><div style="font-size:12px;padding:2px 0;">原始邮件</div><hr><div>发件人：客服 &lt;support@example.org&gt;</div><div>发件时间：2026年3月3日 15:04</div><div>收件人：Mia</div><div>主题：订单</div><br><div>您的包裹已发出。</div></div>"##,
            ),
            "今天收到了。",
            "已发出",
        ),
        case(
            "QQ Mail, English, text",
            T(
                "It arrived today.\n\n\n\n------------------ Original ------------------\nFrom:  \"Support\"<support@example.org>;\nDate:  Tue, Mar 3, 2026 03:04 PM\nTo:  \"Mia\"<mia@example.com>;\nSubject:  Order 1042\n\n\nYour parcel is on its way.\n",
            ),
            "It arrived today.",
            "on its way",
        ),
        case(
            "QQ Mail, text",
            T(
                "今天收到了。\n\n\n------------------ 原始邮件 ------------------\n发件人: \"客服\"<support@example.org>;\n发送时间: 2026年3月3日(星期二) 下午3:04\n收件人: \"Mia\"<mia@example.com>;\n主题: 订单\n\n您的包裹已发出。\n",
            ),
            "今天收到了。",
            "已发出",
        ),
        case(
            "163, HTML",
            H(
                r##"<div style="line-height:1.7;color:#000000;font-size:14px;font-family:Arial"><div style="margin:0;">今天收到了。</div><div style="margin:0;"><br></div><div style="position:relative;zoom:1"></div><div id="divNeteaseMailCard"></div><br><pre>At 2026-03-03 15:04:05, "客服" &lt;support@example.org&gt; wrote:</pre><blockquote id="isReplyContent" style="PADDING-LEFT: 1ex; MARGIN: 0px 0px 0px 0.8ex; BORDER-LEFT: #ccc 1px solid"><div>您的包裹已发出。</div></blockquote></div>"##,
            ),
            "今天收到了。",
            "已发出",
        ),
        case(
            "163, Chinese words, text",
            T(
                "今天收到了。\n\n\n\n\n\n\n\n在 2026-03-03 15:04:05，\"客服\" <support@example.org> 写道：\n\n您的包裹已发出。\n\n客服\n",
            ),
            "今天收到了。",
            "已发出",
        ),
        case(
            "163, English words, text",
            T(
                "It arrived today.\n\n\n\n\n\nAt 2026-03-03 15:04:05, \"Support\" <support@example.org> wrote:\n>Your parcel is on its way.\n>Support\n",
            ),
            "It arrived today.",
            "on its way",
        ),
        case(
            "NetEase Mail Master, HTML",
            H(
                r##"<html><body><div id="content"><div>今天收到了。</div></div><div class="ntes-mailmaster-signature" id="ntes-pcmac-signature"><div>Mia</div></div><div class="J-reply" style="background-color:#f2f2f2;"><div class="ntes-mailmaster-quote"><div style="font-size:14px">---- 回复的原邮件 ----</div><table><tr><td>发件人</td><td>客服 &lt;support@example.org&gt;</td></tr><tr><td>日期</td><td>2026年3月3日 15:04</td></tr></table><div>您的包裹已发出。</div></div></div></body></html>"##,
            ),
            "今天收到了。",
            "已发出",
        ),
        case(
            "Foxmail, HTML",
            H(
                r##"<html><head><style>body { line-height: 1.5; }blockquote { margin-top: 0px; }</style></head><body><div><span></span>今天收到了。</div><div><br></div><hr style="width: 210px; height: 1px;" color="#b5c4df" size="1" align="left"><div><span><div style="MARGIN: 10px">Mia</div></span></div><blockquote style="margin-top: 0px; margin-bottom: 0px; margin-left: 0.5em;"><div>&nbsp;</div><div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm"><div style="PADDING-RIGHT: 8px; background:#efefef"><div><b>发件人：</b>&nbsp;<a href="mailto:support@example.org">客服</a></div><div><b>发送时间：</b>&nbsp;2026-03-03&nbsp;15:04</div><div><b>收件人：</b>&nbsp;Mia</div><div><b>主题：</b>&nbsp;订单</div></div></div><div>您的包裹已发出。</div></blockquote></body></html>"##,
            ),
            "今天收到了。",
            "已发出",
        ),
        case(
            "Foxmail, text",
            T(
                "今天收到了。\r\n\r\n\r\n\r\n \r\n发件人： 客服\r\n发送时间： 2026-03-03 15:04\r\n收件人： Mia\r\n主题： 订单\r\n您的包裹已发出。\r\n",
            ),
            "今天收到了。",
            "已发出",
        ),
        case(
            "Aliyun Mail, HTML",
            H(
                r##"<div class="__aliyun_email_body_block"><div>今天收到了。</div><div><br></div><blockquote style="margin-right:0;margin-top:0;margin-bottom:0;"><div>------------------------------------------------------------------</div><div>发件人：客服 &lt;support@example.org&gt;</div><div>发送时间：2026年3月3日(星期二) 15:04</div><div>收件人：Mia</div><div>主 题：订单</div><div>您的包裹已发出。</div></blockquote></div>"##,
            ),
            "今天收到了。",
            "已发出",
        ),
        case(
            "Coremail, traditional Chinese, text",
            T(
                "已收到，謝謝。\n\n-----原始郵件-----\n寄件者: 客服 <support@example.org>\n寄件日期: 2026年3月3日 15:04\n收件者: Mia\n主旨: 訂單\n\n您的包裹已寄出。\n",
            ),
            "已收到，謝謝。",
            "已寄出",
        ),
    ]
}

fn telephones() -> Vec<Case> {
    vec![
        case(
            "Samsung, text",
            T(
                "It arrived today.\n\n\nSent from my Galaxy\n\n\n-------- Original message --------\nFrom: Support <support@example.org>\nDate: 03/03/2026 15:04 (GMT+08:00)\nTo: Mia <mia@example.com>\nSubject: Order 1042\n\nYour parcel is on its way.\n",
            ),
            "It arrived today.",
            "Galaxy",
        ),
        case("Huawei, nothing quoted", T("今天收到了。\n\n来自我的华为手机\n"), "今天收到了。", "华为"),
        case(
            "Xiaomi, quoted",
            T(
                "今天收到了。\n\n发自我的小米手机\n在 客服 <support@example.org>，2026年3月3日 下午3:04写道：\n\n> 您的包裹已发出。\n",
            ),
            "今天收到了。",
            "小米",
        ),
        case(
            "Outlook for Android, text",
            T("It arrived today.\n\nGet Outlook for Android<https://aka.ms/AAb9ysg>\n"),
            "It arrived today.",
            "Android",
        ),
        case(
            "Windows Mail, Chinese",
            T(
                "今天收到了。\n\n从 Windows 版邮件发送\n\n发件人: 客服\n发送时间: 2026年3月3日 15:04\n收件人: Mia\n主题: 订单\n\n您的包裹已发出。\n",
            ),
            "今天收到了。",
            "已发出",
        ),
    ]
}

fn others() -> Vec<Case> {
    vec![
        case(
            "Sina, text",
            T(
                "好的。\n----- 原始邮件 -----\n发件人：客服 <support@example.org>\n收件人：Mia <mia@example.com>\n主题：订单\n日期：2026年03月03日 15点04分\n\n您的包裹已发出。",
            ),
            "好的。",
            "已发出",
        ),
        case(
            "Aliyun Mail, text",
            T(
                "好的。\n\n\n------------------------------------------------------------------\n发件人：客服 <support@example.org>\n发送时间：2026年3月3日(星期二) 15:04\n收件人：Mia\n主　题：订单\n\n您的包裹已发出。",
            ),
            "好的。",
            "已发出",
        ),
        case(
            "Spark, text",
            T(
                "Fine.\n\nMia\nOn Mar 3, 2026, 3:04 PM +0800, Support <support@example.org>, wrote:\n> On its way.",
            ),
            "Fine.\nMia",
            "On its way",
        ),
        case(
            "Yandex, text",
            T("Хорошо.\n\n03.03.2026, 15:04, \"Support\" <support@example.org>:\n> On its way."),
            "Хорошо.",
            "On its way",
        ),
        case(
            "Mail.ru, text",
            T(
                "Хорошо.\n\nВторник, 3 марта 2026, 15:04 +03:00 от Support <support@example.org>:\n> On its way.",
            ),
            "Хорошо.",
            "On its way",
        ),
        case(
            "Gmail, Japanese, text",
            T("了解。\n\n2026年3月3日(火) 15:04 Support <support@example.org>:\n\n> 発送しました。"),
            "了解。",
            "発送",
        ),
        case(
            "Gmail, French, text",
            T(
                "Bien reçu.\n\nLe mar. 3 mars 2026 à 15:04, Support <support@example.org>\na écrit :\n\n> En route.",
            ),
            "Bien reçu.",
            "En route",
        ),
        case(
            "Outlook, German, text",
            T(
                "OK.\n\nVon: Support <support@example.org>\nGesendet: Dienstag, 3. März 2026 15:04\nAn: Mia\nBetreff: x\n\nUnterwegs.",
            ),
            "OK.",
            "Unterwegs",
        ),
    ]
}

fn others_again() -> Vec<Case> {
    vec![
        case(
            "Feishu, HTML",
            H(
                r##"<div>好的</div><div class="history-quote-wrapper"><div><div>发件人：客服</div></div>已发出</div>"##,
            ),
            "好的",
            "已发出",
        ),
        case(
            "NetEase Mail Master, text",
            T(
                "好的，谢谢\n\n\n\n| |\nMia\n|\n|\nmia@example.com\n|\n签名由网易邮箱大师定制\n\n\n在2026年3月3日 15:04，客服<support@example.org> 写道：\n已发出",
            ),
            "好的，谢谢",
            "已发出",
        ),
        case(
            "Zoho, text",
            T(
                "Fine.\n\n---- On Tue, 03 Mar 2026 15:04:05 +0800 Support <support@example.org> wrote ----\n\n > On its way.",
            ),
            "Fine.",
            "On its way",
        ),
        case(
            "Yahoo, text",
            T(
                "  Fine.\n\n    On Tuesday, March 3, 2026 at 03:04:05 PM GMT+8, Support <support@example.org> wrote:  \n \n On its way.",
            ),
            "Fine.",
            "On its way",
        ),
        case(
            "QQ Mail, reply from a telephone, HTML",
            H(
                r##"<p>好的</p><p>&nbsp;</p><p>---原始邮件---</p><p>发件人:&quot;客服&quot;&lt;support@example.org&gt;</p><p>发送时间:2026年3月3日</p><p>收件人:Mia</p><p>主题:Re:x</p><p>已发出</p>"##,
            ),
            "好的",
            "已发出",
        ),
    ]
}

fn by_hand() -> Vec<Case> {
    vec![
        case(
            "Answers between the lines stay with their questions",
            T("Hello,\n\n> Which colour?\n\nBlue.\n\n> Which size?\n\nLarge.\n\nMia\n"),
            "Hello,\n> Which colour?\nBlue.\n> Which size?\nLarge.\nMia",
            "",
        ),
        case(
            "A mail that only passes on another is shown",
            T(
                "---------- Forwarded message ---------\nFrom: Shop <shop@example.net>\nDate: Tue, Mar 3, 2026\nSubject: Bill\nTo: <mia@example.com>\n\nYou owe 10.\n",
            ),
            "---------- Forwarded message ---------\nFrom: Shop <shop@example.net>\nDate: Tue, Mar 3, 2026\nSubject: Bill\nTo: <mia@example.com>\nYou owe 10.",
            "",
        ),
        case(
            "What is passed on with words is shown",
            H(
                r##"<div dir="ltr">Please look at this.<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>From: <b>Shop</b> &lt;shop@example.net&gt;<br>Date: Tue, Mar 3, 2026<br>Subject: Bill<br>To:  &lt;mia@example.com&gt;<br></div><br>You owe 10.</div></div>"##,
            ),
            "Please look at this.\n---------- Forwarded message ---------\nFrom: Shop <shop@example.net>\nDate: Tue, Mar 3, 2026\nSubject: Bill\nTo: <mia@example.com>\nYou owe 10.",
            "",
        ),
        case(
            "Nothing but a quote is shown",
            T("> Your parcel is on its way.\n"),
            "> Your parcel is on its way.",
            "",
        ),
        case(
            "Words that look like marks are words",
            T(
                "On Monday I wrote to you:\nplease answer.\n\nFrom: Berlin\nTo: Paris is the way I travel.\n\nI wrote: never again - and meant it.\n",
            ),
            "On Monday I wrote to you:\nplease answer.\nFrom: Berlin\nTo: Paris is the way I travel.\nI wrote: never again - and meant it.",
            "",
        ),
        case(
            "A plain question",
            T("您好，请问什么时候发货？\n\n谢谢\n"),
            "您好，请问什么时候发货？\n谢谢",
            "",
        ),
        case(
            "A form of a web page",
            H(
                "<table><tr><td>Name</td><td>Mia</td></tr><tr><td>Question</td><td>When does it come?</td></tr></table>",
            ),
            "Name Mia\nQuestion When does it come?",
            "",
        ),
    ]
}
