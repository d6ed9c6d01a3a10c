//! What a refused signature tells: the service quotes the string it signed, so it can be compared with ours.

/// Most characters of either text that are shown around the first difference.
const WINDOW: usize = 24;

/// Parameters of a string to sign that are secrets, as they stand there: RPC encodes twice, ROA has headers.
const SECRETS: [(&str, &str); 3] = [
    ("SecurityToken%3D", "%26"),
    ("BearerToken%3D", "%26"),
    ("x-acs-security-token:", "\n"),
];

/// The message of `SignatureDoesNotMatch` with what the comparison tells, and without the quoted string, which holds the security token.
pub(crate) fn explain(message: &str, ours: &str) -> String {
    let (said, theirs) = split(message);
    let finding = match theirs {
        _ if !ours.is_empty() && message.contains(ours) => {
            "The service signed the same text, so the AccessKey secret is wrong.".to_owned()
        }
        Some(theirs) => difference(&mask(theirs), &mask(ours)),
        None => {
            "The service did not say what it signed; check the AccessKey secret first.".to_owned()
        }
    };
    format!("{} {finding}", mask(said).trim_end_matches([':', ' ']))
}

/// The words of a message and the string to sign that it quotes.
fn split(message: &str) -> (&str, Option<&str>) {
    const MARK: &str = "string to sign is:";
    // ASCII case folding keeps the positions.
    match message.to_ascii_lowercase().find(MARK) {
        Some(at) => {
            let (said, quoted) = message.split_at(at);
            let said = said.trim_end().trim_end_matches("server").trim_end();
            (said, quoted.get(MARK.len()..).map(str::trim_start))
        }
        None => (message, None),
    }
}

fn difference(theirs: &str, ours: &str) -> String {
    let same = theirs
        .char_indices()
        .zip(ours.chars())
        .take_while(|((_, a), b)| a == b)
        .last()
        .map_or(0, |((at, c), _)| at + c.len_utf8());
    let rest = |text: &str| -> String {
        let rest = text.get(same..).unwrap_or_default();
        let piece: String = rest.chars().take(WINDOW).collect();
        if piece.is_empty() {
            "the end".to_owned()
        } else {
            format!("{piece:?}")
        }
    };
    let before = theirs.get(..same).unwrap_or_default();
    let before: String = before.chars().rev().take(WINDOW).collect();
    let before: String = before.chars().rev().collect();
    format!(
        "The service signed another text than the SDK: they differ at byte {same}, after {before:?}, where it has {} and the SDK {}; \
         something on the way may have changed the request.",
        rest(theirs),
        rest(ours)
    )
}

/// Takes the values of secret parameters out.
fn mask(text: &str) -> String {
    let mut text = text.to_owned();
    for (start, end) in SECRETS {
        let Some(at) = text.find(start).map(|at| at + start.len()) else {
            continue;
        };
        let rest = text.get(at..).unwrap_or_default();
        let length = rest.find(end).unwrap_or(rest.len());
        text.replace_range(at..at + length, "**REDACTED**");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "GET&%2F&Action%3DX%26SecurityToken%3Dhush%26Zone%3Da";

    fn message(theirs: &str) -> String {
        format!(
            "Specified signature is not matched with our calculation. server string to sign is:{theirs}"
        )
    }

    #[test]
    fn the_same_text_means_a_wrong_secret() {
        let explained = explain(&message(OURS), OURS);
        assert_eq!(
            explained,
            "Specified signature is not matched with our calculation. \
             The service signed the same text, so the AccessKey secret is wrong."
        );
    }

    #[test]
    fn the_first_difference_is_shown_and_no_secret() {
        let explained = explain(&message(&OURS.replace("Zone%3Da", "Zone%3Db")), OURS);
        assert!(
            explained.contains("where it has \"b\" and the SDK \"a\""),
            "{explained}"
        );
        assert!(
            explained.contains("after \"**REDACTED**%26Zone%3D\"")
                || explained.contains("%26Zone%3D\""),
            "{explained}"
        );
        let explained = explain(&message("GET&%2F&Action%3DX%26SecurityToken%3Dhus"), OURS);
        assert!(!explained.contains("hus"), "{explained}");
        assert!(explained.contains("where it has the end"), "{explained}");
    }

    #[test]
    fn unknown_wording_is_kept() {
        assert_eq!(
            explain("No match.", OURS),
            "No match. The service did not say what it signed; check the AccessKey secret first."
        );
        assert!(explain("\u{e9} String to sign is:", "").contains("the end"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic_and_no_token_comes_through(
            said in "\\PC{0,20}",
            theirs in "(GET&%2F&)?[a-z%\u{e9}]{0,60}",
            ours in "(GET&%2F&)?[a-z%\u{e9}]{0,60}",
        ) {
            let secret = |text: &str| format!("{text}SecurityToken%3DHUSH%26{text}");
            let message = format!("{said} string to sign is:{}", secret(&theirs));
            let explained = explain(&message, &secret(&ours));
            assert!(!explained.contains("HUSH"), "{explained}");
            let explained = explain(&format!("{said} {}", secret(&ours)), &secret(&ours));
            assert!(!explained.contains("HUSH"), "{explained}");
        }
    }
}
