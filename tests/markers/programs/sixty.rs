//! Calls 60 operations.
//!
//! Expected: oos/2019-06-01/AnalyzeGitRepository
//! Expected: oos/2019-06-01/CancelExecution
//! Expected: oos/2019-06-01/CheckGitRepoFileExists
//! Expected: oos/2019-06-01/CheckGitRepositoryExists
//! Expected: oos/2019-06-01/CreateApplication
//! Expected: oos/2019-06-01/CreateApplicationGroup
//! Expected: oos/2019-06-01/CreateChatConfiguration
//! Expected: oos/2019-06-01/CreateDeployRevision
//! Expected: oos/2019-06-01/CreateGitRepository
//! Expected: oos/2019-06-01/CreateOpsItem
//! Expected: oos/2019-06-01/CreateSecretParameter
//! Expected: oos/2019-06-01/CreateStateConfiguration
//! Expected: oos/2019-06-01/CreateTemplate
//! Expected: oos/2019-06-01/DeleteApplication
//! Expected: oos/2019-06-01/DeleteApplicationGroup
//! Expected: oos/2019-06-01/DeleteChatConfiguration
//! Expected: oos/2019-06-01/DeleteParameter
//! Expected: oos/2019-06-01/DeletePatchBaseline
//! Expected: oos/2019-06-01/DeleteSecretParameter
//! Expected: oos/2019-06-01/DeleteTemplate
//! Expected: oos/2019-06-01/DescribeApplicationGroupBill
//! Expected: oos/2019-06-01/DescribeRegions
//! Expected: oos/2019-06-01/GenerateExecutionPolicy
//! Expected: oos/2019-06-01/GenerateOpsItem
//! Expected: oos/2019-06-01/GetApplication
//! Expected: oos/2019-06-01/GetApplicationGroup
//! Expected: oos/2019-06-01/GetChatConfiguration
//! Expected: oos/2019-06-01/GetExecutionTemplate
//! Expected: oos/2019-06-01/GetGitBranch
//! Expected: oos/2019-06-01/GetGitRepository
//! Expected: oos/2019-06-01/GetInventorySchema
//! Expected: oos/2019-06-01/GetOpsItem
//! Expected: oos/2019-06-01/GetParameter
//! Expected: oos/2019-06-01/GetParametersByPath
//! Expected: oos/2019-06-01/GetPatchBaseline
//! Expected: oos/2019-06-01/GetSecretParameter
//! Expected: oos/2019-06-01/GetSecretParametersByPath
//! Expected: oos/2019-06-01/GetServiceSettings
//! Expected: oos/2019-06-01/GetTemplate
//! Expected: oos/2019-06-01/GetTemplateParameterConstraints
//! Expected: oos/2019-06-01/ListActions
//! Expected: oos/2019-06-01/ListApplicationGroups
//! Expected: oos/2019-06-01/ListApplications
//! Expected: oos/2019-06-01/ListChatConfigurations
//! Expected: oos/2019-06-01/ListExecutionLogs
//! Expected: ram/2015-05-01/AddUserToGroup
//! Expected: ram/2015-05-01/BindMFADevice
//! Expected: ram/2015-05-01/ChangePassword
//! Expected: ram/2015-05-01/ClearAccountAlias
//! Expected: ram/2015-05-01/CreateAccessKey
//! Expected: ram/2015-05-01/CreateGroup
//! Expected: ram/2015-05-01/CreateLoginProfile
//! Expected: ram/2015-05-01/CreatePolicy
//! Expected: ram/2015-05-01/CreatePolicyVersion
//! Expected: ram/2015-05-01/CreateRole
//! Expected: ram/2015-05-01/CreateUser
//! Expected: ram/2015-05-01/CreateVirtualMFADevice
//! Expected: ram/2015-05-01/DecodeDiagnosticMessage
//! Expected: ram/2015-05-01/DeleteAccessKey
//! Expected: ram/2015-05-01/DeleteGroup

use alibabacloud_oos::Result;
use std::fmt::Debug;

