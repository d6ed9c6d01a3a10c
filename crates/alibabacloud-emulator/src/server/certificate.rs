//! A self-signed certificate for loopback, written as DER.
//!
//! The form never varies, so this is shorter than the adapter that a library would need, and adds
//! no crate: rustls already compiles ring.

use alibabacloud_types::plumbing::format_utc;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::{Duration, SystemTime};

/// A certificate and its private key.
pub(super) struct Certificate {
    pub(super) der: Vec<u8>,
    /// PKCS#8.
    pub(super) private_key: Vec<u8>,
}

/// The private key stays out of messages.
impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").finish_non_exhaustive()
    }
}

/// Why a certificate could not be created.
pub(super) type CertificateError = Box<dyn std::error::Error + Send + Sync>;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a certificate is valid. Some systems accept at most 825 days (macOS 10.15).
const VALID_DAYS: u32 = 397;

/// Tags of DER.
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OID: u8 = 0x06;
const UTF8_STRING: u8 = 0x0c;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
/// `[0]` and `[3]` around the version and the extensions.
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;
/// `[2]` and `[7]` of a name: a host and an address.
const DNS_NAME: u8 = 0x82;
const IP_ADDRESS: u8 = 0x87;

/// `ecdsa-with-SHA256`, 1.2.840.10045.4.3.2 (RFC 5758).
const ECDSA_WITH_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
/// `id-ecPublicKey`, 1.2.840.10045.2.1 (RFC 5480).
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// `secp256r1`, 1.2.840.10045.3.1.7 (RFC 5480).
const P_256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
/// `id-at-commonName`, 2.5.4.3 (RFC 5280).
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
/// `id-ce-subjectAltName`, 2.5.29.17 (RFC 5280).
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];
/// `id-ce-extKeyUsage`, 2.5.29.37 (RFC 5280).
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
/// `id-kp-serverAuth`, 1.3.6.1.5.5.7.3.1 (RFC 5280).
const SERVER_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];

impl Certificate {
    /// Creates a certificate for `localhost` and the loopback addresses, valid from the day before
    /// `now`.
    ///
    /// # Errors
    /// If the system has no random numbers.
    pub(super) fn for_loopback(now: SystemTime) -> Result<Self, CertificateError> {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let private_key = EcdsaKeyPair::generate_pkcs8(algorithm, &random)
            .map_err(|_| "no random numbers for a key")?;
        let key = EcdsaKeyPair::from_pkcs8(algorithm, private_key.as_ref(), &random)
            .map_err(|error| format!("the key is not usable: {error}"))?;
        let mut serial = [0; 16];
        random
            .fill(&mut serial)
            .map_err(|_| "no random numbers for a serial number")?;
        // Positive, and without a leading zero, which DER forbids.
        if let Some(first) = serial.first_mut() {
            *first = *first & 0x3f | 0x40;
        }
        let content = content(&serial, now, key.public_key().as_ref());
        let signature = key
            .sign(&random, &content)
            .map_err(|_| "no random numbers for a signature")?;
        let der = element(
            SEQUENCE,
            &[&content, &signature_algorithm(), &bits(signature.as_ref())],
        );
        Ok(Self {
            der,
            private_key: private_key.as_ref().to_vec(),
        })
    }

    /// Returns the certificate as PEM, without the key.
    pub(super) fn pem(&self) -> String {
        let mut pem = "-----BEGIN CERTIFICATE-----\n".to_owned();
        let mut column = 0;
        for char in BASE64_STANDARD.encode(&self.der).chars() {
            if column == 64 {
                pem.push('\n');
                column = 0;
            }
            pem.push(char);
            column += 1;
        }
        pem.push_str("\n-----END CERTIFICATE-----\n");
        pem
    }
}

