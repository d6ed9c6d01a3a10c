//! The preview of a request.

use crate::credentials::Credentials;
use crate::http::{Headers, HttpRequest, Method};
use crate::operation::Style;
use crate::orchestrator::resolve::ResolvedCall;
use crate::request::{Attempt, PreparedRequest, RequestError, SignatureVersion};
use crate::signing::{Signature, parse_pairs, push_query};
use std::fmt;
use std::time::SystemTime;

/// A request as it would be sent; returned by `preview`. Nothing has been sent, and no interceptor
/// has run.
///
/// Secret values are replaced by `REDACTED`, and values that only sending adds by their names:
/// `DATE`, `NONCE`, `ACCESS_KEY_ID`, `SIGNATURE`. A preview can therefore be shown and logged.
/// Secret are the parameters that the specification marks as sensitive, and what a name such as
/// `DbPassword` introduces anywhere in the others, as in recordings (feature `test-util`): in JSON
/// at any depth, forms, YAML, URLs and command lines. `Display` shows it as an HTTP message.
#[derive(Clone, Debug)]
pub struct Preview {
    request: HttpRequest,
    /// The separate parameters, for the `aliyun` CLI.
    prepared: PreparedRequest,
    product: String,
    host: String,
    is_https: bool,
    is_known: bool,
}

/// Headers that differ in every attempt, and their placeholders.
const HEADERS: [(&str, &str); 4] = [
    ("date", "DATE"),
    ("x-acs-date", "DATE"),
    ("x-acs-signature-nonce", "NONCE"),
    ("authorization", "SIGNATURE"),
];

/// Parameters that V1 adds to the request, and their placeholders.
const PARAMETERS: [(&str, &str); 3] = [
    ("Timestamp", "DATE"),
    ("SignatureNonce", "NONCE"),
    ("Signature", "SIGNATURE"),
];

impl Preview {
    /// Creates a preview.
    ///
    /// # Errors
    /// If the request is too long to be sent.
    pub(crate) fn new(
        call: &ResolvedCall,
        signature_version: SignatureVersion,
    ) -> Result<Self, RequestError> {
        let attempt = Attempt {
            endpoint: &call.endpoint,
            credentials: &Credentials::access_key("ACCESS_KEY_ID", "SECRET"),
            signature_version,
            time: SystemTime::UNIX_EPOCH,
            nonce: "NONCE",
            user_agent: &call.user_agent,
            headers: &Headers::new(),
        };
        let sign =
            |request: &PreparedRequest| request.sign_in_place(&attempt, &mut Signature::default());
        // Redaction changes the length, so the whole request decides about the places.
        let placed = call.request.placed(&attempt);
        placed.check_size(&sign(&placed))?;
        let prepared = placed.redacted();
        let mut request = sign(&prepared);
        for (name, placeholder) in HEADERS {
            if request.headers.get(name).is_some() {
                request.headers.set(name, placeholder);
            }
        }
        let shows_body =
            prepared.body() == placed.body() && prepared.form().iter().eq(placed.form().iter());
        if !shows_body && request.headers.get("x-acs-content-sha256").is_some() {
            request.headers.set("x-acs-content-sha256", "BODY_SHA256");
        }
        let version = prepared.version_of(signature_version);
        if version == SignatureVersion::V1 && prepared.style() == Style::Rpc {
            put_placeholders(&mut request);
        }
        Ok(Self {
            request,
            product: call.product.to_string(),
            host: call.endpoint.host().to_owned(),
            is_https: call.endpoint.is_https(),
            is_known: true,
            prepared,
        })
    }

    /// Marks the operation as unknown, so that the `aliyun` CLI must not look it up.
    pub(crate) fn of_unknown_operation(mut self) -> Self {
        self.is_known = false;
        self
    }

    /// Returns the HTTP method.
    pub fn method(&self) -> Method {
        self.request.method
    }

    /// Returns the URL with scheme, host, path and query.
    pub fn url(&self) -> &str {
        &self.request.url
    }

