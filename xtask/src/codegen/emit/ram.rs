//! What a caller must be allowed to do, as data of the generated crate.

use crate::codegen::ir::{Ram, RamAction, Service};
use crate::codegen::render::Source;
use proc_macro2::TokenStream;
use quote::quote;

/// Whether there is an operation that a client can send.
pub(super) fn has_module(service: &Service) -> bool {
    service.callable().next().is_some()
}

/// Documentation of the module.
pub(super) fn docs(service: &Service) -> Vec<String> {
    vec![
        format!(
            "What a caller of {} must be allowed to do, operation by operation.",
            service.title
        ),
        String::new(),
        "[`policy`] makes a least-privilege policy of Resource Access Management (RAM) from names of operations; [`PERMISSIONS`] is the data behind it."
            .to_owned(),
    ]
}

/// The source of `ram.rs`.
pub(super) fn module(service: &Service) -> Source {
    // Sorted by name, as the lookup in core wants it.
    let permissions = service.callable().map(|o| permission(&o.name, &o.ram));
    let mut source = Source::default();
    let policy_docs = source.docs.block(&policy_docs(service));
    source.tokens(quote! {
        #[doc(inline)]
        pub use alibabacloud_core::ram::{Action, Permission, Policy, Resource, UnknownOperation};
    });
    source.tokens(quote! {
        #policy_docs
        pub fn policy<N: AsRef<str>>(operations: impl IntoIterator<Item = N>) -> Result<Policy, UnknownOperation> {
            Policy::new().allow_operations(PERMISSIONS, operations)
        }
        #[doc = " The permissions of an operation by its name (`ListTemplates`); `None` for a name that the specification does not know."]
        pub fn permission(operation: &str) -> Option<&'static Permission> {
            Permission::find(PERMISSIONS, operation)
        }
        #[doc = " The permissions of all operations, sorted by name."]
        pub static PERMISSIONS: &[Permission] = &[#(#permissions),*];
    });
    source
}

fn policy_docs(service: &Service) -> Vec<String> {
    let library = service.lib_name();
    let names: Vec<String> = service
        .callable()
        .take(2)
        .map(|o| format!("{:?}", o.name))
        .collect();
    let text = format!(
        r#"A policy that allows operations, given by name, and nothing else.

What is not filled in stands as `*`: any region, any account, any name of a resource.

# Errors

When there is no such operation; the error has all such names.

# Example

```
# fn main() -> Result<(), {library}::ram::UnknownOperation> {{
let policy = {library}::ram::policy([{names}])?
    .region("cn-hangzhou")
    .account("1234567890123456");
println!("{{}}", policy.to_json());
# Ok(())
# }}
```"#,
        names = names.join(", ")
    );
    text.lines().map(str::to_owned).collect()
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
