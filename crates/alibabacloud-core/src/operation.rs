//! Operations as data: what generated code describes and the orchestrator executes.

use crate::http::Method;
use crate::marker::operation_name;

/// A version of a product; one per generated crate.
#[derive(Debug, PartialEq)]
pub struct Product {
    /// The product code in endpoints and RAM actions, in lower case: `oos`.
    pub code: &'static str,
    /// The API version, sent as `x-acs-version`: `2019-06-01`.
    pub version: &'static str,
    /// The crate and its version for the user agent: `alibabacloud-oos/0.1.0`.
    pub user_agent: &'static str,
    /// The endpoints of the product.
    pub endpoints: EndpointTable,
}

/// The rule and the tables that map a region to a host name.
#[derive(Debug, PartialEq)]
pub struct EndpointTable {
    /// `true`: `<code>.<region>.aliyuncs.com` for regions that are not in a table; `false`: the
    /// central `<code>.aliyuncs.com`.
    pub regional: bool,
    /// Public hosts that deviate from the rule, sorted by region.
    pub public: &'static [(&'static str, &'static str)],
    /// VPC hosts that deviate from the rule, sorted by region.
    pub vpc: &'static [(&'static str, &'static str)],
}

/// The style of an API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// One path for all operations; the name of the operation is in `x-acs-action`.
    Rpc,
    /// An operation is identified by method and path.
    Roa,
}

/// The access class of an operation, which decides whether it can be retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reads resources; can always be retried.
    Read,
    /// Changes resources; retried only with an idempotency token, or if the service certainly did
    /// not execute the first request.
    Write,
}

/// The place of a parameter in the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The URL query.
    Query,
    /// The form body.
    Form,
    /// The path template.
    Path,
    /// A header.
    Header,
    /// The whole body.
    Body,
}

/// The style in which a parameter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamStyle {
    /// A scalar, or `Name.1.Field` (`repeatList` and `flat` in the metadata).
    Flat,
    /// One JSON text.
    Json,
    /// Comma-separated.
    Simple,
    /// Unchanged bytes or text (bodies), or text that keeps its slashes (paths).
    Raw,
}

/// A parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Param {
    /// The wire name.
    pub name: &'static str,
    /// The place in the request.
    pub place: Place,
    /// The style.
    pub style: ParamStyle,
    /// Whether it must be set; checked before anything is sent.
    pub required: bool,
    /// Whether `{}` is sent if it is not set.
    pub object: bool,
}

/// Returns whether a parameter of this name has the region of the client as its default.
pub(crate) fn is_region(name: &str) -> bool {
    name.eq_ignore_ascii_case("RegionId")
}

impl Param {
    /// Returns whether the region of the client is its default: `RegionId`, which a few operations
    /// spell `regionId` or `RegionID`.
    pub fn is_region(&self) -> bool {
        is_region(self.name)
    }

    const fn at(name: &'static str, place: Place) -> Self {
        Self {
            name,
            place,
            style: ParamStyle::Flat,
            required: false,
            object: false,
        }
    }
    /// Creates a parameter in the URL query.
    pub const fn query(name: &'static str) -> Self {
        Self::at(name, Place::Query)
    }
    /// Creates a parameter in the form body.
    pub const fn form(name: &'static str) -> Self {
        Self::at(name, Place::Form)
    }
    /// Creates a parameter in the path.
    pub const fn path(name: &'static str) -> Self {
        Self::at(name, Place::Path)
    }
    /// Creates a parameter in a header.
    pub const fn header(name: &'static str) -> Self {
        Self::at(name, Place::Header)
    }
    /// Creates a parameter that is the body.
    pub const fn body(name: &'static str) -> Self {
        Self::at(name, Place::Body)
    }
    /// Sets style JSON.
    pub const fn json(mut self) -> Self {
        self.style = ParamStyle::Json;
        self
    }
    /// Sets the comma-separated style.
    pub const fn simple(mut self) -> Self {
        self.style = ParamStyle::Simple;
        self
    }
    /// Sets the raw style.
    pub const fn raw(mut self) -> Self {
        self.style = ParamStyle::Raw;
        self
    }
    /// Makes it required.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }
    /// Marks a JSON body as an object that is sent as `{}` if it is not set, as official clients
    /// do.
    pub const fn object(mut self) -> Self {
        self.object = true;
        self
    }
}

