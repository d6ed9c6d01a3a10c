//! Authentication: who calls, proved by a signature. The checks have the order of the real gateway.

use super::request::{FORM, Request};
use crate::api_error::ApiError;
use crate::caller::Caller;
use crate::keys::{Keys, KnownKey};
use crate::nonces::Nonces;
use crate::timestamp::{self, Millis};
use alibabacloud_core::http::Headers;
use alibabacloud_core::signing::{
    Algorithm, Authorization, Received, Signature, body_hash, v1_roa,
};
use alibabacloud_spec::{ApiStyle, Operation};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::{Digest, Md5};
use std::borrow::Cow;

/// How far the timestamp of a request may be from the current time: 15 minutes.
const VALID: Millis = 15 * 60 * 1000;
/// The same for V1 of RPC: 31 minutes.
const VALID_V1_RPC: Millis = 31 * 60 * 1000;

/// How a request is signed, with the parts that the client sent.
enum Proof<'a> {
    V3 {
        access_key_id: &'a str,
        algorithm: Algorithm,
        signed_headers: Vec<&'a str>,
        signature: &'a str,
    },
    V1Roa {
        access_key_id: &'a str,
        signature: &'a str,
    },
    V1Rpc {
        access_key_id: &'a str,
        signature: &'a str,
    },
    Bearer {
        token: &'a str,
        version: SignatureVersion,
    },
    None,
}

/// The version of a signature, which determines where timestamp and nonce are. Requests with a
/// bearer token have them too.
#[derive(Clone, Copy)]
enum SignatureVersion {
    V3,
    V1Roa,
    V1Rpc,
}

/// What authentication needs from the emulator.
pub(crate) struct Authenticator<'a> {
    pub(crate) keys: &'a Keys,
    pub(crate) nonces: &'a Nonces,
    /// The time that timestamps are compared with.
    pub(crate) now: Millis,
    /// The time that the expiry of temporary keys is compared with.
    pub(crate) service_now: Millis,
}

