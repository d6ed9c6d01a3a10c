//! Explanation of a rejected signature: the service quotes its string to sign, which is compared
//! with that of the client.

use crate::secret::{REDACTED, is_secret_header};
use alibabacloud_types::plumbing::percent_decode;

/// Maximum number of characters of either text that are shown around the first difference.
const WINDOW: usize = 24;

/// Returns the message of `SignatureDoesNotMatch` with the result of the comparison, without the
/// quoted string and without secret parameters.
pub(crate) fn explain(message: &str, ours: &str, is_secret: &dyn Fn(&str) -> bool) -> String {
    let (said, theirs) = split(message);
    let finding = match theirs {
        _ if !ours.is_empty() && message.contains(ours) => {
            "The string to sign is the same, so the AccessKey secret is wrong.".to_owned()
        }
        Some(theirs) => difference(&redact(theirs, is_secret), &redact(ours, is_secret)),
        None => "The service did not quote its string to sign; check the AccessKey secret first."
            .to_owned(),
    };
    let said = redact(said, is_secret);
    format!("{} {finding}", said.trim_end_matches([':', ' ']))
}

/// Splits a message into its text and the string to sign that it quotes.
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
        "The strings to sign differ at byte {same}, after {before:?}: the service has {}, the SDK has {}. \
         A proxy may have changed the request.",
        rest(theirs),
        rest(ours)
    )
}

/// Redacts the values of secret parameters and headers in a string to sign.
fn redact(text: &str, is_secret: &dyn Fn(&str) -> bool) -> String {
    text.split_inclusive('\n')
        .map(|line| redact_line(line, is_secret))
        .collect()
}

fn redact_line(line: &str, is_secret: &dyn Fn(&str) -> bool) -> String {
    // RPC: all parameters in one line, encoded once more than in the request.
    if line.contains("%3D") {
        let pieces = line
            .split("%26")
            .map(|piece| match piece.split_once("%3D") {
                Some((start, _)) if is_secret(&twice_decoded(start)) => {
                    format!("{start}%3D{REDACTED}")
                }
                _ => piece.to_owned(),
            });
        return pieces.collect::<Vec<_>>().join("%26");
    }
    // ROA: a header, or the resource with its query unencoded, in which the end of a value is not
    // marked.
    let value = match line.split_once(':') {
        Some((name, _)) if is_secret_header(name) || is_secret(name) => Some(name.len() + 1),
        _ => line
            .match_indices(['?', '&'])
            .filter_map(|(at, _)| Some((at, line.get(at + 1..)?.split_once('=')?.0)))
            .find(|(_, name)| is_secret(name))
            .map(|(at, name)| at + name.len() + 2),
    };
    match value.and_then(|at| line.get(..at)) {
        Some(shown) => format!("{shown}{REDACTED}"),
        None => line.to_owned(),
    }
}

/// Returns the name of a parameter in a string to sign of RPC. The first name follows the method
/// and the path.
fn twice_decoded(name: &str) -> String {
    let name = name.rsplit('&').next().unwrap_or_default();
    let decoded = percent_decode(name).and_then(|name| percent_decode(&name));
    decoded.unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    fn explain(message: &str, ours: &str) -> String {
        let is_secret = |name: &str| name.ends_with("SecurityToken") || name == "Value";
        super::explain(message, ours, &is_secret)
    }

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
             The string to sign is the same, so the AccessKey secret is wrong."
        );
    }

    #[test]
    fn the_first_difference_is_shown_without_secrets() {
        let explained = explain(&message(&OURS.replace("Zone%3Da", "Zone%3Db")), OURS);
        assert!(
            explained.contains("the service has \"b\", the SDK has \"a\""),
            "{explained}"
        );
        assert!(
            explained.contains("after \"REDACTED%26Zone%3D\"")
                || explained.contains("%26Zone%3D\""),
            "{explained}"
        );
        let explained = explain(&message("GET&%2F&Action%3DX%26SecurityToken%3Dhus"), OURS);
        assert!(!explained.contains("hus"), "{explained}");
        assert!(explained.contains("the service has the end"), "{explained}");
    }

    #[test]
    fn unknown_wording_is_kept() {
        assert_eq!(
            explain("No match.", OURS),
            "No match. The service did not quote its string to sign; check the AccessKey secret first."
        );
        assert!(explain("\u{e9} String to sign is:", "").contains("the end"));
    }

    #[test]
    fn secret_parameters_and_headers_are_not_shown() {
        let rpc = "POST&%2F&Action%3DSet%26Name%3Dn%26Value%3Dhunter2%26Value%3Dhunter3";
        let roa = "GET\n\nx-acs-security-token:hunter2\n/a?b=c&Value=hunter2&hunter3";
        for ours in [rpc, roa] {
            for end in 0..=ours.len() {
                let theirs = ours.get(..end).unwrap();
                let explained = explain(&message(&format!("{theirs}!")), ours);
                assert!(!explained.contains("hunter"), "{explained}");
                let explained = explain(&format!("{theirs} does not match."), ours);
                assert!(
                    end == ours.len() || !explained.contains("hunter2"),
                    "{explained}"
                );
            }
        }
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
