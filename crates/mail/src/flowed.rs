//! `format=flowed` put back into paragraphs (RFC 3676): a line that ends in a space goes on in the next one of the same depth
//! of quoting; a space at the beginning only stuffs; `-- ` begins the signature and flows nowhere.

/// Paragraphs of a flowed text, quoting as `> ` at the beginning of a line. `del_sp` as the type's `delsp=yes` says.
pub fn unwrap(text: &str, del_sp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for raw in text.split('\n') {
        let line = raw.strip_suffix('\r').unwrap_or(raw);
        let depth = line.bytes().take_while(|b| *b == b'>').count();
        let words = &line[depth..];
        let words = words.strip_prefix(' ').unwrap_or(words);
        let signature = words == "-- ";
        let goes_on = open == Some(depth) && !signature;
        if !goes_on {
            if open.is_some() {
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\n');
            }
            if depth > 0 {
                out.push_str(&">".repeat(depth));
                out.push(' ');
            }
        }
        let flows = words.ends_with(' ') && !signature;
        out.push_str(if flows && del_sp { &words[..words.len() - 1] } else { words });
        if flows {
            open = Some(depth);
        } else {
            open = None;
            out.push('\n');
        }
    }
    out.truncate(out.trim_end_matches('\n').len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_come_back() {
        let text = "One line \r\nthat goes on.\r\n\r\n> quoted \r\n> too\r\n>> deeper \r\n> not joined\r\n From stuffed\r\n-- \r\nMia";
        let meant = "One line that goes on.\n\n> quoted too\n>> deeper\n> not joined\nFrom stuffed\n-- \nMia";
        assert_eq!(unwrap(text, false), meant);
        assert_eq!(unwrap("您 \n好", true), "您好");
    }
}
