//! The V1 signature of RPC products, `HMAC-SHA1`, which the Security Token Service and older
//! gateways expect.
//!
//! ```text
//! canonical query   all parameters but Signature, of query and form alike: sorted, percent-encoded, joined
//! string to sign    METHOD & %2F & percent-encoded canonical query
//! signature         base64 HMAC of the string to sign, keyed with the secret and an ampersand
//! ```

use super::key::SigningKey;
use super::signature::Signature;
use alibabacloud_types::plumbing::percent_encode_twice;

/// Signs the parameters of a request and sorts them in place. The signature is sent as the
/// parameter `Signature`.
///
/// ```
/// use alibabacloud_core::signing::{Signature, SigningKey, v1_rpc};
///
/// let mut signature = Signature::default();
/// let mut parameters = [("Version", "2015-04-01"), ("Action", "GetCallerIdentity")];
/// v1_rpc::sign(&mut signature, &SigningKey::new("id", "secret"), "GET", &mut parameters);
/// assert_eq!(signature.canonical(), "Action=GetCallerIdentity&Version=2015-04-01");
/// assert_eq!(signature.string_to_sign(), "GET&%2F&Action%3DGetCallerIdentity%26Version%3D2015-04-01");
/// ```
pub fn sign(
    signature: &mut Signature,
    key: &SigningKey,
    method: &str,
    parameters: &mut [(&str, &str)],
) {
    signature.clear();
    parameters.sort_unstable();
    let Signature {
        canonical,
        string_to_sign,
        authorization,
        ..
    } = signature;
    string_to_sign.push_str(method);
    string_to_sign.push_str("&%2F&");
    for (index, (name, value)) in parameters.iter().enumerate() {
        if index > 0 {
            canonical.push('&');
            string_to_sign.push_str("%26");
        }
        percent_encode_twice(name, canonical, string_to_sign);
        canonical.push('=');
        string_to_sign.push_str("%3D");
        percent_encode_twice(value, canonical, string_to_sign);
    }
    key.push_v1_rpc(string_to_sign, authorization);
}
