#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod client;
mod description;
mod field;
mod input;
mod list;
mod request;
mod service;

#[cfg(feature = "test-util")]
#[doc(no_inline)]
pub use alibabacloud_core::test_util;
#[doc(inline)]
pub use alibabacloud_core::{
    CallOptions, Config, Error, ErrorKind, Response, Result, ServiceError, credentials,
    credentials::Credentials,
};
#[doc(no_inline)]
pub use alibabacloud_core::{
    Preview, endpoint, events, http, interceptor, metrics, paginator, retry, time,
};
#[doc(no_inline)]
pub use alibabacloud_spec as spec;
pub use client::Client;
pub use list::List;
pub use request::Request;
pub use service::Service;
