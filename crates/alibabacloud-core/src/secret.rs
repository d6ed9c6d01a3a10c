//! Redaction: which names mark a secret value, and what replaces it.

/// Replaces a secret value wherever people can see it.
pub(crate) const REDACTED: &str = "REDACTED";

/// Words in the name of an undocumented parameter that mark its value as secret.
const SECRET_WORDS: [&str; 7] = [
    "password",
    "passwd",
    "secret",
    "token",
    "privatekey",
    "accesskey",
    "credential",
];

/// Headers that hold secrets although no word of their name says so.
const SECRET_HEADERS: [&str; 4] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
];

/// Returns whether the value of a header (`name` in lower case) must be redacted: it would allow
/// others to make calls, as `x-acs-security-token` does.
pub(crate) fn is_secret_header(name: &str) -> bool {
    SECRET_HEADERS.contains(&name) || sounds_secret(name)
}

/// Returns whether a name marks its value as secret.
pub(crate) fn sounds_secret(name: &str) -> bool {
    let name: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

/// Returns enough of an AccessKey ID to recognize it: `LTAI****0001`.
#[cfg(feature = "client")]
pub(crate) fn mask_access_key_id(id: &str) -> String {
    const SHOWN: usize = 4;
    let prefix = if id.starts_with("STS.") {
        2 * SHOWN
    } else {
        SHOWN
    };
    if id.chars().count() < prefix + 2 * SHOWN {
        return "****".to_owned();
    }
    let head: String = id.chars().take(prefix).collect();
    let tail: Vec<char> = id.chars().rev().take(SHOWN).collect();
    format!("{head}****{}", tail.iter().rev().collect::<String>())
}

#[cfg(all(test, feature = "client"))]
mod tests {
    use super::*;

    #[test]
    fn key_ids_are_masked_in_the_middle_and_short_ones_wholly() {
        let mask = mask_access_key_id;
        assert_eq!(mask("LTAI5tPublicVectorKey0001"), "LTAI****0001");
        assert_eq!(mask("STS.LTAI5tPublicVectorKey0001"), "STS.LTAI****0001");
        assert_eq!(mask("testid"), "****");
        assert_eq!(mask(""), "****");
    }
}
