//! Who calls, proved by a signature: the checks of the gateway in its order.

use crate::keys::{Keys, KnownKey};
use crate::nonces::Nonces;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::timestamp::{self, Millis};
use alibabacloud_core::http::Headers;
use alibabacloud_core::signing::{Algorithm, Authorization, Received, Signature};
use alibabacloud_spec::{ApiStyle, Operation};

/// How far the timestamp of a request may be off: 15 minutes.
const VALID: Millis = 15 * 60 * 1000;
/// The same for V1 of RPC: 31 minutes.
const VALID_V1_RPC: Millis = 31 * 60 * 1000;

/// Who calls.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Caller {
    /// The account whose things the caller sees.
    pub(crate) account: String,
    /// The AccessKey id, or `anonymous`, or `bearer`.
    pub(crate) name: String,
}

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
        version: Version,
    },
    None,
}

/// The version of a signature, which says where timestamp and nonce stand; requests with a bearer token have them too.
#[derive(Clone, Copy)]
enum Version {
    V3,
    V1Roa,
    V1Rpc,
}

/// What authentication needs of the emulator.
pub(crate) struct Gate<'a> {
    pub(crate) keys: &'a Keys,
    pub(crate) nonces: &'a Nonces,
    /// What timestamps are compared with.
    pub(crate) now: Millis,
    /// What expiry of temporary keys is compared with.
    pub(crate) service_now: Millis,
}

