//! The modes of a profile that need no other profile, program or file.

use super::super::fields::{FieldError, Fields};
use super::super::sts::RoleSession;
use super::super::{
    AssumeRoleProvider, Credentials, EcsRamRoleProvider, OidcProvider, ProvideCredentials,
    timestamp,
};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// The names of AccessKey ID, AccessKey secret and token in a profile.
const NAMES: [&str; 3] = ["access_key_id", "access_key_secret", "sts_token"];
const BEARER_TOKEN: &str = "bearer_token";

type Provider = Arc<dyn ProvideCredentials>;

/// Returns the mode of a profile in lower case: the CLI is not consistent.
pub(super) fn mode(fields: &Fields<'_>) -> Result<String, FieldError> {
    Ok(fields.required("mode")?.to_ascii_lowercase())
}

/// Returns the provider of a profile that a program printed.
pub(in super::super) fn printed_profile(fields: &Fields<'_>) -> Result<Provider, FieldError> {
    let mode = mode(fields)?;
    self_contained(&mode, fields)?.ok_or_else(|| unsupported(fields))
}

/// Returns when the credentials of a printed profile expire.
pub(in super::super) fn expiration(fields: &Fields<'_>) -> Result<Option<SystemTime>, FieldError> {
    fields
        .text("expiration")?
        .map(|text| {
            timestamp::parse(text).ok_or_else(|| {
                fields.error("expiration", "must be a time such as 2026-03-14T15:09:26Z")
            })
        })
        .transpose()
}

pub(super) fn unsupported(fields: &Fields<'_>) -> FieldError {
    fields.error(
        "mode",
        "must be AK, StsToken, RamRoleArn, EcsRamRole, OIDC, ChainableRamRoleArn, CredentialsURI, External, CloudSSO, OAuth, \
         RamRoleArnWithRoleName, BearerToken or Anonymous",
    )
}

/// Returns the provider of a mode that needs only the profile, or `None` for other modes.
pub(super) fn self_contained(
    mode: &str,
    fields: &Fields<'_>,
) -> Result<Option<Provider>, FieldError> {
    Ok(Some(match mode {
        "ak" => Arc::new(access_key(fields)?),
        "ststoken" => Arc::new(sts(fields)?),
        "ramrolearn" => Arc::new(assume(fields, Arc::new(key_or_token(fields)?))?),
        "ecsramrole" => Arc::new(ecs(fields)?),
        "ramrolearnwithrolename" => Arc::new(assume(fields, Arc::new(ecs(fields)?))?),
        "oidc" => Arc::new(oidc(fields)?),
        "bearertoken" => Arc::new(bearer(fields)?),
        "anonymous" => Arc::new(Credentials::anonymous()),
        _ => return Ok(None),
    }))
}

fn access_key(fields: &Fields<'_>) -> Result<Credentials, FieldError> {
    let credentials = Credentials::access_key(
        fields.required("access_key_id")?,
        fields.required("access_key_secret")?,
    );
    fields.checked(credentials, NAMES)
}

fn sts(fields: &Fields<'_>) -> Result<Credentials, FieldError> {
    let credentials = Credentials::sts(
        fields.required("access_key_id")?,
        fields.required("access_key_secret")?,
        fields.required("sts_token")?,
    );
    fields.checked(credentials, NAMES)
}

fn bearer(fields: &Fields<'_>) -> Result<Credentials, FieldError> {
    let credentials = Credentials::bearer(fields.required(BEARER_TOKEN)?);
    fields.checked(credentials, [BEARER_TOKEN; 3])
}

fn key_or_token(fields: &Fields<'_>) -> Result<Credentials, FieldError> {
    match fields.text("sts_token")? {
        Some(_) => sts(fields),
        None => access_key(fields),
    }
}

fn ecs(fields: &Fields<'_>) -> Result<EcsRamRoleProvider, FieldError> {
    let provider = EcsRamRoleProvider::new();
    Ok(match fields.text("ram_role_name")? {
        Some(name) => provider.role_name(name),
        None => provider,
    })
}

/// Returns a provider that assumes the role of a profile with `source`.
pub(super) fn assume(
    fields: &Fields<'_>,
    source: Provider,
) -> Result<AssumeRoleProvider, FieldError> {
    let provider = AssumeRoleProvider::shared(source, fields.required("ram_role_arn")?)
        .session(session(fields)?);
    Ok(match fields.text("external_id")? {
        Some(id) => provider.external_id(id),
        None => provider,
    })
}

fn oidc(fields: &Fields<'_>) -> Result<OidcProvider, FieldError> {
    Ok(OidcProvider::new()
        .role_arn(fields.required("ram_role_arn")?)
        .provider_arn(fields.required("oidc_provider_arn")?)
        .token_file(fields.required("oidc_token_file")?)
        .session(session(fields)?))
}

fn session(fields: &Fields<'_>) -> Result<RoleSession, FieldError> {
    // The CLI and the Python client use different names.
    let name = match fields.text("ram_session_name")? {
        Some(name) => Some(name),
        None => fields.text("role_session_name")?,
    };
    Ok(RoleSession {
        name: name.map(str::to_owned),
        policy: fields.text("policy")?.map(str::to_owned),
        duration: fields.count("expired_seconds")?.map(Duration::from_secs),
        endpoint: fields.text("sts_endpoint")?.map(str::to_owned),
        region: fields.text("sts_region")?.map(str::to_owned),
        vpc: fields.flag("enable_vpc")?,
    })
}