impl Authenticator<'_> {
    /// Authenticates a request and returns its caller.
    ///
    /// # Errors
    ///
    /// Returns the error of the gateway: unknown or inactive key, expired timestamp, wrong
    /// signature, used nonce, invalid token.
    pub(crate) fn caller(
        &self,
        style: ApiStyle,
        operation: &Operation,
        request: &Request,
    ) -> Result<Caller, ApiError> {
        let proof = proof(style, operation, request)?;
        let (access_key_id, version) = match &proof {
            Proof::V3 { access_key_id, .. } => (*access_key_id, SignatureVersion::V3),
            Proof::V1Roa { access_key_id, .. } => (*access_key_id, SignatureVersion::V1Roa),
            Proof::V1Rpc { access_key_id, .. } => (*access_key_id, SignatureVersion::V1Rpc),
            Proof::Bearer { token, version } => {
                return self.bearer(style, request, token, *version);
            }
            Proof::None if operation.anonymous => return Ok(self.anonymous()),
            Proof::None => return Err(ApiError::missing("AccessKeyId")),
        };
        let known = self.keys.get(access_key_id).ok_or_else(|| {
            ApiError::new(
                404,
                "InvalidAccessKeyId.NotFound",
                "Specified access key is not found.",
            )
        })?;
        if !known.is_active {
            return Err(ApiError::new(
                400,
                "InvalidAccessKeyId.Inactive",
                "Specified access key is disabled.",
            ));
        }
        self.check_time(version, request)?;
        check_signature(&proof, request, known)?;
        self.check_nonce(version, request, access_key_id)?;
        self.check_token(version, request, known)?;
        Ok(Caller {
            account: known.account.clone(),
            name: access_key_id.to_owned(),
            principal: None,
        })
    }

    fn anonymous(&self) -> Caller {
        Caller {
            account: self.keys.default_account().to_owned(),
            name: "anonymous".to_owned(),
            principal: None,
        }
    }

    fn bearer(
        &self,
        style: ApiStyle,
        request: &Request,
        token: &str,
        version: SignatureVersion,
    ) -> Result<Caller, ApiError> {
        let account = self.keys.account_of_bearer(token).ok_or_else(|| {
            ApiError::new(
                403,
                "InvalidBearerToken",
                "The bearer token is not known here.",
            )
        })?;
        let kind = match style {
            ApiStyle::Rpc => request.query_or_form("SignatureType"),
            ApiStyle::Roa => request.headers.get("x-acs-signature-type"),
        };
        expect("SignatureType", kind, "BEARERTOKEN")?;
        self.check_time(version, request)?;
        self.check_nonce(version, request, token)?;
        Ok(Caller {
            account: account.to_owned(),
            name: "bearer".to_owned(),
            principal: None,
        })
    }

    fn check_time(&self, version: SignatureVersion, request: &Request) -> Result<(), ApiError> {
        let (name, text, valid) = match version {
            SignatureVersion::V1Rpc => (
                "Timestamp",
                request.query_or_form("Timestamp"),
                VALID_V1_RPC,
            ),
            SignatureVersion::V1Roa => ("Date", request.headers.get("date"), VALID),
            SignatureVersion::V3 => ("x-acs-date", request.headers.get("x-acs-date"), VALID),
        };
        let text = text.filter(|text| !text.is_empty()).ok_or_else(|| {
            ApiError::missing(if name == "x-acs-date" {
                "Timestamp"
            } else {
                name
            })
        })?;
        let sent = match version {
            SignatureVersion::V1Roa => timestamp::parse_http(text),
            SignatureVersion::V1Rpc | SignatureVersion::V3 => timestamp::parse(text),
        };
        let sent = sent.ok_or_else(|| {
            ApiError::new(
                400,
                "InvalidTimeStamp.Format",
                format!(
                    "Specified time stamp or date value is not well formatted: {name} is {text:?}."
                ),
            )
        })?;
        if self.now.abs_diff(sent) > valid {
            return Err(ApiError::new(
                400,
                "InvalidTimeStamp.Expired",
                "Specified time stamp or date value is expired.",
            ));
        }
        Ok(())
    }

    fn check_nonce(
        &self,
        version: SignatureVersion,
        request: &Request,
        owner: &str,
    ) -> Result<(), ApiError> {
        let nonce = match version {
            SignatureVersion::V1Rpc => request.query_or_form("SignatureNonce"),
            SignatureVersion::V1Roa | SignatureVersion::V3 => {
                request.headers.get("x-acs-signature-nonce")
            }
        };
        let nonce = nonce
            .filter(|nonce| !nonce.is_empty())
            .ok_or_else(|| ApiError::missing("SignatureNonce"))?;
        if !self.nonces.take(owner, nonce, self.now) {
            return Err(ApiError::new(
                400,
                "SignatureNonceUsed",
                "Specified signature nonce was used already.",
            ));
        }
        Ok(())
    }

    fn check_token(
        &self,
        version: SignatureVersion,
        request: &Request,
        known: &KnownKey,
    ) -> Result<(), ApiError> {
        // The signature of an old RPC request covers no header.
        let in_header = match version {
            SignatureVersion::V1Rpc => None,
            SignatureVersion::V1Roa | SignatureVersion::V3 => {
                request.headers.get("x-acs-security-token")
            }
        };
        let sent = in_header
            .or_else(|| request.signed_parameter("SecurityToken"))
            .filter(|token| !token.is_empty());
        let refuse = |code, message| Err(ApiError::new(400, code, message));
        match (sent, known.key.security_token.as_deref()) {
            (None, None) => {}
            (None, Some(_)) => return Err(ApiError::missing("SecurityToken")),
            (Some(_), None) => {
                return refuse(
                    "InvalidSecurityToken.MismatchWithAccessKey",
                    "The security token is not that of the access key.",
                );
            }
            (Some(sent), Some(_)) if !looks_like_token(sent) => {
                return refuse(
                    "InvalidSecurityToken.Malformed",
                    "The security token is malformed.",
                );
            }
            (Some(sent), Some(token)) if sent != token => {
                return refuse(
                    "InvalidSecurityToken.MismatchWithAccessKey",
                    "The security token is not that of the access key.",
                );
            }
            (Some(_), Some(_)) => {}
        }
        match known.key.expires {
            Some(expires) if expires <= self.service_now => Err(expired_token()),
            _ => Ok(()),
        }
    }
}

