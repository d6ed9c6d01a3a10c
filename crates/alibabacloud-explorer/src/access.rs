//! Who may use the server: the page itself, in a browser that has the token of this start.
//!
//! A browser sends requests of any web page to loopback addresses, and a page can give its own name
//! a loopback address (DNS rebinding). Therefore each request must name this server as its host, no
//! other page may have caused it, and everything but the files of the page needs the cookie of a
//! session.

use crate::reply::ApiError;
use crate::secrets::Secrets;
use hyper::HeaderMap;
use hyper::header::{AsHeaderName, CONTENT_TYPE, COOKIE, HOST, ORIGIN};
use hyper::http::request::Parts;

/// Says which page caused a request: `same-origin`, `same-site`, `cross-site`, or `none` for a
/// person.
const SITE_HEADER: &str = "sec-fetch-site";

/// Who may use the server.
#[derive(Debug)]
pub(crate) struct Access {
    hosts: [String; 3],
    cookie: String,
    pub(crate) secrets: Secrets,
}

impl Access {
    /// Creates the rules of a server on a port of the loopback address.
    pub(crate) fn new(port: u16, secrets: Secrets) -> Self {
        Self {
            hosts: ["127.0.0.1", "localhost", "[::1]"].map(|host| format!("{host}:{port}")),
            // Cookies do not distinguish ports.
            cookie: format!("acs-explorer-{port}"),
            secrets,
        }
    }

    /// Checks the host and the origin of a request, before anything of it is used.
    ///
    /// # Errors
    ///
    /// Describes why the request is refused.
    pub(crate) fn check_sender(&self, request: &Parts, is_api: bool) -> Result<(), ApiError> {
        let refused = |code, message: String| Err(ApiError::new(403, code, message));
        let headers = &request.headers;
        let Some(host) = only(headers, HOST)? else {
            return Err(ApiError::invalid("the header host is missing"));
        };
        // The request line can name a host, which then replaces the header.
        let in_line = request.uri.authority().map(|authority| authority.as_str());
        for named in std::iter::once(host).chain(in_line) {
            let is_own = |own: &String| own.eq_ignore_ascii_case(named);
            if !self.hosts.iter().any(is_own) {
                let own = &self.hosts[0];
                return refused("foreign_host", format!("the host is {named:?}, not {own}"));
            }
        }
        if let Some(origin) = only(headers, ORIGIN)? {
            let is_same = origin
                .strip_prefix("http://")
                .is_some_and(|origin| origin.eq_ignore_ascii_case(host));
            if !is_same {
                let message = format!("the request comes from {origin:?}, not from this page");
                return refused("foreign_origin", message);
            }
        }
        match only(headers, SITE_HEADER)? {
            None | Some("same-origin") => Ok(()),
            Some("none") if !is_api => Ok(()),
            Some(_) => refused(
                "foreign_site",
                "another page caused this request; open the address that the program printed"
                    .to_owned(),
            ),
        }
    }

    /// Checks that a request has the cookie of the session.
    ///
    /// # Errors
    ///
    /// Says how to begin a session.
    pub(crate) fn check_session(&self, headers: &HeaderMap) -> Result<(), ApiError> {
        let cookies = headers.get_all(COOKIE).into_iter();
        let mut cookies = cookies
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='));
        let is_session = |(name, value): (&str, &str)| {
            name == self.cookie && self.secrets.session.matches(value)
        };
        match cookies.any(is_session) {
            true => Ok(()),
            false => Err(ApiError::new(
                401,
                "no_session",
                "open the address that the program printed",
            )),
        }
    }

    /// Returns the value of `set-cookie` that begins a session.
    pub(crate) fn session_cookie(&self) -> String {
        let (name, session) = (&self.cookie, self.secrets.session.expose());
        format!("{name}={session}; HttpOnly; SameSite=Strict; Path=/")
    }
}

/// Checks that the body of a request is JSON, which no form of another page can send.
///
/// # Errors
///
/// Names the type that the body must have.
pub(crate) fn check_content_type(headers: &HeaderMap) -> Result<(), ApiError> {
    let value = only(headers, CONTENT_TYPE)?.unwrap_or_default();
    let mut parts = value.split(';').map(str::trim);
    let is_json = parts
        .next()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    let is_utf8 = parts.all(|parameter| parameter.eq_ignore_ascii_case("charset=utf-8"));
    match is_json && is_utf8 {
        true => Ok(()),
        false => Err(ApiError::new(
            415,
            "not_json",
            "the body must be JSON, with content-type application/json",
        )),
    }
}

/// Returns a header that may be there only once.
fn only(headers: &HeaderMap, name: impl AsHeaderName) -> Result<Option<&str>, ApiError> {
    let mut values = headers.get_all(name).into_iter();
    let value = values.next();
    if values.next().is_some() {
        return Err(ApiError::invalid("a header is there twice"));
    }
    match value.map(|value| value.to_str()) {
        None => Ok(None),
        Some(Ok(value)) => Ok(Some(value)),
        Some(Err(_)) => Err(ApiError::invalid("a header is not ASCII")),
    }
}
