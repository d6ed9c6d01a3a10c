//! A request to look at before it is sent.

use crate::endpoint::Endpoint;
use crate::http::Method;
use crate::request::Prepared;
use std::fmt;

/// A request as it would be sent, without date, nonce, signature and credentials, which only sending adds.
///
/// `Display` shows the names of all parameters but no values, as they can be secret.
#[derive(Clone, Debug)]
pub struct Preview {
    endpoint: Endpoint,
    request: Prepared,
}

impl Preview {
    pub(crate) fn new(endpoint: &Endpoint, request: Prepared) -> Self {
        Self {
            endpoint: endpoint.clone(),
            request,
        }
    }

    /// The method.
    pub fn method(&self) -> Method {
        self.request.method()
    }

    /// Scheme, host and path.
    pub fn url(&self) -> String {
        format!("{}{}", self.endpoint, self.request.path())
    }

    /// The parameters of the query, sorted. May hold secrets.
    pub fn query(&self) -> impl Iterator<Item = (&str, &str)> {
        self.request.query().iter()
    }

    /// The parameters of the form in the body, sorted. May hold secrets.
    pub fn form(&self) -> impl Iterator<Item = (&str, &str)> {
        self.request.form().iter()
    }

    /// The body, when it is no form. May hold secrets.
    pub fn body(&self) -> &[u8] {
        self.request.body()
    }
}

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {}",
            self.request.action(),
            self.method(),
            self.url()
        )?;
        let mut separator = '?';
        for (name, _) in self.query() {
            write!(f, "{separator}{name}=..")?;
            separator = '&';
        }
        for (name, _) in self.form() {
            write!(f, " {name}=..")?;
        }
        if !self.body().is_empty() {
            write!(f, " ({} bytes of body)", self.body().len())?;
        }
        Ok(())
    }
}