/// Returns the error of an expired temporary key.
pub(crate) fn expired_token() -> ApiError {
    ApiError::new(
        400,
        "InvalidSecurityToken.Expired",
        "The security token is expired.",
    )
}

/// Returns whether a text has the form of a token: printable, without spaces.
fn looks_like_token(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_graphic())
}

fn proof<'a>(
    style: ApiStyle,
    operation: &Operation,
    request: &'a Request,
) -> Result<Proof<'a>, ApiError> {
    check_single_proof(operation, request)?;
    if let Some(value) = request.headers.get("authorization") {
        check_parts(value)?;
        let read = Authorization::parse(value)
            .map_err(|error| ApiError::incomplete_signature(&error.to_string()))?;
        return match read {
            Authorization::V3 {
                algorithm,
                access_key_id,
                signed_headers,
                signature,
            } => Ok(Proof::V3 {
                access_key_id,
                algorithm,
                signed_headers,
                signature,
            }),
            Authorization::V1Roa {
                access_key_id,
                signature,
            } => {
                if style == ApiStyle::Rpc {
                    return Err(ApiError::incomplete_signature(
                        "this signature is for operations with a path and does not cover the form",
                    ));
                }
                let sent = |name| request.headers.get(name);
                // Clients of others leave the version out.
                let version = sent("x-acs-signature-version").unwrap_or("1.0");
                expect_v1(sent("x-acs-signature-method"), Some(version))?;
                Ok(Proof::V1Roa {
                    access_key_id,
                    signature,
                })
            }
            _ => Err(ApiError::incomplete_signature(
                "the algorithm is not served here",
            )),
        };
    }
    if let Some(proof) = bearer(request) {
        return Ok(proof);
    }
    if style == ApiStyle::Roa {
        return Ok(Proof::None);
    }
    let access_key_id = request
        .query_or_form("AccessKeyId")
        .filter(|id| !id.is_empty());
    let Some(access_key_id) = access_key_id else {
        return Ok(Proof::None);
    };
    v1_rpc(request, access_key_id)
}

/// Checks that a request is signed in one way only.
fn check_single_proof(operation: &Operation, request: &Request) -> Result<(), ApiError> {
    // An operation can have a parameter of its own with such a name.
    let has =
        |name: &str| operation.parameter(name).is_none() && request.query_or_form(name).is_some();
    let ways = [
        request.headers.get("authorization").is_some(),
        request.headers.get("x-acs-bearer-token").is_some(),
        has("BearerToken"),
        has("Signature"),
    ];
    if ways.into_iter().filter(|way| *way).count() > 1 {
        return Err(ApiError::incomplete_signature(
            "the request is signed in more than one way",
        ));
    }
    Ok(())
}

/// Checks that each part of the header is given once.
fn check_parts(authorization: &str) -> Result<(), ApiError> {
    let (_, parts) = authorization.split_once(' ').unwrap_or_default();
    let mut names: Vec<&str> = parts
        .split(',')
        .filter_map(|part| part.trim().split_once('='))
        .map(|(name, _)| name)
        .collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    if names.len() < count {
        return Err(ApiError::incomplete_signature(
            "a part of the header authorization is sent twice",
        ));
    }
    Ok(())
}

