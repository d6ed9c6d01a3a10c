//! What generated code says about an operation: data for the one road that every call takes.

use crate::http::Method;

/// A product version, once per generated crate.
#[derive(Debug)]
pub struct Product {
    /// The product code in endpoints and RAM actions, in lower case: `oos`.
    pub code: &'static str,
    /// The API version that travels as `x-acs-version`: `2019-06-01`.
    pub version: &'static str,
    /// The crate and its version for the user agent: `alibabacloud-oos/0.1.0`.
    pub user_agent: &'static str,
    /// Where the product is served.
    pub endpoints: EndpointTable,
}

/// How a region becomes a host name.
#[derive(Debug)]
pub struct EndpointTable {
    /// `true`: `<code>.<region>.aliyuncs.com` for regions not in a table; `false`: the central `<code>.aliyuncs.com`.
    pub regional: bool,
    /// Public hosts that do not follow the rule, sorted by region.
    pub public: &'static [(&'static str, &'static str)],
    /// VPC hosts that do not follow the rule, sorted by region.
    pub vpc: &'static [(&'static str, &'static str)],
}

/// RPC: the operation is a name in `x-acs-action`. ROA: it is a method and a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// One path for everything.
    Rpc,
    /// Resource paths.
    Roa,
}

/// What an operation does to the service; decides what may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reads one thing or many; free to be repeated.
    Read,
    /// Changes something; repeated only when an idempotency token makes that safe or the first try surely did not arrive.
    Write,
}

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// URL query.
    Query,
    /// Form body.
    Form,
    /// Path template.
    Path,
    /// Header.
    Header,
    /// The whole body.
    Body,
}

/// How a parameter that is no scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamStyle {
    /// A scalar, or `Name.1.Field` (upstream `repeatList` and `flat`).
    Flat,
    /// One value that holds JSON.
    Json,
    /// Comma separated.
    Simple,
    /// Bytes or text as they are (bodies), or text that keeps its slashes (paths).
    Raw,
}

/// One parameter.
#[derive(Debug)]
pub struct Param {
    /// Its name on the wire.
    pub name: &'static str,
    /// Where it travels.
    pub place: Place,
    /// How it is written.
    pub style: ParamStyle,
    /// Checked before anything is sent.
    pub required: bool,
    /// Whether `{}` is sent when it is not set.
    pub object: bool,
}

impl Param {
    const fn at(name: &'static str, place: Place) -> Self {
        Self {
            name,
            place,
            style: ParamStyle::Flat,
            required: false,
            object: false,
        }
    }
    /// In the URL query.
    pub const fn query(name: &'static str) -> Self {
        Self::at(name, Place::Query)
    }
    /// In the form body.
    pub const fn form(name: &'static str) -> Self {
        Self::at(name, Place::Form)
    }
    /// In the path.
    pub const fn path(name: &'static str) -> Self {
        Self::at(name, Place::Path)
    }
    /// In a header.
    pub const fn header(name: &'static str) -> Self {
        Self::at(name, Place::Header)
    }
    /// The body.
    pub const fn body(name: &'static str) -> Self {
        Self::at(name, Place::Body)
    }
    /// Written as JSON.
    pub const fn json(mut self) -> Self {
        self.style = ParamStyle::Json;
        self
    }
    /// Written comma separated.
    pub const fn simple(mut self) -> Self {
        self.style = ParamStyle::Simple;
        self
    }
    /// Bytes as they are.
    pub const fn raw(mut self) -> Self {
        self.style = ParamStyle::Raw;
        self
    }
    /// Must be set.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }
    /// For a JSON body: an object that is sent empty when it is not set. Official clients take its fields one by one, so that they send
    /// it always.
    pub const fn object(mut self) -> Self {
        self.object = true;
        self
    }
}

/// What the body of a successful answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseBody {
    /// JSON, read through the field table.
    Json,
    /// Bytes or text, handed over as they are.
    Raw,
    /// Server-sent events.
    Events,
}

/// One operation.
#[derive(Debug)]
pub struct Operation {
    /// The product it belongs to.
    pub product: &'static Product,
    /// Its name, as in `x-acs-action`.
    pub name: &'static str,
    /// RPC or ROA.
    pub style: Style,
    /// The method it is sent with.
    pub method: Method,
    /// `/`, or the path template of a ROA operation: `/clusters/{ClusterId}`.
    pub path: &'static str,
    /// Reads or writes.
    pub access: Access,
    /// All parameters, in the order of the input's field table.
    pub params: &'static [Param],
    /// The parameter that makes a write repeatable: `ClientToken`.
    pub idempotency_token: Option<&'static str>,
    /// Sent without a signature (AssumeRoleWithOIDC).
    pub anonymous: bool,
    /// What comes back.
    pub response_body: ResponseBody,
    /// A boolean field of the answer that says whether the call succeeded, for services that answer 200 to a failure.
    pub success_field: Option<&'static str>,
}

impl Operation {
    /// An RPC operation: POST to `/`, JSON back.
    pub const fn rpc(product: &'static Product, name: &'static str, access: Access) -> Self {
        Self {
            product,
            name,
            style: Style::Rpc,
            method: Method::Post,
            path: "/",
            access,
            params: &[],
            idempotency_token: None,
            anonymous: false,
            response_body: ResponseBody::Json,
            success_field: None,
        }
    }
    /// A ROA operation, JSON back.
    pub const fn roa(
        product: &'static Product,
        name: &'static str,
        method: Method,
        path: &'static str,
        access: Access,
    ) -> Self {
        let mut operation = Self::rpc(product, name, access);
        operation.style = Style::Roa;
        operation.method = method;
        operation.path = path;
        operation
    }
    /// Product and operation as people know them: `oos:ListExecutions`.
    pub fn qualified_name(&self) -> String {
        format!("{}:{}", self.product.code, self.name)
    }
    /// Its parameters, in the order of the input's field table.
    pub const fn params(mut self, params: &'static [Param]) -> Self {
        self.params = params;
        self
    }
    /// Sent with another method than POST (RPC operations that take only GET).
    pub const fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }
    /// A write that this parameter makes repeatable.
    pub const fn idempotency_token(mut self, name: &'static str) -> Self {
        self.idempotency_token = Some(name);
        self
    }
    /// Sent unsigned.
    pub const fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }
    /// Another kind of answer than JSON.
    pub const fn response_body(mut self, body: ResponseBody) -> Self {
        self.response_body = body;
        self
    }
    /// Answers 200 with this field `false` when it failed.
    pub const fn success_field(mut self, name: &'static str) -> Self {
        self.success_field = Some(name);
        self
    }
}
