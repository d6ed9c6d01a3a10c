//! Checks that the library and `cargo xtask policy` create the same policy for the same operations.

use alibabacloud_core::ram::Policy;
use alibabacloud_oos::ram;
use alibabacloud_spec::Service;

fn oos() -> Service {
    let specs = sdk_tests::repository().join("api-specs");
    Service::load(&specs.join("oos/2019-06-01")).unwrap()
}

/// Returns the policies of the library and of the command.
fn both(service: &Service, operations: &[&str], fill: fn(Policy) -> Policy) -> (String, String) {
    let library = fill(ram::policy(operations).unwrap()).to_json();
    let command = xtask::policy::document(service, fill(Policy::new()), operations).unwrap();
    (library, command)
}

#[test]
fn library_and_command_create_the_same_policy() {
    let service = oos();
    let names: Vec<&str> = service.operations.iter().map(|o| o.name.as_str()).collect();
    assert!(!names.is_empty());
    for name in &names {
        let (library, command) = both(&service, &[*name], |policy| policy);
        assert_eq!(library, command, "{name}");
        let permission = ram::permission(name).unwrap();
        let is_needed = permission.status != ram::PermissionStatus::NotNeeded;
        let allows = library.contains(&format!("oos:{name}"));
        assert_eq!(allows, is_needed, "{name}: {library}");
    }
    let (library, command) = both(&service, &names, |policy| {
        policy
            .region("cn-hangzhou")
            .account("1234567890123456")
            .fill("templateName", "patch-*")
    });
    assert_eq!(library, command);
    assert!(library.contains("acs:oos:cn-hangzhou:1234567890123456:template/patch-*"));
}

#[test]
fn the_error_lists_all_unknown_operations() {
    let error = ram::policy(["ListTemplate", "ListTemplates", "Start"]).unwrap_err();
    assert_eq!(error.names(), ["ListTemplate", "Start"]);
}
