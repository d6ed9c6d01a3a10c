//! What both hand-written programs need to sign a request.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::error::Error;
use std::fmt::Write;
use std::hash::{BuildHasher, RandomState};
use std::time::SystemTime;

/// Returns the headers of a request without a body, with its signature.
pub(crate) fn headers(
    host: &str,
    query: &str,
    action: &str,
    version: &str,
) -> Result<Vec<(&'static str, String)>, Box<dyn Error>> {
    let id = std::env::var("ALIBABA_CLOUD_ACCESS_KEY_ID")?;
    let secret = std::env::var("ALIBABA_CLOUD_ACCESS_KEY_SECRET")?;
    let mut headers = vec![
        ("host", host.to_owned()),
        ("x-acs-action", action.to_owned()),
        ("x-acs-content-sha256", hex(&Sha256::digest(b""))),
        ("x-acs-date", now()?),
        ("x-acs-signature-nonce", nonce()),
        ("x-acs-version", version.to_owned()),
    ];
    let authorization = sign(&id, &secret, query, &headers)?;
    headers.push(("authorization", authorization));
    Ok(headers)
}

fn sign(
    id: &str,
    secret: &str,
    query: &str,
    headers: &[(&str, String)],
) -> Result<String, Box<dyn Error>> {
    let mut canonical = format!("POST\n/\n{query}\n");
    for (name, value) in headers {
        writeln!(canonical, "{name}:{value}")?;
    }
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    write!(canonical, "\n{names}\n{}", hex(&Sha256::digest(b"")))?;
    let text = format!("ACS3-HMAC-SHA256\n{}", hex(&Sha256::digest(canonical)));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?;
    mac.update(text.as_bytes());
    let signature = hex(&mac.finalize().into_bytes());
    Ok(format!(
        "ACS3-HMAC-SHA256 Credential={id},SignedHeaders={names},Signature={signature}"
    ))
}

/// Returns the time as `2026-03-14T15:09:26Z`.
fn now() -> Result<String, Box<dyn Error>> {
    let seconds = SystemTime::UNIX_EPOCH.elapsed()?.as_secs();
    let of_day = seconds % 86_400;
    // Days from 0000-03-01, so that a leap day is the last day of its year.
    let days = seconds / 86_400 + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    Ok(format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        of_day / 3600,
        of_day / 60 % 60,
        of_day % 60
    ))
}

/// Returns a unique text: the standard library seeds its hash maps from the system.
fn nonce() -> String {
    let part = || RandomState::new().hash_one(SystemTime::now());
    format!("{:016x}{:016x}", part(), part())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
