//! What looks wrong in a specification, and what a person must have decided.
//!
//! A question is identified by its kind and its subject. Both are stable, so that an answer
//! survives a refresh; the places of a question are not part of its identity.

use super::derive::contradicts_verb;
use super::names::{is_suspicious, sounds_secret};
use super::places::each_place;
use super::subject::Subject;
use crate::import::{class_name, squeezed};
use alibabacloud_spec::{Kind, Operation, Response, Schema, Service};
use std::collections::BTreeMap;

/// The questions of all kinds: the places of each, by kind and subject.
pub(super) type Questions = BTreeMap<&'static str, BTreeMap<String, Vec<String>>>;

/// The kinds, each with what it asks.
pub(super) const KINDS: &[(&str, &str)] = &[
    (
        "unmarked-secret",
        "the name sounds like a secret, but the value is not x-acs-sensitive",
    ),
    (
        "marked-secret",
        "the value is x-acs-sensitive, but the name does not sound like a secret",
    ),
    (
        "unpaged",
        "it has parameters or fields of a paged list, but no x-acs-pagination",
    ),
    (
        "two-ways",
        "it can be paged by token and by page number, and x-acs-pagination has no `first`",
    ),
    (
        "unpaged-total",
        "it reads one list with a total, but has no x-acs-pagination",
    ),
    (
        "unused-token",
        "the parameter sounds like an idempotency token, but is not x-acs-idempotency",
    ),
    (
        "required-setter",
        "upstream requires the parameter, but it is not an argument of an operation with few",
    ),
    (
        "optional-argument",
        "the parameter is an argument, but upstream does not require it",
    ),
    ("class", "x-acs-class and the verb of the name disagree"),
    ("region", "the region is not one of the public regions"),
    ("title", "the title is the product code"),
    ("showcase", "there is no x-acs-showcase"),
    ("ram-code", "the RAM actions have another service code"),
    (
        "success-field",
        "the field may say that a call failed, but there is no x-acs-success-field",
    ),
];

/// The largest number of required parameters that are all expected to be arguments.
const FEW: usize = 3;

/// Parameters with which a list is paged by token.
const TOKENS: &[&str] = &[
    "nexttoken",
    "nextpagetoken",
    "pagetoken",
    "continuationtoken",
    "nextmarker",
    "marker",
    "nextcursor",
    "cursor",
    "scrollid",
    "startkey",
];
/// Parameters with which a list is paged by number or offset.
const PAGES: &[&str] = &[
    "pagenumber",
    "pagenumbers",
    "pageno",
    "pagenum",
    "pageindex",
    "pageid",
    "currentpage",
    "currentpagenumber",
    "curpage",
    "offset",
    "startrow",
    "startindex",
    "skip",
];
/// Parameters that only paged lists have.
const SIZES: &[&str] = &[
    "pagesize",
    "maxresults",
    "maxresult",
    "maxitems",
    "maxkeys",
    "perpage",
];
/// Fields of a response that only paged lists have.
const MORE: &[&str] = &[
    "nexttoken",
    "nextpagetoken",
    "nextmarker",
    "nextcursor",
    "istruncated",
    "hasmore",
    "hasnext",
    "pagenumber",
    "pagesize",
];
/// Numbers of all items.
const TOTALS: &[&str] = &[
    "totalcount",
    "total",
    "totalitems",
    "totalrecordcount",
    "totalnum",
    "totalsize",
    "totalnumber",
    "totalrecords",
];
/// Parameters that sound like an idempotency token.
const IDEMPOTENCY: &[&str] = &[
    "clienttoken",
    "token",
    "idempotencytoken",
    "idempotenttoken",
    "requesttoken",
    "outid",
    "clientrequestid",
];
/// Booleans at the root of a response that say whether a call succeeded.
const SUCCESS: &[&str] = &["success", "issuccess", "succeeded", "successful", "result"];
/// Codes at the root of a response that say whether a call succeeded.
const CODES: &[&str] = &["code", "errorcode", "errcode", "resultcode"];