fn bearer(request: &Request) -> Option<Proof<'_>> {
    if let Some(token) = request.headers.get("x-acs-bearer-token") {
        // Only V1 of ROA has its timestamp in the header `date`.
        let is_v1 =
            request.headers.get("x-acs-date").is_none() && request.headers.get("date").is_some();
        let version = if is_v1 {
            SignatureVersion::V1Roa
        } else {
            SignatureVersion::V3
        };
        return Some(Proof::Bearer { token, version });
    }
    let token = request.query_or_form("BearerToken")?;
    let version = SignatureVersion::V1Rpc;
    Some(Proof::Bearer { token, version })
}

fn expect(name: &str, sent: Option<&str>, expected: &str) -> Result<(), ApiError> {
    match sent {
        Some(value) if value == expected => Ok(()),
        Some(value) => Err(ApiError::incomplete_signature(&format!(
            "{name} is {value:?} where {expected} is expected"
        ))),
        None => Err(ApiError::missing(name)),
    }
}

fn expect_v1(method: Option<&str>, version: Option<&str>) -> Result<(), ApiError> {
    expect("SignatureMethod", method, "HMAC-SHA1")?;
    expect("SignatureVersion", version, "1.0")
}

fn v1_rpc<'a>(request: &'a Request, access_key_id: &'a str) -> Result<Proof<'a>, ApiError> {
    let sent = |name| request.query_or_form(name);
    expect_v1(sent("SignatureMethod"), sent("SignatureVersion"))?;
    // A header could name another operation, and no header is signed.
    for name in ["Action", "Version"] {
        if sent(name).is_none() {
            return Err(ApiError::missing(name));
        }
    }
    if !request.body.is_empty() && !request.has_form() {
        return Err(ApiError::incomplete_signature(
            "the body is not a form, and therefore not signed",
        ));
    }
    let signature = request
        .query_or_form("Signature")
        .filter(|signature| !signature.is_empty())
        .ok_or_else(|| ApiError::missing("Signature"))?;
    Ok(Proof::V1Rpc {
        access_key_id,
        signature,
    })
}

fn check_signature(proof: &Proof<'_>, request: &Request, known: &KnownKey) -> Result<(), ApiError> {
    let mut expected = Signature::default();
    let is_right = match proof {
        Proof::V3 {
            algorithm,
            signed_headers,
            signature,
            ..
        } => {
            check_signed_headers(signed_headers, &request.headers)?;
            let sign = |headers: &Headers, expected: &mut Signature| {
                received(request, headers).v3(expected, &known.signing, *algorithm, signed_headers);
                expected.matches(signature)
            };
            sign(&request.headers, &mut expected)
                || host_without_port(request)
                    .is_some_and(|headers| sign(&headers, &mut Signature::default()))
        }
        Proof::V1Roa { signature, .. } => {
            received(request, &request.headers).v1_roa(&mut expected, &known.signing);
            expected.matches(signature) || is_v1_roa_with_equals_signs(request, known, signature)
        }
        Proof::V1Rpc { signature, .. } => {
            received(request, &form_headers(request)).v1_rpc(&mut expected, &known.signing);
            expected.matches(signature)
        }
        Proof::Bearer { .. } | Proof::None => return Ok(()),
    };
    if !is_right {
        return Err(ApiError::signature_mismatch(expected.string_to_sign()));
    }
    check_body(proof, request, expected.canonical())
}

fn received<'a>(request: &'a Request, headers: &'a Headers) -> Received<'a> {
    Received {
        method: &request.method,
        path: &request.path,
        query: &request.raw_query,
        headers,
        body: &request.body,
    }
}

/// Returns the headers, with the content type of a form in the usual spelling.
fn form_headers(request: &Request) -> Cow<'_, Headers> {
    if !request.has_form() {
        return Cow::Borrowed(&request.headers);
    }
    let mut headers = request.headers.clone();
    headers.set("content-type", FORM);
    Cow::Owned(headers)
}

/// Returns the headers as clients sign them that leave the port out. At the real gateway there is
/// no difference, because its port is the default one.
fn host_without_port(request: &Request) -> Option<Headers> {
    let name = request.host();
    if request.headers.get("host") == Some(name) {
        return None;
    }
    let mut headers = request.headers.clone();
    headers.set("host", name);
    Some(headers)
}

