//! Operations of a specification, in the form that the core executes.
//!
//! The core borrows a description for the whole program, as generated code declares it, so that a
//! call neither counts references nor copies names. Descriptions of loaded specifications therefore
//! stay until the program ends. An operation is described when it is called first, and equal
//! descriptions exist once: to load a specification again takes no further memory.

use alibabacloud_core::http::Method;
use alibabacloud_core::plumbing::{
    Access, EndpointTable, NeededAction, Operation, Param, ParamStyle, Product, ResourceTemplate,
    ResponseBody,
};
use alibabacloud_spec::{
    self as spec, ApiStyle, Kind, NumberedPages, Pagination, ParameterPlace, ParameterStyle,
    RamStatus, Response, values,
};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

/// The program that the user agent names.
const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// All descriptions of this program.
static DESCRIPTIONS: LazyLock<Mutex<Descriptions>> = LazyLock::new(Mutex::default);

#[derive(Default)]
struct Descriptions {
    texts: HashSet<&'static str>,
    products: Vec<&'static Product>,
    /// By name.
    operations: HashMap<&'static str, Vec<&'static Operation>>,
}

/// Describes the product of a specification.
pub(crate) fn product(service: &spec::Service) -> &'static Product {
    lock().product(service)
}

/// Describes an operation; `None` if the client does not know its HTTP method.
pub(crate) fn operation(
    product: &'static Product,
    service: &spec::Service,
    operation: &spec::Operation,
) -> Option<&'static Operation> {
    let method = method(&operation.method)?;
    Some(lock().operation(product, service.style, method, operation))
}

fn lock() -> MutexGuard<'static, Descriptions> {
    // Each change is a single insertion, so a panic elsewhere leaves nothing half done.
    DESCRIPTIONS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Descriptions {
    fn text(&mut self, text: &str) -> &'static str {
        if let Some(known) = self.texts.get(text) {
            return known;
        }
        let text: &'static str = String::leak(text.to_owned());
        self.texts.insert(text);
        text
    }

    fn product(&mut self, service: &spec::Service) -> &'static Product {
        let code = self.text(&service.code);
        let version = self.text(&service.version);
        let public = self.hosts(&service.endpoints.public, |known| known.public);
        let vpc = self.hosts(&service.endpoints.vpc, |known| known.vpc);
        let product = Product {
            code,
            version,
            user_agent: USER_AGENT,
            endpoints: EndpointTable {
                regional: service.endpoints.regional,
                public,
                vpc,
            },
        };
        if let Some(known) = self.products.iter().find(|known| ***known == product) {
            return known;
        }
        let product = Box::leak(Box::new(product));
        self.products.push(product);
        product
    }

    /// Returns a table of hosts, sorted by region. `table` returns that of a known product.
    fn hosts<'h>(
        &mut self,
        hosts: impl IntoIterator<Item = (&'h String, &'h String)>,
        table: fn(&EndpointTable) -> &'static [(&'static str, &'static str)],
    ) -> &'static [(&'static str, &'static str)] {
        let hosts: BTreeMap<_, _> = hosts.into_iter().collect();
        let hosts = hosts
            .into_iter()
            .map(|(region, host)| (self.text(region), self.text(host)))
            .collect();
        let known = self.products.iter().map(|known| table(&known.endpoints));
        kept(known, hosts)
    }

    fn operation(
        &mut self,
        product: &'static Product,
        style: ApiStyle,
        method: Method,
        operation: &spec::Operation,
    ) -> &'static Operation {
        let name = self.text(&operation.name);
        let access = match operation.class.is_read() {
            true => Access::Read,
            false => Access::Write,
        };
        let mut description = match style {
            ApiStyle::Rpc => Operation::rpc(product, name, access).method(method),
            ApiStyle::Roa => {
                Operation::roa(product, name, method, self.text(&operation.path), access)
            }
        };
        let params = operation.parameters.iter().map(|p| self.param(p)).collect();
        let pagination = operation.pagination.as_ref();
        let paged_with = pagination.map_or_else(Vec::new, |pagination| {
            let first = pagination.first().iter();
            first
                .map(|(name, value)| (self.text(name), self.text(&values::text(value))))
                .collect()
        });
        let paged_without = numbered(pagination).map(|name| self.text(name)).collect();

        let bucket = self.operations.entry(name).or_default();
        description.params = kept(bucket.iter().map(|known| known.params), params);
        description.paged_with = kept(bucket.iter().map(|known| known.paged_with), paged_with);
        description.paged_without = kept(
            bucket.iter().map(|known| known.paged_without),
            paged_without,
        );
        description.anonymous = operation.anonymous;
        description.response_body = match operation.response {
            Response::Json(_) | Response::Empty => ResponseBody::Json,
            Response::Text | Response::Binary => ResponseBody::Raw,
            Response::Events(_) => ResponseBody::Events,
        };
        if let Some(token) = &operation.idempotency {
            description.idempotency_token = Some(self.text(token));
        }
        if let Some(field) = &operation.success_field {
            let field = self.text(field);
            description = match &operation.success_value {
                None => description.success_field(field),
                Some(value) => description.success_value(field, self.text(value)),
            };
        }

        description.permission = self.text(&permission(operation));

        let bucket = self.operations.entry(name).or_default();
        if let Some(known) = bucket.iter().find(|known| ***known == description) {
            return known;
        }
        let description = Box::leak(Box::new(description));
        bucket.push(description);
        description
    }

    fn param(&mut self, parameter: &spec::Parameter) -> Param {
        let name = self.text(&parameter.name);
        let mut param = match parameter.place {
            ParameterPlace::Query => Param::query(name),
            ParameterPlace::Form => Param::form(name),
            ParameterPlace::Path => Param::path(name),
            ParameterPlace::Header => Param::header(name),
            ParameterPlace::Body => Param::body(name),
        };
        param.style = match parameter.style {
            ParameterStyle::Plain | ParameterStyle::RepeatList | ParameterStyle::Flat => {
                ParamStyle::Flat
            }
            ParameterStyle::Simple => ParamStyle::Simple,
            ParameterStyle::Json => ParamStyle::Json,
            ParameterStyle::Raw => ParamStyle::Raw,
        };
        param.required = parameter.required;
        // A shared schema is a single value: if it is not set, nothing is sent.
        param.object = parameter.place == ParameterPlace::Body
            && !parameter.required
            && matches!(parameter.schema.kind, Kind::Object(_));
        param
    }
}

