//! Small specifications for unit tests.

use alibabacloud_spec::{Operation, Service};
use serde_json::{Value, json};

/// Returns a service without operations.
pub(crate) fn empty_service() -> Service {
    Service::from_bundle(
        r#"{
            "openapi": "3.1.0",
            "info": {"title": "Test", "version": "2020-01-01", "description": "For tests."},
            "x-acs-product": {"code": "test", "crate": "alibabacloud-test", "style": "rpc"},
            "servers": [{"url": "https://test.aliyuncs.com"}],
            "x-acs-endpoints": {"rule": "central"},
            "paths": {}
        }"#,
    )
    .unwrap_or_else(|errors| panic!("{errors}"))
}

/// Returns an operation with a path and parameters.
pub(crate) fn operation(path: &str, parameters: Value) -> Operation {
    let operation = json!({
        "operationId": "Test",
        "summary": "For tests.",
        "x-acs-class": "get",
        "parameters": parameters,
        "responses": {"200": {"description": "Done."}},
    });
    let key = format!("{path}#Action=Test");
    let mut service = service("roa", &key, &json!({"get": operation}));
    service.operations.remove(0)
}

/// Returns a service with one path item.
pub(crate) fn service(style: &str, path: &str, item: &Value) -> Service {
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Test", "version": "2020-01-01", "description": "For tests."},
        "x-acs-product": {"code": "test", "crate": "alibabacloud-test", "style": style},
        "paths": {path: item},
    });
    Service::from_bundle(&document.to_string()).unwrap_or_else(|errors| panic!("{errors}"))
}
