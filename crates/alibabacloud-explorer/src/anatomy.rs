//! The anatomy of a request: what is signed, and where it differs from what a service signed.

use crate::call::Call;
use crate::observer::Capture;
use crate::reply::ApiError;
use crate::targets::{Target, Targets, options};
use alibabacloud_core::http::HttpRequest;
use alibabacloud_core::retry::RetryConfig;
use alibabacloud_core::signing::{Authorization, Received, Signature, SigningKey};
use serde_json::{Value, json};
use std::borrow::Cow;

/// A signed request that was not sent.
#[derive(Debug)]
pub(crate) struct Anatomy {
    request: HttpRequest,
    algorithm: String,
    canonical: String,
    to_sign: String,
    /// `None` in the cloud: a valid signature lets others send the request.
    signature: Option<String>,
}

impl Anatomy {
    /// Signs a call without sending it. Secrets among the parameters are replaced before that.
    ///
    /// # Errors
    ///
    /// If the request cannot be built, or there are no credentials.
    pub(crate) async fn new(
        targets: &Targets,
        call: &Call,
        target: Target,
    ) -> Result<Self, ApiError> {
        call.check_types()?;
        let credentials = targets.preview_credentials(target).await?;
        let secret = credentials.access_key_secret().unwrap_or_default();
        let key = SigningKey::new(credentials.access_key_id().unwrap_or_default(), secret);
        let capture = Capture::default();
        let config = targets
            .config(target)
            .await?
            .credentials(credentials)
            .retry(RetryConfig::off())
            .http_client(capture.clone());
        let client = call.loaded.service.client(config)?;
        let parameters = Value::Object(call.redacted_parameters());
        let request = client.call(&call.operation().name, parameters)?;
        let request = request.with_options(options(call.region.as_deref()));
        let sent = request.send().await;
        let Some(request) = capture.take() else {
            return Err(match sent {
                Err(error) => error.into(),
                Ok(_) => ApiError::new(500, "preview", "the request was not captured"),
            });
        };
        Ok(Self::dissect(request, &key, target))
    }

    fn dissect(request: HttpRequest, key: &SigningKey, target: Target) -> Self {
        let mut signature = Signature::default();
        let authorization = request.headers.get("authorization").unwrap_or_default();
        let mut name = "none".to_owned();
        if let Ok(Authorization::V3 {
            algorithm,
            signed_headers,
            ..
        }) = Authorization::parse(authorization)
        {
            let (path, query) = path_and_query(&request.url);
            let received = Received {
                method: request.method.as_str(),
                path,
                query,
                headers: &request.headers,
                body: &request.body,
            };
            received.v3(&mut signature, key, algorithm, &signed_headers);
            name = authorization
                .split_once(' ')
                .map_or_else(String::new, |(name, _)| name.to_owned());
        }
        let is_shown = target == Target::Emulator && !signature.signature().is_empty();
        Self {
            algorithm: name,
            canonical: signature.canonical().to_owned(),
            to_sign: signature.string_to_sign().to_owned(),
            signature: is_shown.then(|| signature.signature().to_owned()),
            request,
        }
    }

    /// Returns the request and its signature as the page shows them.
    pub(crate) fn shown(&self) -> Value {
        let headers = self.request.headers.iter().map(|(name, value)| {
            let is_hidden = name == "authorization" && self.signature.is_none();
            match value.rsplit_once("Signature=").filter(|_| is_hidden) {
                Some((start, _)) => json!([name, format!("{start}Signature=SIGNATURE")]),
                None => json!([name, value]),
            }
        });
        json!({
            "method": self.request.method.as_str(),
            "url": self.request.url,
            "headers": headers.collect::<Vec<_>>(),
            "body": String::from_utf8_lossy(&self.request.body),
            "canonicalRequest": self.canonical,
            "stringToSign": self.to_sign,
            "signature": self.signature,
            "algorithm": self.algorithm,
        })
    }

    /// Returns whether the request is signed; a few operations take none.
    pub(crate) fn is_signed(&self) -> bool {
        !self.to_sign.is_empty()
    }

