//! Published texts prepared for a specification: no control characters, and links that resolve.

use crate::import::texts::FILE_URL;
use std::borrow::Cow;

/// Trims a text and removes byte-order marks, carriage returns and trailing blanks. Links to the
/// help center, published as `(~~30561~~)`, become addresses. Of two versions for two sites, the
/// one of the Chinese site stays, which the hosts and accounts of the metadata belong to.
pub(super) fn clean(text: &str) -> String {
    let text = text.trim();
    if text
        .bytes()
        .all(|b| b >= 0x80 || (b >= 0x20 && b != b'~' && b != 0x7f))
        && !text.contains('\u{feff}')
        && !text.contains(PROPS)
    {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for line in expand_links(&one_site(text)).split('\n') {
        let start = out.len();
        out.extend(line.chars().filter_map(printable));
        out.truncate(start + out[start..].trim_end().len());
        out.push('\n');
    }
    out.trim().to_owned()
}

/// The start of a part that only one site of the portal shows: `<props="china">`.
const PROPS: &str = "<props";

/// Removes the marks around parts that only one site of the portal shows. Where there are parts for
/// several sites, only those of the Chinese site stay.
fn one_site(text: &str) -> Cow<'_, str> {
    if !text.contains(PROPS) {
        return Cow::Borrowed(text);
    }
    let is_china = |mark: &str| mark.contains("china");
    let marks = text.split(PROPS).skip(1);
    let has_china = marks
        .filter_map(|part| part.split_once('>'))
        .any(|(mark, _)| is_china(mark));
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(PROPS) {
        out.push_str(before);
        let Some((mark, tail)) = after.split_once('>') else {
            rest = after;
            break;
        };
        let (part, tail) = tail.split_once("</props>").unwrap_or((tail, ""));
        if is_china(mark) || !has_china {
            out.push_str(part);
        }
        rest = tail;
    }
    out.push_str(rest);
    Cow::Owned(out.replace("</props>", ""))
}

/// Returns a name or title as one line of visible text.
pub(super) fn one_line(text: &str) -> String {
    let is_direction = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let text = clean(text).replace(is_direction, "");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the character if YAML can contain it; tabs become blanks.
fn printable(c: char) -> Option<char> {
    match c {
        '\t' => Some(' '),
        '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{2028}' | '\u{2029}' => None,
        c if c.is_control() => None,
        c => Some(c),
    }
}

/// Expands `[text](~~30561~~)` and `[text](~~30561#anchor~~)` as the help center resolves them.
fn expand_links(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("(~~") {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        match link_target(&after[3..]) {
            Some((target, tail)) => {
                out.push_str("(https://help.aliyun.com/document_detail/");
                let (page, anchor) = target.split_once('#').unwrap_or((target, ""));
                out.push_str(page);
                out.push_str(".html");
                if !anchor.is_empty() {
                    out.push('#');
                    out.push_str(anchor);
                }
                out.push(')');
                rest = tail;
            }
            None => {
                out.push_str("(~~");
                rest = &after[3..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn link_target(text: &str) -> Option<(&str, &str)> {
    let end = text.find("~~)")?;
    let target = text[..end].trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '#' | '-' | '_' | '/');
    let good = target.starts_with(|c: char| c.is_ascii_digit()) && target.chars().all(plain);
    good.then_some((target, &text[end + 3..]))
}

/// Returns the summary and the description of an operation: one line, and the rest. The metadata
/// has a title, a summary and a description, any of which may be missing.
pub(super) fn summary_and_description(
    title: &str,
    summary: &str,
    description: &str,
) -> (String, String) {
    let [title, summary, description] = [title, summary, description].map(clean);
    let lead = [&summary, &title, &description]
        .into_iter()
        .find(|text| !text.is_empty());
    let (first, rest) = lead.map_or(("", ""), |text| split_first_line(text));
    let body = if lead == Some(&description) || description == *first {
        rest.to_owned()
    } else if rest.is_empty() {
        description.clone()
    } else {
        format!("{rest}\n\n{description}").trim_end().to_owned()
    };
    (first.to_owned(), body)
}

/// Returns the description of a schema: its own, or the title where there is none.
pub(super) fn schema_description(description: &str, title: &str, is_file_url: bool) -> String {
    let mut text = clean(description);
    if text.is_empty() {
        text = clean(title);
    }
    if is_file_url {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(FILE_URL);
    }
    text
}

/// Splits a text into its first line and the rest.
fn split_first_line(text: &str) -> (&str, &str) {
    match text.split_once('\n') {
        Some((first, rest)) => (first.trim(), rest.trim()),
        None => (text, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_go_and_lines_stay() {
        assert_eq!(
            clean(" a\u{feff}b \r\n\tc\u{0} \n\n"),
            "ab\n c",
            "trailing blanks, marks and control characters are removed"
        );
    }

    #[test]
    fn parts_for_one_site_lose_their_marks() {
        assert_eq!(
            clean(r#"From <props="china">50~8000</props><props="intl">50~6000</props>."#),
            "From 50~8000."
        );
        assert_eq!(
            clean(r#"Enables <props="intl">[tiers](a)</props>."#),
            "Enables [tiers](a)."
        );
        assert_eq!(clean(r#"a <props="china">b"#), "a b");
        assert_eq!(clean("a <props b"), "a  b");
    }

    #[test]
    fn titles_are_one_line() {
        assert_eq!(one_line(" Evil\nX!\u{202e}{}\r\n y"), "Evil X!{} y");
    }

    #[test]
    fn help_centre_links_become_addresses() {
        assert_eq!(
            clean("see [x](~~25383~~) and [y](~~256#b~~)"),
            "see [x](https://help.aliyun.com/document_detail/25383.html) and [y](https://help.aliyun.com/document_detail/256.html#b)"
        );
        assert_eq!(clean("odd (~~ and (~~x y~~)"), "odd (~~ and (~~x y~~)");
    }
}
