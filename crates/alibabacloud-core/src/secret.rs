//! Redaction: which names mark a secret value, and what replaces it.

/// Replaces a secret value wherever people can see it.
pub(crate) const REDACTED: &str = "REDACTED";

/// Words in the name of an undocumented parameter that mark its value as secret.
const SECRET_WORDS: [&str; 11] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "privatekey",
    "accesskey",
    "apikey",
    "credential",
    "密码",
    "口令",
];

/// Endings of names of tokens that grant no access: page tokens, idempotency tokens, and the
/// numbers of tokens that language models count.
const HARMLESS_ENDS: [&str; 9] = [
    "nexttoken",
    "pagetoken",
    "continuationtoken",
    "clienttoken",
    "maxtokens",
    "inputtokens",
    "outputtokens",
    "prompttokens",
    "totaltokens",
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
    SECRET_HEADERS.contains(&name) || sounds_secret(&squeezed(name))
}

/// Returns whether a name marks its value as secret in the requests and responses of an operation,
/// where no specification decides. Of `Tag.1.Password`, each part counts.
pub(crate) fn is_secret_name(operation: &str, name: &str) -> bool {
    let squeezed_name = squeezed(name);
    if sounds_secret(&squeezed_name) {
        return !HARMLESS_ENDS.iter().any(|end| squeezed_name.ends_with(end));
    }
    // Operations on secrets name the secret `Value`.
    let last = name.rsplit('.').next().unwrap_or(name);
    squeezed_name.ends_with("signature")
        || last.eq_ignore_ascii_case("value") && operation.contains("Secret")
}

/// Returns a name in lower case, without separators.
pub(crate) fn squeezed(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

fn sounds_secret(squeezed: &str) -> bool {
    SECRET_WORDS.iter().any(|word| squeezed.contains(word))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_and_of_what_only_sounds_like_one() {
        for name in [
            "Password",
            "DB_Pass-Word",
            "Tag.1.AccessKeySecret",
            "spring.datasource.password",
            "token",
            "x-api-key",
            "Signature",
            "x-oss-signature",
            "数据库密码",
        ] {
            assert!(is_secret_name("RunThings", name), "{name}");
        }
        for name in [
            "NextToken",
            "next_token",
            "ClientToken",
            "max_tokens",
            "Value",
            "SignatureMethod",
            "Pass",
            "",
        ] {
            assert!(!is_secret_name("RunThings", name), "{name}");
        }
        for name in ["Value", "Secrets.1.value"] {
            assert!(is_secret_name("CreateSecretParameter", name), "{name}");
        }
        assert!(!is_secret_name("CreateSecretParameter", "ValueType"));
    }

    #[test]
    #[cfg(feature = "client")]
    fn key_ids_are_masked_in_the_middle_and_short_ones_wholly() {
        let mask = mask_access_key_id;
        assert_eq!(mask("LTAI5tPublicVectorKey0001"), "LTAI****0001");
        assert_eq!(mask("STS.LTAI5tPublicVectorKey0001"), "STS.LTAI****0001");
        assert_eq!(mask("testid"), "****");
        assert_eq!(mask(""), "****");
    }
}
