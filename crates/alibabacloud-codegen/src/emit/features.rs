//! Features of the operation crate.

/// Features of `alibabacloud-core` that the operation crate passes on, with their descriptions.
pub(super) const FEATURES: &[(&str, &str)] = &[
    (
        "rustls",
        "TLS by rustls with ring. Needs neither CMake nor OpenSSL.",
    ),
    (
        "aws-lc",
        "TLS by rustls with AWS-LC. Needs a C compiler and, on some targets, CMake.",
    ),
    (
        "native-tls",
        "TLS by the platform's library: OpenSSL, Schannel or Secure Transport. Enables `reqwest`.",
    ),
    (
        "hyper",
        "The default HTTP transport, on hyper. The TLS features enable it.",
    ),
    (
        "reqwest",
        "The HTTP transport on reqwest, which then is the default one.",
    ),
    (
        "webpki-roots",
        "Root certificates of Mozilla for rustls, used if the system has none.",
    ),
    ("http2", "HTTP/2 if the server supports it."),
    (
        "blocking",
        "Blocking methods, for programs without an async runtime.",
    ),
    (
        "tracing",
        "Spans and events for calls, named by the OpenTelemetry conventions.",
    ),
    (
        "checks",
        "`Config::check_values`: checks enum values, limits and required fields before a request is \
         sent.",
    ),
    (
        "chrono",
        "Conversions between `DateTime` and `chrono::DateTime`.",
    ),
    (
        "jiff",
        "Conversions between `DateTime` and `jiff::Timestamp`.",
    ),
    (
        "time",
        "Conversions between `DateTime` and `time::OffsetDateTime`.",
    ),
    (
        "test-util",
        "Mock HTTP client and manual clock, for tests of programs that use the crate.",
    ),
    (
        "wasm",
        "Calls from a browser or Node: target `wasm32-unknown-unknown`, without default features.",
    ),
];

/// Features that are enabled by default.
pub(super) const DEFAULT_FEATURES: &[&str] = &["rustls"];

/// Description of the feature `serde`.
pub(super) const SERDE: &str =
    "`Serialize` and `Deserialize` for all types of the model, with the names of the API.";