/// Regions that are open to the public, and those for finance and government that are documented.
const REGIONS: &[&str] = &[
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-southeast-1",
    "ap-southeast-3",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "cn-beijing",
    "cn-beijing-finance-1",
    "cn-chengdu",
    "cn-fuzhou",
    "cn-guangzhou",
    "cn-hangzhou",
    "cn-hangzhou-finance",
    "cn-heyuan",
    "cn-hongkong",
    "cn-huhehaote",
    "cn-nanjing",
    "cn-north-2-gov-1",
    "cn-qingdao",
    "cn-shanghai",
    "cn-shanghai-finance-1",
    "cn-shenzhen",
    "cn-shenzhen-finance-1",
    "cn-wuhan-lr",
    "cn-wulanchabu",
    "cn-zhangjiakou",
    "eu-central-1",
    "eu-west-1",
    "me-central-1",
    "me-east-1",
    "na-south-1",
    "us-east-1",
    "us-southeast-1",
    "us-west-1",
];

/// Returns all questions about a service.
pub(super) fn questions(subject: &Subject) -> Questions {
    let mut asked = Asked(Questions::new());
    secrets(&subject.service, &mut asked);
    for operation in &subject.service.operations {
        paging(subject, operation, &mut asked);
        tokens(operation, &mut asked);
        success(&subject.service, operation, &mut asked);
        if contradicts_verb(operation) {
            asked.ask("class", &operation.name, class_name(operation.class));
        }
        let facts = subject.facts.as_ref();
        if let Some(facts) = facts.and_then(|facts| facts.operation(&operation.name)) {
            required(operation, facts, &mut asked);
        }
        for action in operation.ram.iter().flat_map(|ram| ram.actions.first()) {
            let code = action.action.split(':').next().unwrap_or_default();
            if code != subject.service.ram_code() {
                asked.ask("ram-code", code, &operation.name);
            }
        }
    }
    product(&subject.service, &mut asked);
    asked.0
}

struct Asked(Questions);

impl Asked {
    fn ask(&mut self, kind: &'static str, subject: impl Into<String>, place: impl ToString) {
        let questions = self.0.entry(kind).or_default();
        let places = questions.entry(subject.into()).or_default();
        places.push(place.to_string());
    }
}

fn secrets(service: &Service, asked: &mut Asked) {
    each_place(service, &mut |place| {
        let is_element = place.path.ends_with("[]") || place.path.ends_with("{}");
        let subject = format!("{} in {}", place.name, place.side);
        if place.schema.sensitive {
            if !sounds_secret(place.name) {
                asked.ask("marked-secret", subject, place);
            }
        } else if !is_element && !holds_secret(place.schema) && is_suspicious(&place) {
            asked.ask("unmarked-secret", subject, place);
        }
    });
}

/// Returns whether the elements of a list or map are marked.
fn holds_secret(schema: &Schema) -> bool {
    match &schema.kind {
        Kind::Array(inner) | Kind::Map(inner) => inner.sensitive || holds_secret(inner),
        _ => false,
    }
}

fn paging(subject: &Subject, operation: &Operation, asked: &mut Asked) {
    let named = |names: &[&str]| -> Vec<&str> {
        let parameters = operation.parameters.iter();
        parameters
            .filter(|parameter| names.contains(&squeezed(&parameter.name).as_str()))
            .map(|parameter| parameter.name.as_str())
            .collect()
    };
    let (tokens, pages) = (named(TOKENS), named(PAGES));
    if operation.pagination.is_some() {
        let listed = subject.lists.get(&operation.name);
        let has_first = listed.is_some_and(|paging| paging.has_first);
        if !tokens.is_empty() && !pages.is_empty() && !has_first {
            for name in tokens.into_iter().chain(pages) {
                let place = format!("{} request {name}", operation.name);
                asked.ask("two-ways", &operation.name, place);
            }
        }
        return;
    }
    let outline = ResponseOutline::of(&subject.service, operation);
    let sizes = named(SIZES);
    let mut is_asked = false;
    for name in tokens.into_iter().chain(pages).chain(sizes) {
        let place = format!("{} request {name}", operation.name);
        asked.ask("unpaged", &operation.name, place);
        is_asked = true;
    }
    for path in &outline.more {
        let place = format!("{} response {path}", operation.name);
        asked.ask("unpaged", &operation.name, place);
        is_asked = true;
    }
    if let ([list], Some(total), true) = (
        outline.lists.as_slice(),
        outline.totals.first(),
        operation.class.is_read() && !is_asked,
    ) {
        for path in [list, total] {
            let place = format!("{} response {path}", operation.name);
            asked.ask("unpaged-total", &operation.name, place);
        }
    }
}

