//! The module of permissions: the RAM actions that each operation requires, as data.

use crate::ir::{Ram, RamAction, Service};
use crate::render::Source;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// Whether the crate has the module: it needs an operation that a client can call.
pub(super) fn has_module(service: &Service) -> bool {
    service.callable().next().is_some()
}

/// Returns the documentation of the module.
pub(super) fn docs(service: &Service) -> Vec<String> {
    vec![
        format!(
            "Resource Access Management (RAM) permissions that operations of {} require.",
            service.title
        ),
        String::new(),
        "[`policy`] returns a least-privilege policy for a list of operations. [`PERMISSIONS`] has the \
         permissions of each operation."
            .to_owned(),
    ]
}

/// Returns the source of `ram.rs`.
pub(super) fn module(service: &Service) -> Source {
    // Sorted by name, as the lookup in core requires.
    let permissions = service.callable().map(|o| permission(&o.name, &o.ram));
    let mut source = Source::default();
    let policy_docs = source.docs.block(&policy_docs(service));
    let permission_docs = source.docs.text(
        "Returns the permissions of an operation, given its name, or `None` if there is no such \
         operation.",
    );
    source.tokens(quote! {
        #[doc(inline)]
        pub use alibabacloud_core::ram::{
            Action, Permission, PermissionStatus, Policy, Resource, Statement, UnknownOperation,
        };
    });
    source.tokens(quote! {
        #policy_docs
        pub fn policy<N: AsRef<str>>(operations: impl IntoIterator<Item = N>) -> Result<Policy, UnknownOperation> {
            Policy::new().allow_operations(PERMISSIONS, operations)
        }
        #permission_docs
        pub fn permission(operation: &str) -> Option<&'static Permission> {
            Permission::find(PERMISSIONS, operation)
        }
        #[doc = " Permissions of all operations, sorted by name."]
        pub static PERMISSIONS: &[Permission] = &[#(#permissions),*];
    });
    source
}

fn policy_docs(service: &Service) -> Vec<String> {
    let library = service.lib_name();
    let operations = service.callable().take(2);
    let names: Vec<String> = operations.map(|o| format!("{:?}", o.name)).collect();
    let text = format!(
        r#"Returns a policy that allows the named operations and nothing else.

Regions, accounts and resource names that are not filled in are `*`. Actions whose documentation is
not known come last; [`Policy::undocumented`] names them.

# Errors

Returns an error if a name is not that of an operation; the error has all such names.

# Examples

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
    let status = format_ident!("{}", ram.status);
    let actions = ram.actions.iter().map(action);
    quote! {
        Permission {
            operation: #operation,
            status: PermissionStatus::#status,
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