/// Returns the known slice that equals `new`, else `new` itself, which then stays.
fn kept<T: PartialEq>(mut known: impl Iterator<Item = &'static [T]>, new: Vec<T>) -> &'static [T] {
    match known.find(|known| **known == *new) {
        Some(known) => known,
        None => Vec::leak(new),
    }
}

/// Returns the documented permission of an operation as a text; empty if it is not documented.
fn permission(operation: &spec::Operation) -> String {
    let documented = operation.ram.as_ref();
    let documented = documented.filter(|ram| ram.status == RamStatus::Documented);
    let actions = documented.into_iter().flat_map(|ram| &ram.actions);
    NeededAction::write_all(actions.map(|action| NeededAction {
        action: &action.action,
        resources: action.resources.iter().map(resource).collect(),
    }))
}

fn resource(resource: &spec::RamResource) -> ResourceTemplate<'_> {
    ResourceTemplate {
        kind: &resource.kind,
        required: resource.required,
        arn: &resource.arn,
    }
}

/// Returns the parameters of page numbers of an operation that is paged by token.
fn numbered(pagination: Option<&Pagination>) -> impl Iterator<Item = &str> {
    let pages = match pagination {
        Some(Pagination::Token { numbered, .. }) => numbered.as_ref(),
        Some(Pagination::PageNumber { .. }) | None => None,
    };
    pages.into_iter().flat_map(NumberedPages::parameters)
}

fn method(name: &str) -> Option<Method> {
    let known = [
        Method::Get,
        Method::Post,
        Method::Put,
        Method::Delete,
        Method::Patch,
        Method::Head,
        Method::Options,
    ];
    known.into_iter().find(|known| known.as_str() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: &str = r#"{
        "openapi": "3.1.0",
        "info": {"title": "Test", "version": "2020-01-01", "description": "For tests."},
        "x-acs-product": {"code": "test", "crate": "alibabacloud-test", "style": "rpc"},
        "x-acs-endpoints": {"rule": "central", "public": {"b": "b.aliyuncs.com", "a": "a.aliyuncs.com"}},
        "paths": {"/#Action=Test": {"get": {
            "operationId": "Test",
            "summary": "For tests.",
            "x-acs-class": "get",
            "parameters": [{"name": "Name", "in": "query", "schema": {"type": "string"}}],
            "responses": {"200": {"description": "Done."}}
        }}}
    }"#;

    #[test]
    fn equal_descriptions_exist_once() {
        let load = || spec::Service::from_bundle(SPEC).unwrap_or_else(|errors| panic!("{errors}"));
        let (first, mut second) = (load(), load());
        let known_product = product(&first);
        assert!(std::ptr::eq(known_product, product(&second)));
        assert_eq!(
            known_product.endpoints.public,
            [("a", "a.aliyuncs.com"), ("b", "b.aliyuncs.com")]
        );
        let described = |service: &spec::Service| -> Vec<&'static Operation> {
            let operations = service.operations.iter();
            operations
                .map(|one| operation(product(service), service, one).unwrap())
                .collect()
        };
        let known = described(&first);
        for (a, b) in known.iter().zip(described(&second)) {
            assert!(std::ptr::eq(*a, b), "{}", b.name);
        }
        // Another version of a specification has descriptions of its own, and shares what is equal.
        second.operations[0].anonymous ^= true;
        let other = described(&second)[0];
        assert!(!std::ptr::eq(known[0], other) && *known[0] != *other);
        assert!(std::ptr::eq(known[0].params, other.params));
    }

    #[test]
    fn every_method_of_a_specification_is_known() {
        for name in ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"] {
            assert_eq!(method(name).map(Method::as_str), Some(name));
        }
        assert_eq!(method("TRACE"), None);
    }
}
