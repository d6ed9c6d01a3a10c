//! Names of the semantic conventions of OpenTelemetry, version 1.42, and names of the SDK for what
//! these do not define.

/// The version of the conventions.
pub(crate) const SCHEMA_URL: &str = "https://opentelemetry.io/schemas/1.42.0";

// Attributes of the conventions
pub(crate) const CLOUD_REGION: &str = "cloud.region";
pub(crate) const ERROR_TYPE: &str = "error.type";
pub(crate) const HTTP_REQUEST_METHOD: &str = "http.request.method";
pub(crate) const HTTP_RESEND_COUNT: &str = "http.request.resend_count";
pub(crate) const HTTP_STATUS_CODE: &str = "http.response.status_code";
pub(crate) const RPC_METHOD: &str = "rpc.method";
pub(crate) const RPC_SYSTEM_NAME: &str = "rpc.system.name";
pub(crate) const SERVER_ADDRESS: &str = "server.address";
pub(crate) const SERVER_PORT: &str = "server.port";

// Attributes of the SDK
pub(crate) const ATTEMPTS: &str = "alibabacloud.attempts";
pub(crate) const CANCELLED: &str = "alibabacloud.cancelled";
pub(crate) const DELAY: &str = "alibabacloud.retry_delay";
pub(crate) const REQUEST_ID: &str = "alibabacloud.request_id";
pub(crate) const THROTTLED: &str = "alibabacloud.throttled";
pub(crate) const THROTTLES: &str = "alibabacloud.throttles";

/// The value of [`RPC_SYSTEM_NAME`].
pub(crate) const SYSTEM: &str = "alibabacloud";
