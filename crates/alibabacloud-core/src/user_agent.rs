//! The user agent.

use crate::error::{Error, Result};
use crate::text::push_all;

/// Returns the user agent in the format of the official clients: system, language, core, the crate
/// of the service, the application. The Rust version is the minimum that the crate supports,
/// because the compiling version is not known here.
///
/// `AlibabaCloud (linux; x86_64) Rust/1.85 Core/0.1.0 alibabacloud-oos/0.1.0 my-app/1.0`
pub(crate) fn user_agent(crate_name: Option<&str>, application: Option<&str>) -> String {
    const CORE: &str = concat!(
        ") Rust/",
        env!("CARGO_PKG_RUST_VERSION"),
        " Core/",
        env!("CARGO_PKG_VERSION")
    );
    // Every call builds one, so it avoids the overhead of `format!`.
    let mut text = String::with_capacity(128);
    push_all(
        &mut text,
        &[
            "AlibabaCloud (",
            std::env::consts::OS,
            "; ",
            std::env::consts::ARCH,
            CORE,
        ],
    );
    for part in [crate_name, application].into_iter().flatten() {
        push_all(&mut text, &[" ", part]);
    }
    text
}

/// Checks the part of the application.
///
/// # Errors
/// If it is not valid in a header, or would forge another one.
pub(crate) fn check(application: Option<&str>) -> Result<()> {
    match application {
        Some(text) if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) => Err(Error::config(
            "the user agent of the application must be printable ASCII: check Config::user_agent and \
             ALIBABA_CLOUD_USER_AGENT",
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_agent_has_the_official_form() {
        let text = user_agent(Some("alibabacloud-oos/0.1.0"), Some("my-app/1.0"));
        let (system, rest) = text.split_once(") ").expect("a system");
        assert!(system.starts_with("AlibabaCloud ("), "{text}");
        let words: Vec<_> = rest.split(' ').collect();
        let core = concat!("Core/", env!("CARGO_PKG_VERSION"));
        assert_eq!(
            words,
            ["Rust/1.85", core, "alibabacloud-oos/0.1.0", "my-app/1.0"]
        );
    }

    #[test]
    fn an_application_cannot_forge_headers() {
        for text in ["a\r\nauthorization: x", "\u{e9}", "a\tb"] {
            assert!(check(Some(text)).is_err(), "{text:?}");
        }
        assert!(check(Some("my-app/1.0 (x; y)")).is_ok() && check(None).is_ok());
    }
}
