//! Gets the kubeconfig of a cluster, with which `kubectl` reaches it.
//!
//! A kubeconfig has the private key of an administrator. The program prints what it is for, and
//! writes the file itself only when asked, and then nothing else to the standard output.
//!
//! ```text
//! cargo run -p alibabacloud-cs --example kubeconfig
//! cargo run -p alibabacloud-cs --example kubeconfig -- --print
//! cargo run -p alibabacloud-cs --example kubeconfig -- --real NAME --print > kubeconfig
//! ```
//!
//! With `--real`, it looks for the cluster in the account of the environment; it changes nothing.
//! Otherwise it starts an in-process emulator and creates a cluster in it.

use alibabacloud_cs::Client;
use alibabacloud_cs::model::create_cluster;
use alibabacloud_emulator::Emulator;
use std::time::Duration;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Result<()> {
    let mut print = false;
    let mut real = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--print" => print = true,
            "--real" => real = Some(arguments.next().ok_or("--real needs a cluster name")?),
            unknown => return Err(format!("unknown argument {unknown}").into()),
        }
    }
    if let Some(name) = real {
        return kubeconfig(&Client::from_env()?, &name, print).await;
    }
    let emulator = Emulator::start().await?;
    eprintln!("On an emulator at {}.\n", emulator.url());
    let client = Client::new(emulator.config())?;
    let cluster = create_cluster::Cluster::default()
        .name("demo")
        .cluster_type("ManagedKubernetes")
        .region_id("cn-hangzhou");
    client.create_cluster(cluster).send().await?;
    kubeconfig(&client, "demo", print).await
}

async fn kubeconfig(client: &Client, name: &str, print: bool) -> Result<()> {
    // Every other operation needs the ID. The service also finds names that only contain this one.
    let clusters = client.describe_clusters_v1().name(name);
    let clusters = clusters.by_item().collect_up_to(100).await?;
    let mut clusters = clusters.into_iter();
    let cluster = clusters.find(|cluster| cluster.name.as_deref() == Some(name));
    let id = cluster.and_then(|cluster| cluster.cluster_id);
    let id = id.ok_or_else(|| format!("there is no cluster {name}"))?;

    // A new cluster has no API server yet. On the real service, this takes about ten minutes.
    let cluster = client
        .wait_until_cluster_running(&id)
        .deadline(Duration::from_secs(1200))
        .on_progress(|progress| {
            let state = progress.state().unwrap_or("not listed");
            eprintln!("{:>5.1} s  {state}", progress.elapsed().as_secs_f32());
        })
        .wait()
        .await?
        .success()?;
    let cluster = cluster.unwrap_or_default();

    // One that expires: a kubeconfig without an end is a password that nobody changes.
    let access = client
        .describe_cluster_user_kubeconfig(&id)
        .temporary_duration_minutes(60)
        .send()
        .await?;
    let config = access.config.ok_or("the response has no kubeconfig")?;
    if print {
        println!("{}", config.expose());
        return Ok(());
    }
    // Neither `{config:?}` nor a debug print of the response would show it.
    let server = config.expose().lines().find_map(|line| {
        let (key, value) = line.trim().split_once(": ")?;
        (key == "server").then_some(value)
    });
    println!("\ncluster     {name}, {id}");
    println!(
        "version     {}",
        cluster.current_version.unwrap_or_default()
    );
    println!("server      {}", server.unwrap_or("unknown"));
    println!("valid until {}", access.expiration.unwrap_or_default());
    println!(
        "kubeconfig  {} bytes; --print writes it",
        config.expose().len()
    );
    Ok(())
}