/// Returns the signed part (`TBSCertificate` of RFC 5280).
fn content(serial: &[u8], now: SystemTime, public_key: &[u8]) -> Vec<u8> {
    let name = element(UTF8_STRING, &[b"alibabacloud-emulator"]);
    let name = element(SEQUENCE, &[&element(OID, &[COMMON_NAME]), &name]);
    let name = element(SEQUENCE, &[&element(SET, &[&name])]);
    let key_algorithm = [element(OID, &[EC_PUBLIC_KEY]), element(OID, &[P_256])];
    let key_algorithm = element(SEQUENCE, &[&key_algorithm.concat()]);
    let validity = [time(now - DAY), time(now + DAY * VALID_DAYS)].concat();
    let names = [
        element(DNS_NAME, &[b"localhost"]),
        address(Ipv4Addr::LOCALHOST),
        address(Ipv6Addr::LOCALHOST),
    ];
    let extensions = [
        extension(SUBJECT_ALT_NAME, &names.concat()),
        extension(EXTENDED_KEY_USAGE, &element(OID, &[SERVER_AUTH])),
    ];
    let extensions = element(SEQUENCE, &[&extensions.concat()]);
    let fields: [&[u8]; 8] = [
        // Version 3 is written as 2.
        &element(VERSION, &[&element(INTEGER, &[&[2]])]),
        &element(INTEGER, &[serial]),
        &signature_algorithm(),
        // The issuer is the subject.
        &name,
        &element(SEQUENCE, &[&validity]),
        &name,
        &element(SEQUENCE, &[&key_algorithm, &bits(public_key)]),
        &element(EXTENSIONS, &[&extensions]),
    ];
    element(SEQUENCE, &fields)
}

fn signature_algorithm() -> Vec<u8> {
    element(SEQUENCE, &[&element(OID, &[ECDSA_WITH_SHA256])])
}

fn extension(id: &[u8], content: &[u8]) -> Vec<u8> {
    let value = element(OCTET_STRING, &[&element(SEQUENCE, &[content])]);
    element(SEQUENCE, &[&element(OID, &[id]), &value])
}

fn address(address: impl Into<IpAddr>) -> Vec<u8> {
    match address.into() {
        IpAddr::V4(address) => element(IP_ADDRESS, &[&address.octets()]),
        IpAddr::V6(address) => element(IP_ADDRESS, &[&address.octets()]),
    }
}

/// Writes a bit string of whole bytes.
fn bits(bytes: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &[&[0], bytes])
}

/// Writes a time: with two digits of the year until 2049 (RFC 5280, section 4.1.2.5).
fn time(time: SystemTime) -> Vec<u8> {
    // From `2026-01-31T12:00:00Z`.
    let digits: String = format_utc(time)
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == 'Z')
        .collect();
    match digits.strip_prefix("20") {
        Some(short) if short < "50" => element(UTC_TIME, &[short.as_bytes()]),
        _ => element(GENERALIZED_TIME, &[digits.as_bytes()]),
    }
}

/// Writes a tag, the length and the content.
fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut der = vec![tag];
    let bytes = length.to_be_bytes();
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let significant = bytes.get(zeros..).unwrap_or_default();
    if length >= 0x80 {
        // The number of bytes of the length, which follow. It is at most 8.
        der.push(0x80 | significant.len() as u8);
        der.extend_from_slice(significant);
    } else {
        der.push(length as u8);
    }
    for part in parts {
        der.extend_from_slice(part);
    }
    der
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;

    #[test]
    fn lengths_are_short_or_long() {
        let head = |length: usize| element(SEQUENCE, &[&vec![0; length]])[..6].to_vec();
        assert_eq!(head(127)[..2], [0x30, 127]);
        assert_eq!(head(128)[..3], [0x30, 0x81, 128]);
        assert_eq!(head(255)[..3], [0x30, 0x81, 255]);
        assert_eq!(head(256)[..4], [0x30, 0x82, 1, 0]);
        assert_eq!(head(65_536)[..5], [0x30, 0x83, 1, 0, 0]);
        assert_eq!(element(SEQUENCE, &[]), [0x30, 0]);
    }

    #[test]
    fn times_change_their_form_in_2050() {
        let at = |seconds| time(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(1_700_000_000), b"\x17\x0d231114221320Z");
        assert_eq!(at(2_524_607_999), b"\x17\x0d491231235959Z");
        assert_eq!(at(2_524_608_000), b"\x18\x0f20500101000000Z");
    }

    #[test]
    fn certificates_differ_and_debug_shows_no_key() {
        let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let first = Certificate::for_loopback(now).expect("a certificate");
        let second = Certificate::for_loopback(now).expect("a certificate");
        assert_ne!(first.der, second.der);
        assert_eq!(format!("{first:?}"), "Certificate { .. }");
        assert!(first.pem().lines().all(|line| line.len() <= 64));
    }
}