impl Gate<'_> {
    /// Finds out who calls.
    ///
    /// # Errors
    /// The refusal of the gateway: unknown key, stale timestamp, wrong signature, used nonce, bad token.
    pub(crate) fn caller(
        &self,
        style: ApiStyle,
        operation: &Operation,
        request: &Request,
    ) -> Result<Caller, Refusal> {
        let proof = proof(style, request)?;
        let (access_key_id, version) = match &proof {
            Proof::V3 { access_key_id, .. } => (*access_key_id, Version::V3),
            Proof::V1Roa { access_key_id, .. } => (*access_key_id, Version::V1Roa),
            Proof::V1Rpc { access_key_id, .. } => (*access_key_id, Version::V1Rpc),
            Proof::Bearer { token, version } => {
                return self.bearer(style, request, token, *version);
            }
            Proof::None if operation.anonymous => return Ok(self.anonymous()),
            Proof::None => return Err(Refusal::missing("AccessKeyId")),
        };
        let known = self.keys.get(access_key_id).ok_or_else(|| {
            Refusal::new(
                404,
                "InvalidAccessKeyId.NotFound",
                "Specified access key is not found.",
            )
        })?;
        self.check_time(version, request)?;
        check_signature(&proof, request, known)?;
        self.check_nonce(version, request, access_key_id)?;
        self.check_token(request, known)?;
        Ok(Caller {
            account: known.account.clone(),
            name: access_key_id.to_owned(),
        })
    }

    fn anonymous(&self) -> Caller {
        Caller {
            account: self.keys.default_account().to_owned(),
            name: "anonymous".to_owned(),
        }
    }

    fn bearer(
        &self,
        style: ApiStyle,
        request: &Request,
        token: &str,
        version: Version,
    ) -> Result<Caller, Refusal> {
        let account = self.keys.account_of_bearer(token).ok_or_else(|| {
            Refusal::new(
                403,
                "InvalidBearerToken",
                "The bearer token is not known here.",
            )
        })?;
        let kind = match style {
            ApiStyle::Rpc => request.anywhere("SignatureType"),
            ApiStyle::Roa => request.headers.get("x-acs-signature-type"),
        };
        demand("SignatureType", kind, "BEARERTOKEN")?;
        self.check_time(version, request)?;
        self.check_nonce(version, request, token)?;
        Ok(Caller {
            account: account.to_owned(),
            name: "bearer".to_owned(),
        })
    }

    fn check_time(&self, version: Version, request: &Request) -> Result<(), Refusal> {
        let (name, text, valid) = match version {
            Version::V1Rpc => ("Timestamp", request.anywhere("Timestamp"), VALID_V1_RPC),
            Version::V1Roa => ("Date", request.headers.get("date"), VALID),
            Version::V3 => ("x-acs-date", request.headers.get("x-acs-date"), VALID),
        };
        let text = text.filter(|text| !text.is_empty()).ok_or_else(|| {
            Refusal::missing(if name == "x-acs-date" {
                "Timestamp"
            } else {
                name
            })
        })?;
        let sent = match version {
            Version::V1Roa => timestamp::parse_http(text),
            Version::V1Rpc | Version::V3 => timestamp::parse(text),
        };
        let sent = sent.ok_or_else(|| {
            Refusal::new(
                400,
                "InvalidTimeStamp.Format",
                format!(
                    "Specified time stamp or date value is not well formatted: {name} is {text:?}."
                ),
            )
        })?;
        if self.now.abs_diff(sent) > valid {
            return Err(Refusal::new(
                400,
                "InvalidTimeStamp.Expired",
                "Specified time stamp or date value is expired.",
            ));
        }
        Ok(())
    }

    fn check_nonce(&self, version: Version, request: &Request, whose: &str) -> Result<(), Refusal> {
        let nonce = match version {
            Version::V1Rpc => request.anywhere("SignatureNonce"),
            Version::V1Roa | Version::V3 => request.headers.get("x-acs-signature-nonce"),
        };
        let nonce = nonce
            .filter(|nonce| !nonce.is_empty())
            .ok_or_else(|| Refusal::missing("SignatureNonce"))?;
        if !self.nonces.take(whose, nonce, self.now) {
            return Err(Refusal::new(
                400,
                "SignatureNonceUsed",
                "Specified signature nonce was used already.",
            ));
        }
        Ok(())
    }

    fn check_token(&self, request: &Request, known: &KnownKey) -> Result<(), Refusal> {
        let sent = request
            .headers
            .get("x-acs-security-token")
            .or_else(|| request.anywhere("SecurityToken"))
            .filter(|token| !token.is_empty());
        let refuse = |code, message| Err(Refusal::new(400, code, message));
        match (sent, known.key.security_token.as_deref()) {
            (None, None) => {}
            (None, Some(_)) => return Err(Refusal::missing("SecurityToken")),
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

/// The refusal of a temporary key whose time is over.
pub(crate) fn expired_token() -> Refusal {
    Refusal::new(
        400,
        "InvalidSecurityToken.Expired",
        "The security token is expired.",
    )
}

/// Tokens are printable and hold no space.
fn looks_like_token(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_graphic())
}

fn proof(style: ApiStyle, request: &Request) -> Result<Proof<'_>, Refusal> {
    if let Some(value) = request.headers.get("authorization") {
        let read = Authorization::parse(value)
            .map_err(|error| Refusal::incomplete_signature(&error.to_string()))?;
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
                let sent = |name| request.headers.get(name);
                demand_v1(
                    sent("x-acs-signature-method"),
                    sent("x-acs-signature-version"),
                )?;
                Ok(Proof::V1Roa {
                    access_key_id,
                    signature,
                })
            }
            _ => Err(Refusal::incomplete_signature(
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
    let access_key_id = request.anywhere("AccessKeyId").filter(|id| !id.is_empty());
    let Some(access_key_id) = access_key_id else {
        return Ok(Proof::None);
    };
    v1_rpc(request, access_key_id)
}

fn bearer(request: &Request) -> Option<Proof<'_>> {
    if let Some(token) = request.headers.get("x-acs-bearer-token") {
        // Only V1 of ROA has the header `date` for its time.
        let is_v1 =
            request.headers.get("x-acs-date").is_none() && request.headers.get("date").is_some();
        let version = if is_v1 { Version::V1Roa } else { Version::V3 };
        return Some(Proof::Bearer { token, version });
    }
    let token = request.anywhere("BearerToken")?;
    let version = Version::V1Rpc;
    Some(Proof::Bearer { token, version })
}

fn demand(name: &str, sent: Option<&str>, expected: &str) -> Result<(), Refusal> {
    match sent {
        Some(value) if value == expected => Ok(()),
        Some(value) => Err(Refusal::incomplete_signature(&format!(
            "{name} is {value:?} where {expected} is expected"
        ))),
        None => Err(Refusal::missing(name)),
    }
}

fn demand_v1(method: Option<&str>, version: Option<&str>) -> Result<(), Refusal> {
    demand("SignatureMethod", method, "HMAC-SHA1")?;
    demand("SignatureVersion", version, "1.0")
}

fn v1_rpc<'a>(request: &'a Request, access_key_id: &'a str) -> Result<Proof<'a>, Refusal> {
    let sent = |name| request.anywhere(name);
    demand_v1(sent("SignatureMethod"), sent("SignatureVersion"))?;
    let signature = request
        .anywhere("Signature")
        .filter(|signature| !signature.is_empty())
        .ok_or_else(|| Refusal::missing("Signature"))?;
    Ok(Proof::V1Rpc {
        access_key_id,
        signature,
    })
}

fn check_signature(proof: &Proof<'_>, request: &Request, known: &KnownKey) -> Result<(), Refusal> {
    let received = Received {
        method: &request.method,
        path: &request.path,
        query: &request.raw_query,
        headers: &request.headers,
        body: &request.body,
    };
    let mut expected = Signature::default();
    let sent = match proof {
        Proof::V3 {
            algorithm,
            signed_headers,
            signature,
            ..
        } => {
            check_signed_headers(signed_headers, &request.headers)?;
            received.v3(&mut expected, &known.signing, *algorithm, signed_headers);
            *signature
        }
        Proof::V1Roa { signature, .. } => {
            received.v1_roa(&mut expected, &known.signing);
            *signature
        }
        Proof::V1Rpc { signature, .. } => {
            received.v1_rpc(&mut expected, &known.signing);
            *signature
        }
        Proof::Bearer { .. } | Proof::None => return Ok(()),
    };
    if !expected.matches(sent) {
        return Err(Refusal::signature_mismatch(expected.string_to_sign()));
    }
    match proof {
        Proof::V3 { .. } => check_body_hash(&request.headers, expected.canonical()),
        _ => Ok(()),
    }
}

/// A signature that leaves out what the request means would let anybody change it: of the headers that the protocol defines, all that are sent
/// must be signed.
fn check_signed_headers(signed: &[&str], headers: &Headers) -> Result<(), Refusal> {
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
    match ALWAYS
        .into_iter()
        .chain(sent)
        .find(|name| !signed.contains(name))
    {
        Some(name) => Err(Refusal::incomplete_signature(&format!(
            "{name} is not signed"
        ))),
        None => Ok(()),
    }
}

/// The signature covers the hash of the body that came in; the header must say the same one.
fn check_body_hash(headers: &Headers, canonical: &str) -> Result<(), Refusal> {
    let sent = headers.get("x-acs-content-sha256").unwrap_or_default();
    // It is the last line of the canonical request.
    if canonical.rsplit('\n').next() == Some(sent) {
        return Ok(());
    }
    Err(Refusal::incomplete_signature(if sent.is_empty() {
        "x-acs-content-sha256 is missing"
    } else {
        "x-acs-content-sha256 is not the hash of the body"
    }))
}
