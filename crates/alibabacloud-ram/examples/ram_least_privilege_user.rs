//! Creates a user that may do exactly what a program does, and removes it again.
//!
//! The policy comes from the operations that the program calls. The secret of the AccessKey goes
//! where it is needed and is not printed.
//!
//! ```text
//! cargo run -p alibabacloud-ram --example ram_least_privilege_user
//! ```
//!
//! It runs on an in-process emulator. On the real service it would create a user of the account.

use alibabacloud_emulator::Emulator;
use alibabacloud_ram::Client;
use alibabacloud_ram::model::attach_policy_to_user::PolicyType;
use alibabacloud_ram::model::detach_policy_from_user;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const USER: &str = "restart-bot";
const POLICY: &str = "restart-bot-instances";

#[tokio::main]
async fn main() -> Result<()> {
    let emulator = Emulator::start().await?;
    println!("On an emulator at {}.\n", emulator.url());
    let client = Client::new(emulator.config())?;

    // The operations that the program calls. An unknown name is an error, so that a typing error
    // cannot become a policy that permits nothing.
    let policy = alibabacloud_ecs::ram::policy(["DescribeInstances", "RebootInstance"])?
        .region("cn-hangzhou");
    println!("{}\n", policy.to_json());

    client
        .create_user(USER)
        .comments("Reboots instances")
        .send()
        .await?;
    client
        .create_policy(POLICY)
        .policy_document(policy.to_json())
        .send()
        .await?;
    // A user without a policy may do nothing.
    client
        .attach_policy_to_user(PolicyType::Custom, POLICY, USER)
        .send()
        .await?;
    let created = client.create_access_key().user_name(USER).send().await?;
    let key = created
        .access_key
        .ok_or("the response has no AccessKey pair")?;
    let id = key.access_key_id.ok_or("the AccessKey pair has no ID")?;
    // The service returns the secret only now: store it before anything else can fail.
    let secret = key
        .access_key_secret
        .ok_or("the AccessKey pair has no secret")?;
    let stored = store(secret.expose());

    print_user(&client).await?;
    println!("key       {}", masked(&id));
    // `Sensitive` is redacted wherever it is printed, in logs and errors as well.
    println!("secret    {secret:?}, {stored} characters stored\n");

    clean_up(&client, &id).await
}

/// Stores a secret, for example in Secrets Manager. Returns its length.
fn store(secret: &str) -> usize {
    secret.len()
}

/// Returns an AccessKey ID of which only the ends are readable.
fn masked(id: &str) -> String {
    match (id.get(..4), id.get(id.len().saturating_sub(4)..)) {
        (Some(start), Some(end)) if id.len() > 8 => format!("{start}****{end}"),
        _ => "****".to_owned(),
    }
}

async fn print_user(client: &Client) -> Result<()> {
    let user = client.get_user(USER).send().await?.user;
    let user = user.ok_or("the response has no user")?;
    println!("user      {}", user.user_name.unwrap_or_default());
    let attached = client.list_policies_for_user(USER).send().await?;
    for policy in attached.policies.iter().flat_map(|list| &list.policy) {
        let kind = policy.policy_type.as_ref();
        println!(
            "policy    {} ({})",
            policy.policy_name.as_deref().unwrap_or_default(),
            kind.map_or("", |kind| kind.as_str())
        );
    }
    Ok(())
}

/// Deletes everything, in the only order that the service accepts.
async fn clean_up(client: &Client, access_key_id: &str) -> Result<()> {
    // A user that has a key or a policy is refused.
    if let Err(error) = client.delete_user(USER).send().await {
        println!("refused   {}", error.code().unwrap_or_default());
    }
    client
        .delete_access_key(access_key_id)
        .user_name(USER)
        .send()
        .await?;
    client
        .detach_policy_from_user(detach_policy_from_user::PolicyType::Custom, POLICY, USER)
        .send()
        .await?;
    client.delete_policy(POLICY).send().await?;
    client.delete_user(USER).send().await?;
    println!("deleted   {USER} and {POLICY}");
    Ok(())
}
