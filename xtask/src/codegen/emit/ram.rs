//! What a caller must be allowed to do, as data of the generated crate.

use crate::codegen::ir::{Ram, RamAction, Service};
use crate::codegen::render::Source;
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeMap;

/// Documentation of the module.
pub(super) fn docs(service: &Service) -> Vec<String> {
    vec![
        format!(
            "What a caller of {} must be allowed to do, operation by operation.",
            service.title
        ),
        String::new(),
        "The data behind least-privilege policies of Resource Access Management (RAM).".to_owned(),
    ]
}

/// The source of `ram.rs`.
pub(super) fn module(service: &Service) -> Source {
    // The run-time lookup is a binary search by name.
    let permissions: BTreeMap<&str, &Ram> = service
        .callable()
        .filter_map(|o| Some((o.name.as_str(), o.ram.as_ref()?)))
        .collect();
    let permissions = permissions.iter().map(|(name, ram)| permission(name, ram));
    let mut source = Source::default();
    source.tokens(quote! {
        #[doc(inline)]
        pub use alibabacloud_core::ram::{Action, Permission, Policy, Resource};
    });
    source.tokens(quote! {
        #[doc = " The permissions of an operation by its name (`ListTemplates`); `None` for a name that the specification does not know."]
        pub fn permission(operation: &str) -> Option<&'static Permission> {
            let index = PERMISSIONS.binary_search_by_key(&operation, |p| p.operation).ok()?;
            PERMISSIONS.get(index)
        }
        #[doc = " The permissions of all operations, sorted by name."]
        pub static PERMISSIONS: &[Permission] = &[#(#permissions),*];
    });
    source
}

fn permission(operation: &str, ram: &Ram) -> TokenStream {
    let derived = ram.derived;
    let actions = ram.actions.iter().map(action);
    quote! {
        Permission {
            operation: #operation,
            derived: #derived,
            actions: &[#(#actions),*],
        }
    }
}

fn action(action: &RamAction) -> TokenStream {
    let RamAction {
        action,
        access,
        resources,
        conditions,
        dependents,
    } = action;
    let resources = resources.iter().map(
        |(kind, mandatory, arn)| quote!(Resource { kind: #kind, mandatory: #mandatory, arn: #arn }),
    );
    quote! {
        Action {
            action: #action,
            access: #access,
            resources: &[#(#resources),*],
            conditions: &[#(#conditions),*],
            dependents: &[#(#dependents),*],
        }
    }
}
