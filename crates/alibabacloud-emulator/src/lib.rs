//! A local Alibaba Cloud for tests.

pub mod identity;
