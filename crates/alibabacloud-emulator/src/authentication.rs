//! Who calls, proved by a signature: the checks of the gateway in its order.

use crate::keys::{Keys, KnownKey};
use crate::nonces::Nonces;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::timestamp::{self, Millis};
use alibabacloud_core::signing::{Algorithm, Authorization, Received, Signature};
use alibabacloud_spec::{Operation, Style};

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
    Bearer(&'a str),
    None,
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
        style: Style,
        operation: &Operation,
        request: &Request,
    ) -> Result<Caller, Refusal> {
        let proof = proof(style, request)?;
        let access_key_id = match &proof {
            Proof::V3 { access_key_id, .. }
            | Proof::V1Roa { access_key_id, .. }
            | Proof::V1Rpc { access_key_id, .. } => *access_key_id,
            Proof::Bearer(token) => return self.bearer(token),
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
        self.check_time(&proof, request)?;
        check_signature(&proof, request, known)?;
        self.check_nonce(&proof, request, access_key_id)?;
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

    fn bearer(&self, token: &str) -> Result<Caller, Refusal> {
        let account = self.keys.account_of_bearer(token).ok_or_else(|| {
            Refusal::new(
                403,
                "InvalidBearerToken",
                "The bearer token is not known here.",
            )
        })?;
        Ok(Caller {
            account: account.to_owned(),
            name: "bearer".to_owned(),
        })
    }

    fn check_time(&self, proof: &Proof<'_>, request: &Request) -> Result<(), Refusal> {
        let (name, text, valid) = match proof {
            Proof::V1Rpc { .. } => ("Timestamp", request.anywhere("Timestamp"), VALID_V1_RPC),
            Proof::V1Roa { .. } => ("Date", request.headers.get("date"), VALID),
            _ => ("x-acs-date", request.headers.get("x-acs-date"), VALID),
        };
        let text = text.filter(|text| !text.is_empty()).ok_or_else(|| {
            Refusal::missing(if name == "x-acs-date" {
                "Timestamp"
            } else {
                name
            })
        })?;
        let sent = match proof {
            Proof::V1Roa { .. } => timestamp::parse_http(text),
            _ => timestamp::parse(text),
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

    fn check_nonce(
        &self,
        proof: &Proof<'_>,
        request: &Request,
        access_key_id: &str,
    ) -> Result<(), Refusal> {
        let nonce = match proof {
            Proof::V1Rpc { .. } => request.anywhere("SignatureNonce"),
            _ => request.headers.get("x-acs-signature-nonce"),
        };
        let nonce = nonce
            .filter(|nonce| !nonce.is_empty())
            .ok_or_else(|| Refusal::missing("SignatureNonce"))?;
        if !self.nonces.take(access_key_id, nonce, self.now) {
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

fn proof(style: Style, request: &Request) -> Result<Proof<'_>, Refusal> {
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
            } => Ok(Proof::V1Roa {
                access_key_id,
                signature,
            }),
            _ => Err(Refusal::incomplete_signature(
                "the algorithm is not served here",
            )),
        };
    }
    let bearer = request
        .headers
        .get("x-acs-bearer-token")
        .or_else(|| request.anywhere("BearerToken"));
    if let Some(token) = bearer {
        return Ok(Proof::Bearer(token));
    }
    if style == Style::Roa {
        return Ok(Proof::None);
    }
    let access_key_id = request.anywhere("AccessKeyId").filter(|id| !id.is_empty());
    let Some(access_key_id) = access_key_id else {
        return Ok(Proof::None);
    };
    v1_rpc(request, access_key_id)
}

fn v1_rpc<'a>(request: &'a Request, access_key_id: &'a str) -> Result<Proof<'a>, Refusal> {
    let demand = |name: &str, expected: &str| match request.anywhere(name) {
        Some(value) if value == expected => Ok(()),
        Some(value) => Err(Refusal::incomplete_signature(&format!(
            "{name} is {value:?} where {expected} is expected"
        ))),
        None => Err(Refusal::missing(name)),
    };
    demand("SignatureMethod", "HMAC-SHA1")?;
    demand("SignatureVersion", "1.0")?;
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
            check_signed_headers(signed_headers)?;
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
        Proof::Bearer(_) | Proof::None => return Ok(()),
    };
    if expected.matches(sent) {
        Ok(())
    } else {
        Err(Refusal::signature_mismatch(expected.string_to_sign()))
    }
}

/// A signature that leaves out what the request means would let anybody change it.
fn check_signed_headers(signed: &[&str]) -> Result<(), Refusal> {
    for needed in ["x-acs-date", "x-acs-signature-nonce"] {
        if !signed.iter().any(|name| name.eq_ignore_ascii_case(needed)) {
            return Err(Refusal::incomplete_signature(&format!(
                "{needed} is not signed"
            )));
        }
    }
    Ok(())
}
