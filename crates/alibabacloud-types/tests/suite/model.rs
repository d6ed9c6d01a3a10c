//! Types as the generator writes them.

use alibabacloud_types::{Blob, DateTime, JsonText, Sensitive, Value, fields, variants};
use std::collections::BTreeMap;

#[derive(Clone, Default)]
pub(crate) struct Page {
    pub(crate) request_id: Option<String>,
    pub(crate) max_results: Option<String>,
    pub(crate) next_token: Option<String>,
    pub(crate) package_states: Vec<PackageState>,
}
fields!(Page {
    request_id: "RequestId",
    max_results: "MaxResults",
    next_token: "NextToken",
    package_states: "PackageStates",
});

#[derive(Clone, Default)]
pub(crate) struct PackageState {
    pub(crate) template_id: Option<String>,
    pub(crate) update_time: Option<DateTime>,
    pub(crate) parameters: Option<JsonText>,
    pub(crate) configuration_info: Option<Sensitive<JsonText>>,
}
fields!(PackageState {
    template_id: "TemplateId",
    update_time: "UpdateTime",
    parameters: "Parameters",
    configuration_info: "ConfigurationInfo",
});

#[derive(Clone, Debug)]
pub(crate) enum Status {
    Running,
    Failed,
    Unknown(String),
}
variants!(Status {
    Running: "Running",
    Failed: "failed-for-good"
});

/// One field of every kind.
#[derive(Clone, Default)]
pub(crate) struct Rich {
    pub(crate) text: Option<String>,
    pub(crate) int: Option<i32>,
    pub(crate) long: Option<i64>,
    pub(crate) number: Option<f64>,
    pub(crate) flag: Option<bool>,
    pub(crate) status: Option<Status>,
    pub(crate) blob: Option<Blob>,
    pub(crate) any: Option<Value>,
    pub(crate) child: Option<Box<Rich>>,
    pub(crate) names: Vec<String>,
    pub(crate) children: Option<Vec<Rich>>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) always: i64,
    pub(crate) r#type: Option<String>,
    pub(crate) secret: Option<Sensitive<JsonText>>,
}
fields!(Rich {
    text: "Text",
    int: "Int",
    long: "Long",
    number: "Number",
    flag: "Flag",
    status: "Status",
    blob: "Blob",
    any: "Any",
    child: "Child",
    names: "Names",
    children: "Children",
    tags: "Tags",
    always: "Always",
    r#type: "Type",
    secret: "Secret",
});