/// The kind of body in a successful response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseBody {
    /// JSON, decoded by the field table.
    Json,
    /// Unchanged bytes or text.
    Raw,
    /// Server-sent events.
    Events,
}

/// An operation.
#[derive(Debug, PartialEq)]
pub struct Operation {
    /// The product.
    pub product: &'static Product,
    /// The name, sent as `x-acs-action`.
    pub name: &'static str,
    /// The style: RPC or ROA.
    pub style: Style,
    /// The HTTP method.
    pub method: Method,
    /// `/`, or the path template of a ROA operation: `/clusters/{ClusterId}`.
    pub path: &'static str,
    /// The access class.
    pub access: Access,
    /// All parameters, in the order of the field table of the input.
    pub params: &'static [Param],
    /// The parameter with the idempotency token: `ClientToken`.
    pub idempotency_token: Option<&'static str>,
    /// Whether it is sent without a signature (`AssumeRoleWithOIDC`).
    pub anonymous: bool,
    /// The kind of response body.
    pub response_body: ResponseBody,
    /// The field of the response that reports success, for services that return 200 for a failure.
    pub success_field: Option<SuccessField>,
    /// Parameters that a paginator sends, with their values, unless they are set: what makes the
    /// service page by token, or what it requires.
    pub paged_with: &'static [(&'static str, &'static str)],
    /// Parameters of page numbers, the other way to page, which a paginator refuses.
    pub paged_without: &'static [&'static str],
    /// The permission that it needs, as [`NeededAction::write_all`] writes it; empty if that is not
    /// documented. Read when a call is denied.
    ///
    /// [`NeededAction::write_all`]: crate::ram::request::NeededAction::write_all
    pub permission: &'static str,
}

/// The field of a response that tells a success from an error when the status does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SuccessField {
    /// Its name, at the root of the response.
    pub name: &'static str,
    /// The text that it has for a success; `None` for a boolean field.
    pub value: Option<&'static str>,
}

impl Operation {
    /// Creates an RPC operation: POST to `/`, with a JSON response. The name can be the
    /// [marker](crate::marker) that contains it.
    pub const fn rpc(product: &'static Product, name: &'static str, access: Access) -> Self {
        Self {
            product,
            name: operation_name(name),
            style: Style::Rpc,
            method: Method::Post,
            path: "/",
            access,
            params: &[],
            idempotency_token: None,
            anonymous: false,
            response_body: ResponseBody::Json,
            success_field: None,
            paged_with: &[],
            paged_without: &[],
            permission: "",
        }
    }
    /// Creates a ROA operation with a JSON response.
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
    /// Returns the name with the product: `oos:ListExecutions`.
    pub fn qualified_name(&self) -> String {
        format!("{}:{}", self.product.code, self.name)
    }
    /// Sets the parameters, in the order of the field table of the input.
    pub const fn params(mut self, params: &'static [Param]) -> Self {
        self.params = params;
        self
    }
    /// Sets a method other than POST, for RPC operations that accept only GET.
    pub const fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }
    /// Sets the parameter with the idempotency token.
    pub const fn idempotency_token(mut self, name: &'static str) -> Self {
        self.idempotency_token = Some(name);
        self
    }
    /// Makes it an operation without a signature.
    pub const fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }
    /// Sets a response body other than JSON.
    pub const fn response_body(mut self, body: ResponseBody) -> Self {
        self.response_body = body;
        self
    }
    /// Sets the boolean field of the response that reports success.
    pub const fn success_field(mut self, name: &'static str) -> Self {
        self.success_field = Some(SuccessField { name, value: None });
        self
    }
    /// Sets a field of the response that reports success by a value: `Code` is `OK`.
    pub const fn success_value(mut self, name: &'static str, value: &'static str) -> Self {
        self.success_field = Some(SuccessField {
            name,
            value: Some(value),
        });
        self
    }
    /// Sets the parameters that a paginator sends, with their values.
    pub const fn paged_with(mut self, parameters: &'static [(&'static str, &'static str)]) -> Self {
        self.paged_with = parameters;
        self
    }
    /// Sets the parameters of page numbers, for an operation that is paged by token.
    pub const fn paged_without(mut self, names: &'static [&'static str]) -> Self {
        self.paged_without = names;
        self
    }
    /// Sets the permission that it needs.
    pub const fn permission(mut self, text: &'static str) -> Self {
        self.permission = text;
        self
    }
}
