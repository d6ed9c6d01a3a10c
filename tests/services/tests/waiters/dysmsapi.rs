//! Short Message Service.

use crate::{Kit, id, states};
use alibabacloud_dysmsapi::Client;

#[tokio::test]
async fn a_message_is_delivered() {
    let kit = Kit::new("dysmsapi", "2017-05-25").await;
    let client = Client::new(kit.config()).unwrap();
    let parameters = [
        ("PhoneNumbers", "13800000000"),
        ("SignName", "Example"),
        ("TemplateCode", "SMS_1"),
    ];
    let message = id(&kit.call("SendSms", &parameters).await, "BizId");
    let delivered = client.wait_until_sms_delivered("13800000000", "20260101", &message);
    assert_eq!(states(delivered).await, ["1", "3"]);
}
