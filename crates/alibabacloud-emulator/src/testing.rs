//! Small specifications for unit tests.

use alibabacloud_spec::Service;

/// A service without operations.
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
