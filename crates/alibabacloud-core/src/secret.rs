//! Which names tell that a value must not be shown, and what is shown instead.

/// What stands for a value that must not be shown.
pub(crate) const REDACTED: &str = "REDACTED";

/// Words in names of parameters that no specification describes, whose values are better not shown.
const SECRET_WORDS: [&str; 7] = [
    "password",
    "passwd",
    "secret",
    "token",
    "privatekey",
    "accesskey",
    "credential",
];

/// Headers with secrets of which their names do not tell.
const SECRET_HEADERS: [&str; 4] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
];

/// Whether the value of this header, in lower case, must not be shown to people: it would let somebody else make calls, as
/// `x-acs-security-token` would.
pub(crate) fn is_secret_header(name: &str) -> bool {
    SECRET_HEADERS.contains(&name) || sounds_secret(name)
}

/// In `Debug` and messages: what stands for a value that must not be shown.
pub(crate) const MASK: &str = "**REDACTED**";

/// Whether a name says that its value is better not shown.
pub(crate) fn sounds_secret(name: &str) -> bool {
    let name: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    SECRET_WORDS.iter().any(|word| name.contains(word))
}
