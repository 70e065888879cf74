//! HTML made safe to show: what is allowed is listed, everything else goes (ammonia, which parses as browsers do).
//!
//! No script, form, frame, `style`, `class` or `id`; addresses of links are `http`, `https`, `mailto` or `tel`. An image is
//! never fetched by showing the mail: a remote one keeps its address in `data-remote-src`, an image of the same mail is
//! named by its place in `data-attachment`, any other loses its source. The caller holds size and depth
//! ([`HTML_BYTES_MAX`](crate::limits::HTML_BYTES_MAX)), because the work grows faster than the input.

use ammonia::{Builder, UrlRelative};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

const TAGS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "b",
    "bdi",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];
/// Whose contents go with them.
const WITH_CONTENT: &[&str] = &[
    "script",
    "style",
    "title",
    "textarea",
    "iframe",
    "noscript",
    "template",
    "object",
    "embed",
    "svg",
    "math",
    "head",
    "xmp",
    "noembed",
    "noframes",
    "select",
    "audio",
    "video",
    "applet",
    "plaintext",
];
/// Bytes of an address that is kept.
const ADDRESS_MAX: usize = 4_000;

/// What one sanitising came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Safe {
    /// The HTML.
    pub html: String,
    /// Remote images that are blocked.
    pub remote_images: usize,
}

/// The same for both passes. The second pass sees only what the first wrote, and what it names was judged there.
fn builder() -> Builder<'static> {
    let mut b = Builder::empty();
    let plain: HashSet<&str> = ["dir", "lang", "title", "align", "valign"].into();
    let mut attributes: HashMap<&str, HashSet<&str>> = HashMap::new();
    attributes.insert("a", ["href"].into());
    attributes.insert("img", ["alt", "width", "height", "src", "data-remote-src", "data-attachment"].into());
    attributes.insert("font", ["color", "size"].into());
    for tag in ["table", "td", "th", "tr", "col", "colgroup"] {
        attributes.insert(
            tag,
            ["width", "height", "colspan", "rowspan", "border", "cellpadding", "cellspacing", "bgcolor"]
                .into(),
        );
    }
    attributes.insert("ol", ["start", "type"].into());
    attributes.insert("time", ["datetime"].into());
    b.tags(TAGS.iter().copied().collect())
        .clean_content_tags(WITH_CONTENT.iter().copied().collect())
        .generic_attributes(plain)
        .tag_attributes(attributes)
        .url_schemes(["http", "https", "mailto", "tel", "cid"].into())
        .url_relative(UrlRelative::Deny)
        .set_tag_attribute_value("a", "target", "_blank")
        .link_rel(Some("noopener noreferrer nofollow"))
        .strip_comments(true);
    b
}

static FIRST: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut b = builder();
    b.attribute_filter(|tag, name, value| match (tag, name) {
        // What the sender calls a marker is none of ours.
        ("img", "data-remote-src" | "data-attachment") => None,
        ("img", "src") => source(value).map(Cow::Owned),
        (_, "href") if value.len() > ADDRESS_MAX || scheme(value) == "cid" => None,
        ("img" | "table" | "td" | "th" | "tr" | "col" | "colgroup", "width" | "height") => {
            size(value).map(Cow::Owned)
        }
        _ => Some(Cow::Borrowed(value)),
    });
    b
});

fn scheme(address: &str) -> String {
    address.trim().split(':').next().unwrap_or("").to_ascii_lowercase()
}

/// The source of an image: only remote ones and those of the same mail stay, to become markers.
fn source(value: &str) -> Option<String> {
    let value = value.trim();
    let fits = value.len() <= ADDRESS_MAX && ["http", "https", "cid"].contains(&scheme(value).as_str());
    fits.then(|| value.to_owned())
}

/// Numbers and percents, nothing larger than a page.
fn size(value: &str) -> Option<String> {
    let digits = value.trim().trim_end_matches("px");
    let plain = digits.strip_suffix('%').unwrap_or(digits);
    plain.parse::<u16>().ok().filter(|n| *n <= 4_000).map(|_| digits.to_owned())
}

/// Sanitises. `place` says where in the list of attachments a `Content-ID` of the same mail stands.
pub fn sanitise(html: &str, place: impl Fn(&str) -> Option<usize>) -> Safe {
    let clean = FIRST.clean(html).to_string();
    mark(&clean, place)
}