fn main() -> Result<()> {
    let oos = alibabacloud_oos::Client::from_env()?;
    let ram = alibabacloud_ram::Client::from_env()?;
    print(&oos.analyze_git_repository("a", "a").send_blocking()?);
    print(&oos.cancel_execution("a").send_blocking()?);
    print(&oos.check_git_repo_file_exists().send_blocking()?);
    print(&oos.check_git_repository_exists("a", "a", "a").send_blocking()?);
    print(&oos.create_application("a").send_blocking()?);
    print(&oos.create_application_group("a", "a", "a").send_blocking()?);
    print(&oos.create_chat_configuration().send_blocking()?);
    print(&oos.create_deploy_revision("a").send_blocking()?);
    print(&oos.create_git_repository("a", "a").send_blocking()?);
    print(&oos.create_ops_item().send_blocking()?);
    print(&oos.create_secret_parameter("a", "a").send_blocking()?);
    print(&oos.create_state_configuration().send_blocking()?);
    print(&oos.create_template("a", "a").send_blocking()?);
    print(&oos.delete_application("a").send_blocking()?);
    print(&oos.delete_application_group("a", "a").send_blocking()?);
    print(&oos.delete_chat_configuration().send_blocking()?);
    print(&oos.delete_parameter("a").send_blocking()?);
    print(&oos.delete_patch_baseline("a").send_blocking()?);
    print(&oos.delete_secret_parameter("a").send_blocking()?);
    print(&oos.delete_template("a").send_blocking()?);
    print(&oos.describe_application_group_bill().send_blocking()?);
    print(&oos.describe_regions().send_blocking()?);
    print(&oos.generate_execution_policy().send_blocking()?);
    print(&oos.generate_ops_item("a").send_blocking()?);
    print(&oos.get_application("a").send_blocking()?);
    print(&oos.get_application_group("a", "a").send_blocking()?);
    print(&oos.get_chat_configuration().send_blocking()?);
    print(&oos.get_execution_template("a").send_blocking()?);
    print(&oos.get_git_branch("a", "a", "a").send_blocking()?);
    print(&oos.get_git_repository("a", "a").send_blocking()?);
    print(&oos.get_inventory_schema().send_blocking()?);
    print(&oos.get_ops_item("a").send_blocking()?);
    print(&oos.get_parameter("a").send_blocking()?);
    print(&oos.get_parameters_by_path("a").send_blocking()?);
    print(&oos.get_patch_baseline("a").send_blocking()?);
    print(&oos.get_secret_parameter("a").send_blocking()?);
    print(&oos.get_secret_parameters_by_path("a").send_blocking()?);
    print(&oos.get_service_settings().send_blocking()?);
    print(&oos.get_template("a").send_blocking()?);
    print(&oos.get_template_parameter_constraints().send_blocking()?);
    print(&oos.list_actions().send_blocking()?);
    print(&oos.list_application_groups().send_blocking()?);
    print(&oos.list_applications().send_blocking()?);
    print(&oos.list_chat_configurations().send_blocking()?);
    print(&oos.list_execution_logs("a").send_blocking()?);
    print(&ram.add_user_to_group("a", "a").send_blocking()?);
    print(&ram.bind_mfa_device("a", "a").send_blocking()?);
    print(&ram.change_password("a", "a").send_blocking()?);
    print(&ram.clear_account_alias().send_blocking()?);
    print(&ram.create_access_key().send_blocking()?);
    print(&ram.create_group("a").send_blocking()?);
    print(&ram.create_login_profile("a").send_blocking()?);
    print(&ram.create_policy("a").send_blocking()?);
    print(&ram.create_policy_version("a").send_blocking()?);
    print(&ram.create_role("a").send_blocking()?);
    print(&ram.create_user("a").send_blocking()?);
    print(&ram.create_virtual_mfa_device("a").send_blocking()?);
    print(&ram.decode_diagnostic_message("a").send_blocking()?);
    print(&ram.delete_access_key("a").send_blocking()?);
    print(&ram.delete_group("a").send_blocking()?);
    Ok(())
}

fn print(output: &dyn Debug) {
    println!("{output:?}");
}