/// The fields of a response that are reached without entering a list.
#[derive(Default)]
struct ResponseOutline {
    lists: Vec<String>,
    totals: Vec<String>,
    more: Vec<String>,
}

impl ResponseOutline {
    fn of(service: &Service, operation: &Operation) -> Self {
        let mut outline = Self::default();
        if let Some(schema) = operation.response.schema() {
            outline.enter(service, schema, "", &mut Vec::new());
        }
        outline
    }

    fn enter<'a>(
        &mut self,
        service: &'a Service,
        schema: &'a Schema,
        above: &str,
        entered: &mut Vec<&'a str>,
    ) {
        if let Kind::Ref(name) = &schema.kind {
            if entered.contains(&name.as_str()) {
                return;
            }
            entered.push(name);
        }
        let Kind::Object(properties) = &service.resolve(schema).kind else {
            return;
        };
        for (name, property) in properties {
            let separator = if above.is_empty() { "" } else { "." };
            let path = format!("{above}{separator}{name}");
            let short = squeezed(name);
            match &service.resolve(&property.schema).kind {
                Kind::Array(_) => self.lists.push(path),
                Kind::Object(_) => self.enter(service, &property.schema, &path, entered),
                _ if TOTALS.contains(&short.as_str()) => self.totals.push(path),
                _ if MORE.contains(&short.as_str()) => self.more.push(path),
                _ => {}
            }
        }
    }
}

fn tokens(operation: &Operation, asked: &mut Asked) {
    if operation.class.is_read() {
        return;
    }
    for parameter in &operation.parameters {
        let is_token = operation.idempotency.as_ref() == Some(&parameter.name);
        if !is_token && IDEMPOTENCY.contains(&squeezed(&parameter.name).as_str()) {
            asked.ask("unused-token", &parameter.name, &operation.name);
        }
    }
}

fn success(service: &Service, operation: &Operation, asked: &mut Asked) {
    let Response::Json(schema) = &operation.response else {
        return;
    };
    if operation.success_field.is_some() {
        return;
    }
    let Some(properties) = service.resolve(schema).kind.properties() else {
        return;
    };
    for (name, property) in properties {
        let short = squeezed(name);
        let is_success = match &service.resolve(&property.schema).kind {
            Kind::Boolean => SUCCESS.contains(&short.as_str()),
            Kind::Enum(_) | Kind::String | Kind::Int32 | Kind::Int64 => {
                CODES.contains(&short.as_str()) || short == "success"
            }
            _ => false,
        };
        if is_success {
            asked.ask("success-field", name, &operation.name);
        }
    }
}

fn required(operation: &Operation, facts: &Operation, asked: &mut Asked) {
    let is_plain =
        |name: &str| squeezed(name) != "regionid" && operation.idempotency.as_deref() != Some(name);
    let required: Vec<&str> = facts
        .parameters
        .iter()
        .filter(|parameter| parameter.required && is_plain(&parameter.name))
        .map(|parameter| parameter.name.as_str())
        .collect();
    for name in &operation.arguments {
        let fact = facts.parameter(name);
        if fact.is_none_or(|parameter| !parameter.required) {
            asked.ask("optional-argument", name, &operation.name);
        }
    }
    if required.len() > FEW {
        return;
    }
    for name in required {
        if !operation.arguments.iter().any(|argument| argument == name) {
            asked.ask("required-setter", name, &operation.name);
        }
    }
}

fn product(service: &Service, asked: &mut Asked) {
    let regions = &service.endpoints;
    let mut named: Vec<&str> = regions.regions.iter().map(String::as_str).collect();
    named.extend(regions.public.keys().map(String::as_str));
    named.extend(regions.vpc.keys().map(String::as_str));
    named.sort_unstable();
    named.dedup();
    for region in named {
        if !REGIONS.contains(&region) {
            asked.ask("region", region, format!("region {region}"));
        }
    }
    if squeezed(&service.title) == squeezed(&service.code) {
        asked.ask("title", &service.title, "service");
    }
    if service.showcase.is_none() {
        asked.ask("showcase", &service.code, "service");
    }
}
