//! Sends a text message and waits until it has arrived.
//!
//! ```text
//! cargo run -p alibabacloud-dysmsapi --example send_sms
//! ```
//!
//! It runs on an in-process emulator: the real service charges each message, and needs a signature
//! and a template that it has approved.

use alibabacloud_dysmsapi::Client;
use alibabacloud_dysmsapi::types::DateTime;
use alibabacloud_emulator::{Emulator, Fault};
use std::time::{Duration, SystemTime};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Times and days of the service are those of China.
const CHINA: Duration = Duration::from_secs(8 * 60 * 60);

#[tokio::main]
async fn main() -> Result<()> {
    let emulator = Emulator::start().await?;
    println!("On an emulator at {}.\n", emulator.url());
    let client = Client::new(emulator.config())?;
    send(&client, "13900000000").await?;

    // The service refuses a message with status 200 and another code than `OK`. The client makes
    // an error of it, so that a message that was not sent cannot be overlooked.
    let fault = Fault::error(200, "isv.SMS_SIGNATURE_ILLEGAL").operation("SendSms");
    emulator.inject(fault.times(1))?;
    match send(&client, "13900000001").await {
        Ok(()) => Err("the message was sent without a signature".into()),
        Err(error) => {
            println!("\nrefused   {error}");
            Ok(())
        }
    }
}

async fn send(client: &Client, number: &str) -> Result<()> {
    let sent = client
        .send_sms([number], "Example", "SMS_153050000")
        .template_param([("code", "4711")])
        // The client does not send a message again of which it does not know whether it was sent.
        // With an ID, the program can look it up.
        .out_id("login-42")
        .send()
        .await?;
    let id = sent.biz_id.ok_or("the response has no BizId")?;
    println!("accepted  {id}");

    // Accepted is not delivered. Messages are looked up by number, day and ID.
    let today = DateTime::from(SystemTime::now() + CHINA);
    let today: String = today
        .as_str()
        .chars()
        .take(10)
        .filter(|c| *c != '-')
        .collect();
    let page = client
        .wait_until_sms_delivered(number, today, &id)
        .deadline(Duration::from_secs(120))
        .wait()
        .await?
        .success()?;
    let details = page.and_then(|page| page.sms_send_detail_dtos);
    let details = details.map(|list| list.sms_send_detail_dto);
    for detail in details.iter().flatten() {
        // The content is a secret: it has the code of the recipient.
        println!(
            "delivered {} at {}, code {}, text {:?}",
            detail.phone_num.as_deref().unwrap_or_default(),
            detail
                .receive_date
                .as_ref()
                .map_or("", |time| time.as_str()),
            detail.err_code.as_deref().unwrap_or_default(),
            detail.content,
        );
    }
    Ok(())
}
