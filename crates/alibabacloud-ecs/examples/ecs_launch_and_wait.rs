//! Launches two instances, waits until they run, and releases them.
//!
//! It chooses an image and an instance type that is in stock, creates the network that instances
//! need, and prints how long each state takes.
//!
//! ```text
//! cargo run -p alibabacloud-ecs --example ecs_launch_and_wait
//! ```
//!
//! It runs on an in-process emulator: on the real service the same calls cost money.

use alibabacloud_ecs::Client;
use alibabacloud_ecs::model::describe_available_resource::DestinationResource;
use alibabacloud_ecs::model::describe_images::{Architecture, OsType};
use alibabacloud_ecs::model::tag_resources::ResourceType;
use alibabacloud_emulator::Emulator;
use std::time::Duration;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Result<()> {
    let emulator = Emulator::start().await?;
    println!("On an emulator at {}.\n", emulator.url());
    let client = Client::new(emulator.config())?;

    // What to run, and where: the newest image of a family, and a zone that has the type in stock.
    let image = newest_image(&client, "acs:alibaba_cloud_linux_3_2104_lts_x64").await?;
    let (zone, instance_type) = in_stock(&client, "ecs.g7.large").await?;
    println!("image     {image}");
    println!("type      {instance_type} in {zone}");
    let (security_group, vswitch) = network(&emulator, &client, &zone).await?;
    println!("network   {vswitch}, {security_group}\n");

    // The client sends a token with this request, so that a retry cannot launch a second pair.
    let launched = client
        .run_instances()
        .image_id(image)
        .instance_type(instance_type)
        .security_group_id(security_group)
        .vswitch_id(vswitch)
        .instance_name("worker-[1,3]")
        .amount(2)
        .tag([("project", "demo")])
        .send()
        .await?;
    let ids = launched.instance_id_sets.map(|set| set.instance_id_set);
    let ids = ids.ok_or("the response has no instance IDs")?;

    // Both have to run. The service needs some seconds; the wait polls it at growing intervals.
    let running = client
        .wait_until_instance_running(&ids)
        .deadline(Duration::from_secs(300))
        .on_progress(|progress| {
            let state = progress.state().unwrap_or("not listed");
            println!("{:>5.1} s  {state}", progress.elapsed().as_secs_f32());
        })
        .wait()
        .await?
        .success()?;
    let instances = running.and_then(|page| page.instances);
    println!("\n{:24}{:16}{:10}TAGS", "ID", "ADDRESS", "STATE");
    for instance in instances.iter().flat_map(|list| &list.instance) {
        let address = instance
            .vpc_attributes
            .as_ref()
            .and_then(|vpc| vpc.private_ip_address.as_ref())
            .and_then(|addresses| addresses.ip_address.first());
        let tags = instance.tags.iter().flat_map(|tags| &tags.tag);
        let tags: Vec<String> = tags
            .map(|tag| {
                let key = tag.tag_key.as_deref().unwrap_or_default();
                let value = tag.tag_value.as_deref().unwrap_or_default();
                format!("{key}={value}")
            })
            .collect();
        println!(
            "{:24}{:16}{:10}{}",
            instance.instance_id.as_deref().unwrap_or_default(),
            address.map_or("", String::as_str),
            instance
                .status
                .as_ref()
                .map_or("", |status| status.as_str()),
            tags.join(", ")
        );
    }

    // A tag can also be added later, to many resources at once.
    client
        .tag_resources(ResourceType::Instance, &ids)
        .tag([("state", "used")])
        .send()
        .await?;

    // An instance is released when it is stopped. A list that no longer has it means success.
    client.stop_instances(&ids).send().await?;
    client
        .wait_until_instance_stopped(&ids)
        .wait()
        .await?
        .success()?;
    client.delete_instances(&ids).send().await?;
    client
        .wait_until_instance_deleted(&ids)
        .wait()
        .await?
        .success()?;
    println!("\nReleased both.");
    Ok(())
}

/// Returns the ID of the newest image of a family.
async fn newest_image(client: &Client, family: &str) -> Result<String> {
    let mut images = client
        .describe_images()
        .image_family(family)
        .architecture(Architecture::X86_64)
        .os_type(OsType::Linux)
        .by_item()
        .collect_up_to(100)
        .await?;
    // Dates of this form sort as text.
    images.sort_by_key(|image| image.creation_time.as_ref().map(ToString::to_string));
    let newest = images.pop().and_then(|image| image.image_id);
    newest.ok_or_else(|| format!("there is no image of the family {family}").into())
}

/// Returns a zone that has an instance type in stock, with the type.
async fn in_stock(client: &Client, wanted: &str) -> Result<(String, String)> {
    let stock = client
        .describe_available_resource(DestinationResource::InstanceType)
        .instance_type(wanted)
        .send()
        .await?;
    let zones = stock
        .available_zones
        .iter()
        .flat_map(|zones| &zones.available_zone);
    for zone in zones {
        let resources = zone.available_resources.iter();
        let mut supported = resources
            .flat_map(|resources| &resources.available_resource)
            .filter_map(|resource| resource.supported_resources.as_ref())
            .flat_map(|supported| &supported.supported_resource);
        let is_wanted = supported.any(|resource| resource.value.as_deref() == Some(wanted));
        if let (true, Some(zone)) = (is_wanted, &zone.zone_id) {
            return Ok((zone.clone(), wanted.to_owned()));
        }
    }
    Err(format!("{wanted} is sold out in this region").into())
}

/// Creates a VPC with a vSwitch in the zone, and a security group. Returns the IDs of the group and
/// of the vSwitch.
async fn network(emulator: &Emulator, ecs: &Client, zone: &str) -> Result<(String, String)> {
    // Networks are a service of their own. Both clients have the same credentials and region.
    let vpc = alibabacloud_vpc::Client::new(emulator.config())?;
    let created = vpc.create_vpc().cidr_block("10.0.0.0/16").send().await?;
    let vpc_id = created.vpc_id.ok_or("the response has no VPC ID")?;
    vpc.wait_until_vpc_available(&vpc_id)
        .wait()
        .await?
        .success()?;
    let created = vpc
        .create_vswitch(zone, &vpc_id)
        .cidr_block("10.0.1.0/24")
        .send()
        .await?;
    let vswitch = created.vswitch_id.ok_or("the response has no vSwitch ID")?;
    vpc.wait_until_vswitch_available(&vswitch)
        .wait()
        .await?
        .success()?;
    let created = ecs.create_security_group().vpc_id(&vpc_id).send().await?;
    let group = created
        .security_group_id
        .ok_or("the response has no group ID")?;
    Ok((group, vswitch))
}
