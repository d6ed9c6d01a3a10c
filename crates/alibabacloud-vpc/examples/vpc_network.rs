//! Builds a network whose machines reach the Internet without being reachable from it, and removes
//! it again.
//!
//! The network has a vSwitch in each of two zones and a NAT gateway with an elastic IP address
//! (EIP). Each step needs the one before in its final state, so that the program waits in between.
//!
//! ```text
//! cargo run -p alibabacloud-vpc --example vpc_network
//! ```
//!
//! It runs on an in-process emulator: on the real service the same calls cost money.

use alibabacloud_emulator::Emulator;
use alibabacloud_vpc::Client;
use alibabacloud_vpc::model::associate_eip_address::InstanceType;
use std::time::Instant;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Result<()> {
    let emulator = Emulator::start().await?;
    println!("On an emulator at {}.\n", emulator.url());
    let client = Client::new(emulator.config())?;
    let clock = Instant::now();
    let network = build(&client, clock).await?;
    println!();
    remove(&client, &network, clock).await
}

/// The IDs that are needed to remove the network.
struct Network {
    vpc: String,
    vswitches: Vec<String>,
    gateway: String,
    eip: String,
}

async fn build(client: &Client, clock: Instant) -> Result<Network> {
    let created = client
        .create_vpc()
        .cidr_block("10.0.0.0/16")
        .vpc_name("demo")
        .send()
        .await?;
    let vpc = created.vpc_id.ok_or("the response has no VPC ID")?;
    client
        .wait_until_vpc_available(&vpc)
        .wait()
        .await?
        .success()?;
    report(clock, "VPC", &vpc, "10.0.0.0/16");

    // Two zones: the network survives the loss of one.
    let zones = client.describe_zones().send().await?.zones;
    let zones = zones.into_iter().flat_map(|zones| zones.zone);
    let zones = zones.filter_map(|zone| zone.zone_id).take(2);
    let mut vswitches = Vec::new();
    for (index, zone) in (1..).zip(zones) {
        let range = format!("10.0.{index}.0/24");
        let request = client.create_vswitch(&zone, &vpc).cidr_block(&range);
        let created = request.send().await?.vswitch_id;
        let vswitch = created.ok_or("the response has no vSwitch ID")?;
        client
            .wait_until_vswitch_available(&vswitch)
            .wait()
            .await?
            .success()?;
        report(clock, "vSwitch", &vswitch, &format!("{range} in {zone}"));
        vswitches.push(vswitch);
    }

    let home = vswitches.first().ok_or("the region has no zone")?;
    let created = client
        .create_nat_gateway(&vpc)
        .vswitch_id(home)
        .name("demo")
        .send()
        .await?;
    let gateway = created
        .nat_gateway_id
        .ok_or("the response has no gateway ID")?;
    let tables = created.snat_table_ids.map(|tables| tables.snat_table_id);
    let table = tables.and_then(|tables| tables.into_iter().next());
    let table = table.ok_or("the gateway has no SNAT table")?;
    client
        .wait_until_nat_gateway_available(&gateway)
        .wait()
        .await?
        .success()?;
    report(clock, "gateway", &gateway, "");

    let created = client.allocate_eip_address().bandwidth("5").send().await?;
    let eip = created.allocation_id.ok_or("the response has no EIP ID")?;
    let address = created.eip_address.ok_or("the EIP has no address")?;
    client
        .associate_eip_address(&eip, &gateway)
        .instance_type(InstanceType::Nat)
        .send()
        .await?;
    client.wait_until_eip_in_use(&eip).wait().await?.success()?;
    report(clock, "EIP", &eip, &address);

    // Without an entry, the gateway translates nothing.
    for vswitch in &vswitches {
        let created = client
            .create_snat_entry(&table)
            .source_vswitch_id(vswitch)
            .snat_ip([&address])
            .send()
            .await?;
        let entry = created
            .snat_entry_id
            .ok_or("the response has no entry ID")?;
        client
            .wait_until_snat_entry_available(&entry)
            .wait()
            .await?
            .success()?;
        report(clock, "SNAT", &entry, &format!("{vswitch} as {address}"));
    }
    Ok(Network {
        vpc,
        vswitches,
        gateway,
        eip,
    })
}

/// Removes the network from the inside to the outside. Each deletion is refused as long as the
/// service still has what depends on the resource, hence the waits.
async fn remove(client: &Client, network: &Network, clock: Instant) -> Result<()> {
    // `force` removes the SNAT entries with the gateway. The EIP stays, and costs money.
    client
        .delete_nat_gateway(&network.gateway)
        .force(true)
        .send()
        .await?;
    client
        .wait_until_nat_gateway_deleted(&network.gateway)
        .wait()
        .await?
        .success()?;
    report(clock, "gateway", &network.gateway, "deleted");

    client
        .wait_until_eip_available(&network.eip)
        .wait()
        .await?
        .success()?;
    client.release_eip_address(&network.eip).send().await?;
    client
        .wait_until_eip_released(&network.eip)
        .wait()
        .await?
        .success()?;
    report(clock, "EIP", &network.eip, "released");

    for vswitch in &network.vswitches {
        client.delete_vswitch(vswitch).send().await?;
        client
            .wait_until_vswitch_deleted(vswitch)
            .wait()
            .await?
            .success()?;
        report(clock, "vSwitch", vswitch, "deleted");
    }
    client.delete_vpc(&network.vpc).send().await?;
    client
        .wait_until_vpc_deleted(&network.vpc)
        .wait()
        .await?
        .success()?;
    report(clock, "VPC", &network.vpc, "deleted");
    Ok(())
}

fn report(clock: Instant, kind: &str, id: &str, text: &str) {
    let line = format!(
        "{:>5.1} s  {kind:9}{id:26}{text}",
        clock.elapsed().as_secs_f32()
    );
    println!("{}", line.trim_end());
}