/// Returns whether the signature is that of an official client that writes an equals sign behind a
/// name of the query whose value is empty. Others do not.
fn is_v1_roa_with_equals_signs(request: &Request, known: &KnownKey, signature: &str) -> bool {
    let mut pairs: Vec<(&str, &str)> = request.query.iter().collect();
    if !pairs.iter().any(|(_, value)| value.is_empty()) {
        return false;
    }
    pairs.sort_unstable();
    let pairs: Vec<_> = pairs.iter().map(|(n, v)| format!("{n}={v}")).collect();
    let resource = format!("{}?{}", request.path, pairs.join("&"));
    let mut expected = Signature::default();
    v1_roa::sign(
        &mut expected,
        &known.signing,
        &request.method,
        &resource,
        &mut [],
        &request.headers,
    );
    expected.matches(signature)
}

/// Checks that every header of the protocol that was sent is signed. Otherwise anybody could change
/// the meaning of a signed request.
fn check_signed_headers(signed: &[&str], headers: &Headers) -> Result<(), ApiError> {
    const ALWAYS: [&str; 4] = [
        "host",
        "x-acs-content-sha256",
        "x-acs-date",
        "x-acs-signature-nonce",
    ];
    let sent = headers
        .iter()
        .map(|(name, _)| name)
        .filter(|name| name.starts_with("x-acs-") || *name == "content-type");
    if let Some(name) = repeated(signed) {
        let why = format!("{name} is signed twice");
        return Err(ApiError::incomplete_signature(&why));
    }
    match ALWAYS
        .into_iter()
        .chain(sent)
        .find(|name| !signed.contains(name))
    {
        Some(name) => Err(ApiError::incomplete_signature(&format!(
            "{name} is not signed"
        ))),
        None => Ok(()),
    }
}

/// Returns a name that is there twice. Sorts the names unless they are sorted, as those of clients
/// are: there can be many thousands.
fn repeated<'a>(names: &[&'a str]) -> Option<&'a str> {
    if names.is_sorted_by(|a, b| a < b) {
        return None;
    }
    let mut sorted = names.to_vec();
    sorted.sort_unstable();
    let twice = sorted.windows(2).find(|pair| pair.first() == pair.last());
    twice.and_then(|pair| pair.first().copied())
}

/// Checks that the headers with hashes of the body hold those of the received body.
fn check_body(proof: &Proof<'_>, request: &Request, canonical: &str) -> Result<(), ApiError> {
    let sent = |name| request.headers.get(name).unwrap_or_default();
    let refused = |why: &str| Err(ApiError::incomplete_signature(why));
    let md5 = sent("content-md5");
    if !md5.is_empty() && md5 != BASE64.encode(Md5::digest(&request.body)) {
        return refused("content-md5 is not the hash of the body");
    }
    let is_right = match (proof, sent("x-acs-content-sha256")) {
        (Proof::V3 { .. }, "") => return refused("x-acs-content-sha256 is missing"),
        // The hash is the last line of the canonical request.
        (Proof::V3 { .. }, sent) => canonical.rsplit('\n').next() == Some(sent),
        (_, "") => true,
        (_, sent) => body_hash(Algorithm::HmacSha256, &request.body) == sent,
    };
    if is_right {
        return Ok(());
    }
    refused("x-acs-content-sha256 is not the hash of the body")
}

#[cfg(test)]
mod tests {
    use super::repeated;

    #[test]
    fn a_repeated_name_is_found_in_any_order() {
        for (names, expected) in [
            (vec![], None),
            (vec!["a"], None),
            (vec!["a", "b", "c"], None),
            (vec!["c", "a", "b"], None),
            (vec!["a", "a"], Some("a")),
            (vec!["b", "a", "c", "b"], Some("b")),
        ] {
            assert_eq!(repeated(&names), expected, "{names:?}");
        }
    }
}