    /// Returns a `curl` command line for a POSIX shell that sends the request.
    pub(crate) fn curl(&self) -> String {
        let request = &self.request;
        let mut words = vec!["curl".to_owned(), "-X".to_owned()];
        words.extend([request.method.as_str().to_owned(), request.url.clone()]);
        for (name, value) in request.headers.iter() {
            words.extend(["-H".to_owned(), format!("{name}: {value}")]);
        }
        if !request.body.is_empty() {
            let body = String::from_utf8_lossy(&request.body).into_owned();
            words.extend(["--data-raw".to_owned(), body]);
        }
        let quoted = words.iter().map(|word| {
            // A command line cannot hold a NUL.
            let word = word.replace('\0', "\u{fffd}");
            shlex::try_quote(&word).map_or_else(|_| "''".to_owned(), Cow::into_owned)
        });
        quoted.collect::<Vec<_>>().join(" ")
    }

    /// Compares what the client signs with what a service says that it signed, in the message of
    /// `SignatureDoesNotMatch`.
    ///
    /// # Errors
    ///
    /// If the message quotes neither a canonical request nor a string to sign.
    pub(crate) fn compare(&self, message: &str) -> Result<Value, ApiError> {
        let Some(quoted) = Quoted::find(message) else {
            return Err(ApiError::new(
                400,
                "nothing_quoted",
                "the message quotes neither a canonical request nor a string to sign; paste all of \
                 it",
            ));
        };
        let (what, ours) = match quoted.is_canonical {
            true => ("canonicalRequest", &self.canonical),
            false => ("stringToSign", &self.to_sign),
        };
        let ours = with_changing_parts(ours, quoted.text);
        let difference = difference(&ours, quoted.text);
        let (line, column) =
            difference.map_or((None, None), |(line, column)| (Some(line), Some(column)));
        let explanation = match difference {
            None => {
                "Both are the same, so the service uses another AccessKey secret than the client."
                    .to_owned()
            }
            Some((line, _)) => explain(&ours, quoted.text, line, quoted.is_canonical),
        };
        Ok(json!({
            "what": what,
            "ours": ours,
            "theirs": quoted.text,
            "line": line,
            "column": column,
            "explanation": explanation,
        }))
    }
}

/// Splits a URL after its host.
fn path_and_query(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/");
    path.split_once('?').unwrap_or((path, ""))
}

/// The text that a service signed, as its message quotes it.
struct Quoted<'m> {
    is_canonical: bool,
    text: &'m str,
}

impl<'m> Quoted<'m> {
    fn find(message: &'m str) -> Option<Self> {
        // ASCII case folding keeps the positions.
        let lower = message.to_ascii_lowercase();
        let marks = ["string to sign is:", "stringtosign:", "stringtosign is:"];
        let canonical = [
            "canonical request is:",
            "canonicalrequest:",
            "canonicalrequest is:",
        ];
        let after = |marks: &[&str]| {
            let found = marks
                .iter()
                .find_map(|mark| Some(lower.find(mark)? + mark.len()));
            found.and_then(|at| message.get(at..))
        };
        let (is_canonical, text) = match (after(&canonical), after(&marks)) {
            (Some(text), _) => (true, text),
            (None, Some(text)) => (false, text),
            // A string to sign of V3, or a canonical request, alone.
            (None, None) if message.trim_start().starts_with("ACS3-") => (false, message),
            (None, None) if is_canonical(message) => (true, message),
            (None, None) => return None,
        };
        let text = text.trim().trim_matches('"');
        // Services quote the canonical request in place of the string to sign.
        let is_canonical = is_canonical || self::is_canonical(text);
        (!text.is_empty()).then_some(Self { is_canonical, text })
    }
}

/// Returns whether a text begins like a canonical request: a method, and a path in the next line.
fn is_canonical(text: &str) -> bool {
    let mut lines = text.trim_start().lines();
    let method = lines.next().unwrap_or_default();
    let is_method = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"].contains(&method);
    is_method && lines.next().is_some_and(|path| path.starts_with('/'))
}

