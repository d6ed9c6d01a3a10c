//! Fields that hold secrets, by name.

use super::fields::each_field;
use super::words::{squeezed, words};
use crate::import::report::{Confidence, Report};
use alibabacloud_spec::{Kind, Schema, Service};

/// Last words of a name that always mean a secret.
const SECRETS: &[&str] = &[
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "kubeconfig",
];
/// Suffixes of a name without separators that mean a secret.
const SECRET_ENDS: &[&str] = &[
    "accesskeysecret",
    "secretkey",
    "secretaccesskey",
    "privatekey",
    "securitytoken",
    "accesstoken",
    "authtoken",
    "refreshtoken",
    "sessiontoken",
    "bearertoken",
    "logintoken",
    "oidctoken",
    "idtoken",
    "samlassertion",
    "apikey",
    "secretdata",
    "secretvalue",
    "plaintext",
];
/// Names that usually mean a secret.
const LIKELY: &[&str] = &["token", "userdata", "secretstring"];

/// Marks the fields that hold secrets.
pub(super) fn mark(service: &mut Service, report: &mut Report) {
    each_field(service, &mut |field| {
        if let Some(confidence) = secrecy(field.name, field.schema) {
            let schema = field.schema;
            schema.sensitive = true;
            // Documentation must not show a secret either.
            schema.example = None;
            schema.default = None;
            report.infer("sensitive", field.operation, confidence, field.name);
        }
    });
}

fn secrecy(name: &str, schema: &Schema) -> Option<Confidence> {
    if !matches!(schema.kind, Kind::String | Kind::JsonText) {
        return None;
    }
    let squeezed = squeezed(name);
    if LIKELY.contains(&squeezed.as_str()) {
        return Some(Confidence::Medium);
    }
    let last = words(name).pop().unwrap_or_default();
    let secret =
        SECRETS.contains(&last.as_str()) || SECRET_ENDS.iter().any(|end| squeezed.ends_with(end));
    secret.then_some(Confidence::High)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_and_of_what_only_sounds_like_one() {
        let text = Schema {
            kind: Kind::String,
            ..Schema::default()
        };
        for name in [
            "Password",
            "master_user_password",
            "AccessKeySecret",
            "SSLPrivateKey",
            "Kubeconfig",
            "OIDCToken",
            "SAMLAssertion",
            "UserData",
        ] {
            assert!(secrecy(name, &text).is_some(), "{name}");
        }
        for name in [
            "PasswordPolicy",
            "SecretName",
            "NextToken",
            "ClientToken",
            "AccessKeyId",
            "SecretId",
        ] {
            assert!(secrecy(name, &text).is_none(), "{name}");
        }
        assert!(secrecy("Password", &Schema::default()).is_none());
    }
}
