//! Tests with the clients of all services; see the directory `tests`.

/// Compiles and runs the Rust blocks of chapters that use other services than OOS.
#[cfg(doctest)]
mod guide {
    #[doc = include_str!("../../../docs/guide/src/coming-from.md")]
    struct ComingFrom;
    #[doc = include_str!("../../../docs/guide/src/ecs.md")]
    struct Ecs;
    #[doc = include_str!("../../../docs/guide/src/kubernetes.md")]
    struct Kubernetes;
    #[doc = include_str!("../../../docs/guide/src/rds.md")]
    struct Rds;
    #[doc = include_str!("../../../docs/guide/src/redis.md")]
    struct Redis;
    #[doc = include_str!("../../../docs/guide/src/vpc.md")]
    struct Vpc;
    #[doc = include_str!("../../../docs/guide/src/waiting.md")]
    struct Waiting;
}