/// Returns what the client signs with the values of the other text for what differs in each
/// request: its date and nonce.
fn with_changing_parts(ours: &str, theirs: &str) -> String {
    const CHANGING: [&str; 3] = [
        "x-acs-date:",
        "x-acs-signature-nonce:",
        "x-acs-security-token:",
    ];
    let lines = ours.split('\n').map(|line| {
        let name = CHANGING.iter().find(|name| line.starts_with(**name));
        let theirs = name.and_then(|name| theirs.lines().find(|line| line.starts_with(name)));
        theirs.unwrap_or(line)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the line and the column of the first difference, counted from 1.
fn difference(ours: &str, theirs: &str) -> Option<(usize, usize)> {
    let (mut line, mut column) = (1, 1);
    let (mut ours, mut theirs) = (ours.chars(), theirs.chars());
    loop {
        match (ours.next(), theirs.next()) {
            (None, None) => return None,
            (Some(a), Some(b)) if a == b => match a {
                '\n' => (line, column) = (line + 1, 1),
                _ => column += 1,
            },
            _ => return Some((line, column)),
        }
    }
}

fn explain(ours: &str, theirs: &str, line: usize, is_canonical: bool) -> String {
    if !is_canonical {
        return "The hash of the canonical request differs: the date, the nonce, or a part of the \
                request. Compare the canonical requests."
            .to_owned();
    }
    let at = |text: &str| {
        text.split('\n')
            .nth(line - 1)
            .unwrap_or_default()
            .to_owned()
    };
    let (ours_there, theirs_there) = (at(ours), at(theirs));
    let lines = ours.split('\n').count();
    let part = match line {
        1 => "the method",
        2 => "the path",
        3 => "the query",
        _ if line == lines => "the hash of the body",
        _ if line + 1 == lines => "the list of signed headers",
        _ => "a header",
    };
    let header = |text: &str| text.split_once(':').map(|(name, _)| name.to_owned());
    match (part, header(&ours_there), header(&theirs_there)) {
        ("a header", Some(a), Some(b)) if a == b => {
            format!("The header {a} differs. A proxy may have changed it.")
        }
        ("a header", _, _) => {
            format!("The headers differ from line {line}: one side signs a header more.")
        }
        _ => format!("The first difference is in {part}. A proxy may have changed the request."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANONICAL: &str =
        "POST\n/\nA=1&B=2\nhost:h\nx-acs-date:2026-01-01T00:00:00Z\n\nhost;x-acs-date\nabc";

    #[test]
    fn the_quoted_text_is_found_in_each_wording() {
        let text = |message: &str| {
            let quoted = Quoted::find(message)?;
            Some((quoted.is_canonical, quoted.text.to_owned()))
        };
        let message = |mark: &str, quoted: &str| format!("Signature mismatch. {mark}{quoted}\n");
        let quoted = Some((true, CANONICAL.to_owned()));
        assert_eq!(
            text(&message("server string to sign is:", CANONICAL)),
            quoted
        );
        assert_eq!(text(&message("CanonicalRequest: ", CANONICAL)), quoted);
        let in_quotes = format!("\"{CANONICAL}\"");
        assert_eq!(text(&message("canonicalRequest is:", &in_quotes)), quoted);
        assert_eq!(text(CANONICAL), quoted);
        let hash = "ACS3-HMAC-SHA256\nff";
        assert_eq!(
            text(&message("server string to sign is:", hash)),
            Some((false, hash.to_owned()))
        );
        assert_eq!(text("Specified signature does not match."), None);
        assert_eq!(text("server string to sign is: "), None);
        assert_eq!(text("\u{e9}"), None);
    }

    #[test]
    fn dates_and_nonces_are_no_difference() {
        let theirs = CANONICAL.replace("2026-01-01", "2026-02-02");
        assert_eq!(with_changing_parts(CANONICAL, &theirs), theirs);
        assert_eq!(difference(CANONICAL, CANONICAL), None);
    }

    #[test]
    fn the_first_difference_has_a_line_and_a_reason() {
        let table = [
            (CANONICAL.replace("B=2", "B=3"), (3, 7), "in the query"),
            (
                CANONICAL.replace("host:h\n", "host:i\n"),
                (4, 6),
                "The header host differs",
            ),
            (
                CANONICAL.replace("abc", "abd"),
                (8, 3),
                "the hash of the body",
            ),
            (CANONICAL.replace("POST", "GET"), (1, 1), "the method"),
        ];
        for (theirs, place, reason) in table {
            assert_eq!(difference(CANONICAL, &theirs), Some(place));
            let explained = explain(CANONICAL, &theirs, place.0, true);
            assert!(explained.contains(reason), "{explained}");
        }
    }
}
