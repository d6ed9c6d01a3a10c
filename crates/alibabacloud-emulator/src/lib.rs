//! A local Alibaba Cloud for tests.
