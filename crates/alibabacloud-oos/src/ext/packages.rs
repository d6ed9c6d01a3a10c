//! Waiters for packages on instances. A package has no state in the API: it is either listed or
//! not.

use crate::Client;
use crate::model::list_instance_package_states::{ListInstancePackageStatesOutput, PackageState};
use crate::waiter::{Waiter, WaiterStatus};
use alibabacloud_core::waiter::Judgement;

impl Client {
    /// Waits until a package is installed on an instance, in any version.
    ///
    /// Call it after [`Client::update_instance_package_state`] starts the installation. To wait for
    /// a specific version, use [`Client::wait_until_package_version_installed`].
    ///
    /// ```no_run
    /// # use alibabacloud_oos::{Client, Result};
    /// # async fn example(client: &Client) -> Result<()> {
    /// let outcome = client
    ///     .wait_until_package_installed("i-bp1jaxa2bs4bps7", "my-package")
    ///     .wait()
    ///     .await?;
    /// println!("{}", outcome.is_success());
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_until_package_installed(
        &self,
        instance_id: impl Into<String>,
        template_name: impl Into<String>,
    ) -> Waiter<ListInstancePackageStatesOutput> {
        package(
            self,
            "PackageInstalled",
            instance_id,
            template_name,
            |package| package.is_some(),
        )
    }

    /// Waits until a package is installed on an instance in a given version, for example after an
    /// upgrade.
    pub fn wait_until_package_version_installed(
        &self,
        instance_id: impl Into<String>,
        template_name: impl Into<String>,
        template_version: impl Into<String>,
    ) -> Waiter<ListInstancePackageStatesOutput> {
        let version = template_version.into();
        package(
            self,
            "PackageVersionInstalled",
            instance_id,
            template_name,
            move |package| {
                package.is_some_and(|package| package.template_version.as_ref() == Some(&version))
            },
        )
    }

    /// Waits until a package is no longer installed on an instance.
    ///
    /// Call it after [`Client::update_instance_package_state`] starts the removal.
    pub fn wait_until_package_removed(
        &self,
        instance_id: impl Into<String>,
        template_name: impl Into<String>,
    ) -> Waiter<ListInstancePackageStatesOutput> {
        package(
            self,
            "PackageRemoved",
            instance_id,
            template_name,
            |package| package.is_none(),
        )
    }
}

fn package(
    client: &Client,
    waiter: &'static str,
    instance_id: impl Into<String>,
    template_name: impl Into<String>,
    is_reached: impl Fn(Option<&PackageState>) -> bool + Send + Sync + 'static,
) -> Waiter<ListInstancePackageStatesOutput> {
    let name = template_name.into();
    let request = client
        .list_instance_package_states(instance_id)
        .template_names([name.as_str()]);
    let judged = Waiter::judged(
        request.call.clone(),
        waiter,
        move |page: &ListInstancePackageStatesOutput| {
            let package = page
                .package_states
                .iter()
                .find(|package| package.template_name.as_ref() == Some(&name));
            Judgement {
                is_found: package.is_some(),
                found: Vec::new(),
                state: Some(state(package)),
                message: None,
                status: match is_reached(package) {
                    true => WaiterStatus::Success,
                    false => WaiterStatus::Pending,
                },
            }
        },
    );
    // The service may ignore the filter, so that the package is on a later page.
    judged.over_pages(request)
}

/// Returns a description of the state, which the service does not provide.
fn state(package: Option<&PackageState>) -> String {
    match package.map(|package| package.template_version.as_deref()) {
        Some(Some(version)) => format!("installed in version {version}"),
        Some(None) => "installed".to_owned(),
        None => "not installed".to_owned(),
    }
}
