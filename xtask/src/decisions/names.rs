//! Names that look as if the value were a secret. Wider than the rules by which the import marks
//! fields: a person decides.

use super::places::{FieldPlace, FieldSide};
use crate::import::{squeezed, words};
use alibabacloud_spec::{Kind, Schema};

/// Parts of a name without separators.
const PARTS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "secret",
    "token",
    "credential",
    "plaintext",
    "kubeconfig",
    "assertion",
    "authorization",
    "privatekey",
    "sharedkey",
    "qrcode",
    "userdata",
    "connectionstring",
    "authcode",
    "verifycode",
    "verificationcode",
    "authenticationcode",
    "datakey",
];
/// Words of a name.
const WORDS: &[&str] = &[
    "pwd",
    "psk",
    "pem",
    "pfx",
    "seed",
    "otp",
    "cookie",
    "signature",
    "blob",
    "ticket",
    "script",
];
/// Last words with which a name says something about a secret, or about something else.
const HARMLESS: &[&str] = &[
    "id",
    "ids",
    "name",
    "names",
    "type",
    "types",
    "policy",
    "policies",
    "status",
    "state",
    "time",
    "date",
    "at",
    "enabled",
    "enable",
    "count",
    "number",
    "num",
    "length",
    "size",
    "version",
    "versions",
    "arn",
    "algorithm",
    "age",
    "expiration",
    "expire",
    "expires",
    "seconds",
    "mode",
    "method",
    "alg",
    "rule",
    "rules",
    "level",
    "period",
    "limit",
    "max",
    "min",
    "source",
    "provider",
    "desc",
    "description",
    "required",
    "format",
    "usage",
    "spec",
    "category",
    "days",
    "hours",
    "kind",
    "strategy",
    "scope",
    "region",
    "domain",
    "ip",
    "port",
    "protocol",
    "zone",
    "group",
    "interval",
    "info",
    "user",
    "account",
    "profile",
    "message",
    "reason",
    "duration",
    "switch",
    "option",
    "options",
    "prefix",
];
/// Words before `Key` with which it is not a key of cryptography.
const KEY_KINDS: &[&str] = &[
    "tag",
    "tags",
    "sort",
    "order",
    "public",
    "group",
    "condition",
    "filter",
    "label",
    "resource",
    "attribute",
    "metric",
    "index",
    "partition",
    "object",
    "context",
    "parameter",
    "header",
    "query",
    "error",
    "enum",
    "dimension",
];
/// Words of names of addresses that anybody may know.
const PUBLIC_URLS: &[&str] = &[
    "doc", "docs", "document", "health", "help", "logo", "icon", "image", "callback", "issuer",
    "jwks",
];
/// Page tokens and idempotency tokens.
const PLAIN_TOKENS: &[&str] = &[
    "nexttoken",
    "nextpagetoken",
    "pagetoken",
    "continuationtoken",
    "clienttoken",
];

/// Returns whether the value of a field may be a secret, by its name, its type and its place.
pub(super) fn is_suspicious(place: &FieldPlace<'_>) -> bool {
    if !is_texts(place.schema) {
        return false;
    }
    let squeezed = squeezed(place.name);
    if PLAIN_TOKENS.contains(&squeezed.as_str()) {
        return false;
    }
    if let Some(operation) = place.operation {
        let is_token = operation.idempotency.as_deref() == Some(place.name);
        if place.side == FieldSide::Request && is_token {
            return false;
        }
        let is_config = matches!(squeezed.as_str(), "config" | "certificate");
        if is_config && self::squeezed(&operation.name).contains("kubeconfig") {
            return true;
        }
    }
    let words = words(place.name);
    let is_tag = place.siblings.is_some_and(|siblings| {
        let has = |name: &str| siblings.keys().any(|key| self::squeezed(key) == name);
        squeezed.ends_with("key") && (has("value") || has("values") || has("tagvalue"))
    });
    !is_tag && is_secret_name(&squeezed, &words, place.side)
}

/// Returns whether a name sounds like a secret, whatever its place.
pub(super) fn sounds_secret(name: &str) -> bool {
    is_secret_name(&squeezed(name), &words(name), FieldSide::Response)
}

fn is_secret_name(squeezed: &str, words: &[String], side: FieldSide) -> bool {
    let last = words.last().map_or("", String::as_str);
    if HARMLESS.contains(&last) {
        return false;
    }
    let before = words.len().checked_sub(2).and_then(|at| words.get(at));
    let before = before.map_or("", String::as_str);
    match last {
        "key" | "keys" => return !KEY_KINDS.contains(&before),
        "url" | "urls" | "uri" => {
            let is_public = words
                .iter()
                .any(|word| PUBLIC_URLS.contains(&word.as_str()));
            return side != FieldSide::Request && !is_public;
        }
        _ => {}
    }
    PARTS.iter().any(|part| squeezed.contains(part))
        || words.iter().any(|word| WORDS.contains(&word.as_str()))
}

/// Returns whether a value is text, or holds texts without names of their own.
fn is_texts(schema: &Schema) -> bool {
    match &schema.kind {
        Kind::String | Kind::JsonText | Kind::Any | Kind::Binary => true,
        Kind::Array(inner) | Kind::Map(inner) => is_texts(inner),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_may_be_secrets_and_names_that_are_not() {
        for name in [
            "PrivateKeyBody",
            "PrivateKey",
            "VncUrl",
            "VncPassword",
            "WebSocketUrl",
            "Psk",
            "AuthKey",
            "ClientKey",
            "ServerKey",
            "Base32StringSeed",
            "QRCodePNG",
            "PassWord",
            "RandomPassword",
            "AccessKeySecret",
            "SecurityToken",
            "AppSecretValue",
            "BearerToken",
            "AuthorizationToken",
            "SecretData",
            "ImportToken",
            "Token",
            "LifecycleActionToken",
            "Plaintext",
            "SAMLAssertion",
            "master_user_password",
        ] {
            assert!(sounds_secret(name), "{name}");
        }
        for name in [
            "KeyPairName",
            "SecretName",
            "PasswordPolicy",
            "TagKey",
            "PublicKey",
            "KeyId",
            "HelpUrl",
            "TokenExpireTime",
            "InstanceId",
        ] {
            assert!(!sounds_secret(name), "{name}");
        }
    }
}
