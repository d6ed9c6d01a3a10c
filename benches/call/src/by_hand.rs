//! The same call with reqwest, serde and hmac, written carefully for this call alone: no retries,
//! no refresh of credentials, no lenient decoding.

use super::{Caller, Failure, ID, INSTANCE, Page, REGION, SECRET};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use time::OffsetDateTime;
use time::macros::format_description;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

const ACTION: &str = "ListInstancePackageStates";
const VERSION: &str = "2019-06-01";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[allow(dead_code, reason = "all fields are decoded for the measurement")]
struct Packages {
    request_id: Option<String>,
    max_results: Option<String>,
    next_token: Option<String>,
    package_states: Vec<Package>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[allow(dead_code, reason = "all fields are decoded for the measurement")]
struct Package {
    configuration_info: Option<String>,
    description: Option<String>,
    parameters: Option<String>,
    publisher: Option<String>,
    template_category: Option<String>,
    template_id: Option<String>,
    template_name: Option<String>,
    template_version: Option<String>,
    template_version_name: Option<String>,
    update_time: Option<String>,
}

pub(crate) struct Hand {
    http: reqwest::Client,
    address: String,
}

impl Hand {
    pub(crate) fn new(address: &str) -> Result<Self, Failure> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(30))
            .user_agent("AlibabaCloud (linux; x86_64) hand/0.1.0")
            .build()?;
        Ok(Self {
            http,
            address: address.to_owned(),
        })
    }

    async fn packages(&self, max_results: i32) -> Result<Packages, Failure> {
        let max_results = max_results.to_string();
        let parameters = BTreeMap::from([
            ("InstanceId", INSTANCE),
            ("MaxResults", &max_results),
            ("RegionId", REGION),
        ]);
        let query = encode(&parameters);
        let now = OffsetDateTime::now_utc().format(format_description!(
            "[year]-[month]-[day]T[hour]:[minute]:[second]Z"
        ))?;
        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce).map_err(|error| error.to_string())?;
        let headers = BTreeMap::from([
            ("host", self.address.clone()),
            ("x-acs-action", ACTION.to_owned()),
            ("x-acs-content-sha256", hex(&Sha256::digest(b""))),
            ("x-acs-date", now),
            ("x-acs-signature-nonce", hex(&nonce)),
            ("x-acs-version", VERSION.to_owned()),
        ]);
        let authorization = sign(&query, &headers)?;
        let mut request = self.http.post(format!("http://{}/?{query}", self.address));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let response = request
            .header("accept", "application/json")
            .header("authorization", authorization)
            .header("content-length", "0")
            .send()
            .await?;
        Ok(response.error_for_status()?.json().await?)
    }
}

impl Caller for Hand {
    fn call(&self, page: Page) -> Pin<Box<dyn Future<Output = Result<usize, Failure>> + '_>> {
        Box::pin(async move {
            let (requested, _) = page.sizes();
            Ok(self.packages(requested).await?.package_states.len())
        })
    }
}

fn encode(parameters: &BTreeMap<&str, &str>) -> String {
    let mut query = String::new();
    for (name, value) in parameters {
        if !query.is_empty() {
            query.push('&');
        }
        let name = utf8_percent_encode(name, UNRESERVED);
        let value = utf8_percent_encode(value, UNRESERVED);
        write!(query, "{name}={value}").expect("writing to a string cannot fail");
    }
    query
}

/// Returns the `ACS3-HMAC-SHA256` signature of a POST to `/` without a body.
fn sign(query: &str, headers: &BTreeMap<&str, String>) -> Result<String, Failure> {
    let mut canonical = format!("POST\n/\n{query}\n");
    for (name, value) in headers {
        writeln!(canonical, "{name}:{value}")?;
    }
    let names = headers.keys().copied().collect::<Vec<_>>().join(";");
    let body_hash = &headers["x-acs-content-sha256"];
    write!(canonical, "\n{names}\n{body_hash}")?;
    let text = format!("ACS3-HMAC-SHA256\n{}", hex(&Sha256::digest(canonical)));
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes())?;
    mac.update(text.as_bytes());
    let signature = hex(&mac.finalize().into_bytes());
    Ok(format!(
        "ACS3-HMAC-SHA256 Credential={ID},SignedHeaders={names},Signature={signature}"
    ))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}