/// Turns the sources of images in sanitised HTML into markers. The serialiser writes every tag in one way, values in double
/// quotes, and no `<` of a text as itself; so a walk from tag to tag never loses its place.
fn mark(clean: &str, place: impl Fn(&str) -> Option<usize>) -> Safe {
    let mut out = Safe { html: String::with_capacity(clean.len()), remote_images: 0 };
    let mut rest = clean;
    while let Some(at) = rest.find('<') {
        let end = tag_end(&rest[at..]).map_or(rest.len(), |len| at + len);
        out.html.push_str(&rest[..at]);
        let tag = &rest[at..end];
        match source_of(tag) {
            Some((from, to, value)) => {
                out.html.push_str(&tag[..from]);
                if scheme(value) == "cid" {
                    let id = super::text::resolve(value.trim().get(4..).unwrap_or(""));
                    if let Some(index) = place(&id) {
                        out.html.push_str(&format!(" data-attachment=\"{index}\""));
                    }
                } else {
                    out.remote_images += 1;
                    out.html.push_str(&format!(" data-remote-src=\"{value}\""));
                }
                out.html.push_str(&tag[to..]);
            }
            None => out.html.push_str(tag),
        }
        rest = &rest[end..];
    }
    out.html.push_str(rest);
    out
}

/// Where in an `img` tag its source stands, the space before it included, and its value.
fn source_of(tag: &str) -> Option<(usize, usize, &str)> {
    const NAME: &str = " src=\"";
    if !tag.starts_with("<img ") {
        return None;
    }
    let outside = |at: usize| tag[..at].bytes().filter(|b| *b == b'"').count() % 2 == 0;
    let (from, _) = tag.match_indices(NAME).find(|(at, _)| outside(*at))?;
    let value = &tag[from + NAME.len()..];
    let len = value.find('"')?;
    Some((from, from + NAME.len() + len + 1, &value[..len]))
}

fn tag_end(tag: &str) -> Option<usize> {
    let mut quoted = false;
    tag.bytes()
        .position(|b| {
            quoted ^= b == b'"';
            b == b'>' && !quoted
        })
        .map(|i| i + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(html: &str) -> Safe {
        sanitise(html, |id| (id == "logo@x").then_some(3))
    }

    #[test]
    fn nothing_runs_and_nothing_is_fetched() {
        for html in [
            "<script>alert(1)</script>a",
            "<img src=x onerror=alert(1)>",
            "<a href=\"javascript:alert(1)\">x</a>",
            "<a href=\" java\tscript:alert(1)\">x</a>",
            "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
            "<style>@import url(https://evil.test)</style>",
            "<div style=\"background:url(https://evil.test/x)\">x</div>",
            "<form action=https://evil.test><input name=p><button>go</button></form>",
            "<iframe src=https://evil.test></iframe><base href=https://evil.test><meta http-equiv=refresh content=0>",
            "<math><mtext></p><style><img src=x onerror=alert(1)></style></math>",
            "<img src=\"data:image/svg+xml,<svg onload=alert(1)>\"><img src=\"//evil.test/x\"><img srcset=\"https://evil.test/x 2x\">",
            "<table background=https://evil.test/x><td background=https://evil.test/y>z",
            "<img alt=\"<img src=https://evil.test/a>\" src=https://remote.test/b>",
            "<a href=cid:logo@x>x</a><video src=https://evil.test/x poster=https://evil.test/y></video>",
            "<link rel=stylesheet href=https://evil.test><noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        ] {
            let safe = clean(html).html;
            let low = safe.to_lowercase();
            for bad in [
                "<script",
                "onerror=",
                "onload=",
                "javascript:",
                "<style",
                "style=",
                "<form",
                "<input",
                "<iframe",
                "<svg",
                "<base",
                "<meta",
                " src=",
                "srcset",
                "background",
                "<video",
                "<link",
                "cid:",
            ] {
                // Inside the text of an attribute the words are harmless: there `<` is written as a reference.
                let seen = low.match_indices(bad).any(|(i, _)| !in_value(&low, i));
                assert!(!seen, "{bad} in {safe} from {html}");
            }
            assert_eq!(
                FIRST.clean(&clean(&safe).html).to_string().matches('<').count(),
                safe.matches('<').count(),
                "{safe}"
            );
        }
    }

    /// Does this place stand inside a quoted value?
    fn in_value(html: &str, at: usize) -> bool {
        let open = html[..at].rfind('<').unwrap_or(0);
        html[open..at].bytes().filter(|b| *b == b'"').count() % 2 == 1
    }

    #[test]
    fn images_become_markers() {
        let safe = clean(
            "<img src=\"https://a.test/x?a=1&amp;b=2\" width=10><img src=\"CID:logo@x\"><img src=cid:other@x>",
        );
        assert_eq!(safe.remote_images, 1);
        assert!(safe.html.contains("data-remote-src=\"https://a.test/x?a=1&amp;b=2\""), "{}", safe.html);
        assert!(safe.html.contains("data-attachment=\"3\"") && !safe.html.contains("cid:"), "{}", safe.html);
        let link = clean("<a href=https://a.test>x</a>").html;
        assert!(
            link.contains("rel=\"noopener noreferrer nofollow\"") && link.contains("target=\"_blank\""),
            "{link}"
        );
        let forged = clean("<img data-attachment=0 data-remote-src=https://a.test>").html;
        assert!(!forged.contains("data-"), "{forged}");
    }
}
