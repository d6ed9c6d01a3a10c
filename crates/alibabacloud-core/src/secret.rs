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