    /// Returns the names and values of the headers.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.request.headers.iter()
    }

    /// Returns the parameters of the operation in the query, decoded and sorted; none if they are
    /// sent in the form, as long ones are.
    pub fn query(&self) -> impl Iterator<Item = (&str, &str)> {
        self.prepared.query().iter()
    }

    /// Returns the parameters of the operation in the form body, decoded and sorted.
    pub fn form(&self) -> impl Iterator<Item = (&str, &str)> {
        self.prepared.form().iter()
    }

    /// Returns the body.
    pub fn body(&self) -> &[u8] {
        &self.request.body
    }

    /// Returns a `curl` command line for a POSIX shell that shows what is sent. It fails if
    /// executed, because curl cannot compute the signature.
    pub fn to_curl(&self) -> String {
        let mut line = Line::new(&["curl", "-X", self.method().as_str()]);
        line.push(self.url());
        for (name, value) in self.headers() {
            line.push("-H").push(&format!("{name}: {value}"));
        }
        match std::str::from_utf8(self.body()) {
            Ok("") => {}
            Ok(text) => {
                line.push("--data-raw").push(text);
            }
            Err(_) => {
                line.push("--data-binary").push("@BODY_FILE");
            }
        }
        line.0
    }

    /// Returns a command line for a POSIX shell that makes the same call with the `aliyun` CLI,
    /// which signs with its own credentials. Replace `REDACTED` by the secret values.
    pub fn to_aliyun_cli(&self) -> String {
        let mut line = Line::new(&["aliyun", &self.product]);
        match self.prepared.style() {
            Style::Rpc => line.push(self.prepared.action()),
            Style::Roa => line
                .push(self.prepared.method().as_str())
                .push(self.prepared.path()),
        };
        line.push("--endpoint").push(&self.host);
        if !self.is_https {
            line.push("--insecure");
        }
        if !self.is_known {
            line.push("--version").push(self.prepared.version());
            line.push("--force");
        }
        for (name, value) in self.query().chain(self.form()) {
            line.push_flag(name, value);
        }
        for (name, value) in self.prepared.headers().iter() {
            line.push_flag("header", &format!("{name}={value}"));
        }
        match std::str::from_utf8(self.prepared.body()) {
            Ok("") => {}
            Ok(text) => {
                line.push_flag("body", text);
            }
            Err(_) => {
                line.push("--body-file").push("BODY_FILE");
            }
        }
        line.0
    }
}

/// Replaces the parameters of V1 that differ in every attempt, which are sent with those of the
/// operation.
fn put_placeholders(request: &mut HttpRequest) {
    let replaced = |text: &str| {
        let pairs = parse_pairs(text);
        let shown = pairs.iter().map(|(name, value)| {
            let placeholder = PARAMETERS.iter().find(|(n, _)| n == name);
            (&**name, placeholder.map_or(&**value, |(_, p)| *p))
        });
        let mut text = String::new();
        push_query(shown, &mut text);
        text
    };
    match request.url.split_once('?') {
        Some((base, query)) => request.url = format!("{base}?{}", replaced(query)),
        None => request.body = replaced(&String::from_utf8_lossy(&request.body)).into(),
    }
}

/// A command line under construction.
struct Line(String);

impl Line {
    fn new(words: &[&str]) -> Self {
        let mut line = Self(String::new());
        for word in words {
            line.push(word);
        }
        line
    }

    /// Adds a flag of the `aliyun` CLI with its value.
    fn push_flag(&mut self, name: &str, value: &str) {
        // To the CLI, a word that begins with a dash is a flag wherever it is.
        match value.starts_with('-') {
            true => self.push(&format!("--{name}={value}")),
            false => self.push(&format!("--{name}")).push(value),
        };
    }

    /// Adds a word, quoted if a shell would interpret it.
    fn push(&mut self, word: &str) -> &mut Self {
        // A command line cannot hold a NUL.
        let word = word.replace('\0', "\u{fffd}");
        if !self.0.is_empty() {
            self.0.push(' ');
        }
        match shlex::try_quote(&word) {
            Ok(quoted) => self.0.push_str(&quoted),
            Err(_) => self.0.push_str("''"),
        }
        self
    }
}

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", self.method(), self.url())?;
        for (name, value) in self.headers() {
            writeln!(f, "{name}: {value}")?;
        }
        match std::str::from_utf8(self.body()) {
            Ok("") => Ok(()),
            Ok(text) => write!(f, "\n{text}"),
            Err(_) => write!(f, "\n({} bytes)", self.body().len()),
        }
    }
}
