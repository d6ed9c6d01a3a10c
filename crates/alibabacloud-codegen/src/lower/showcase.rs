//! The operation that the README and the crate root show as the first call.

use crate::ir::{Group, Operation};
use crate::names;
use alibabacloud_spec::{self as spec, Service};
use std::cmp::Reverse;

/// Returns the index of the operation that the specification names, else of the list of the largest
/// group, else of any operation that can be called.
pub(super) fn choose(
    service: &Service,
    groups: &[Group],
    operations: &[Operation],
) -> Option<usize> {
    let named = service.showcase.as_ref().and_then(|name| {
        let mut all = operations.iter();
        all.position(|operation| operation.name == *name && operation.unsupported.is_none())
    });
    if named.is_some() {
        return named;
    }
    let usable = |group: &Group| -> Vec<usize> {
        let all = group.operations.iter().copied();
        all.filter(|&i| !operations[i].deprecated && operations[i].unsupported.is_none())
            .collect()
    };
    let mut groups: Vec<Vec<usize>> = groups.iter().map(usable).collect();
    // Of groups of one size, the order of the specification counts.
    groups.sort_by_key(|group| Reverse(group.len()));
    let list = groups.iter().find_map(|group| {
        let lists = group.iter().copied();
        lists
            .filter(|&i| operations[i].pagination.is_some())
            .min_by_key(|&i| rank(service, group, i))
    });
    list.or_else(|| groups.into_iter().flatten().next())
}

/// Ranks the lists of a group, best first: those that need no parameter, then those whose resource
/// the most operations are about, then those with an example.
fn rank(service: &Service, group: &[usize], index: usize) -> (usize, Reverse<usize>, bool) {
    let operation = &service.operations[index];
    let needed = operation.parameters.iter();
    let needed = needed.filter(|p| p.required && !p.is_region());
    let resource = resource(operation);
    let about = group
        .iter()
        .filter(|&&i| mentions(&service.operations[i], &resource))
        .count();
    (needed.count(), Reverse(about), operation.example.is_none())
}

/// Returns the words of the resource that an operation lists: `instance` for `DescribeInstances`.
fn resource(operation: &spec::Operation) -> Vec<String> {
    let words = names::words(&operation.name);
    let plural = words.get(1..).unwrap_or_default().join("_");
    names::words(&names::singular(&plural))
}

/// Returns whether the resource is part of the name of an operation, in singular or plural.
fn mentions(operation: &spec::Operation, resource: &[String]) -> bool {
    let words = names::words(&operation.name);
    !resource.is_empty()
        && words.windows(resource.len()).any(|window| {
            let one = names::words(&names::singular(&window.join("_")));
            one == resource
        })
}
