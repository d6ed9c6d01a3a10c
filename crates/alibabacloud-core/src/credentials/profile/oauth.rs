//! Mode OAuth: exchanges the refresh token of a browser login for access tokens, and those for
//! temporary credentials.
//!
//! A refresh token can be used only once. Therefore the new one is written to the profile before
//! anything else, under a lock that prevents other processes from using the old one, and no token
//! is requested unless the file can be written.

use super::super::fetch::{self, Fetch, FetchRetry};
use super::super::fields::{FieldError, Fields, object_of};
use super::super::{
    Credentials, CredentialsError, FileLock, ProvideCredentials, ProviderContext, sts, timestamp,
};
use super::document::{Document, Profile};
use super::selection::{self, LARGEST_FILE};
use crate::endpoint::Endpoint;
use crate::http::Method;
use crate::time::{BoxFuture, sleep};
use alibabacloud_types::plumbing::format_utc;
use serde_json::Value;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};
use zeroize::Zeroizing;

const REFRESH: &str = "the OAuth token refresh";
const EXCHANGE: &str = "the OAuth token exchange";
/// The time limit of one attempt.
const TIMEOUT: Duration = Duration::from_secs(10);
/// An access token is refreshed this long before it expires, in seconds.
const ACCESS_TOKEN_LEAD: u64 = 1200;
/// The saved credentials are replaced this long before they expire, in seconds.
const CREDENTIALS_LEAD: u64 = 15 * 60;
/// How long to wait for the lock of another process, and the interval of attempts.
const LOCK_TIMEOUT: Duration = Duration::from_secs(30);
const LOCK_POLL: Duration = Duration::from_millis(100);

/// The OAuth endpoint of a site of Alibaba Cloud, and the client ID of the CLI there.
struct OAuthSite {
    endpoint: &'static str,
    client_id: &'static str,
}

const CHINA: OAuthSite = OAuthSite {
    endpoint: "https://oauth.aliyun.com",
    client_id: "4038181954557748008",
};
const INTERNATIONAL: OAuthSite = OAuthSite {
    endpoint: "https://oauth.alibabacloud.com",
    client_id: "4103531455503354461",
};

/// A profile of mode OAuth.
#[derive(Debug)]
pub(super) struct OAuthProfile {
    file: PathBuf,
    profile: String,
    /// The AccessKey ID that a service rejected last.
    rejected: Option<String>,
}

/// The login in a profile.
struct OAuthLogin {
    site: &'static OAuthSite,
    tokens: OAuthTokens,
    /// The saved credentials, with their expiry as Unix time in seconds.
    credentials: Option<(Credentials, u64)>,
}

#[derive(Clone)]
struct OAuthTokens {
    access: Zeroizing<String>,
    refresh: Zeroizing<String>,
    /// When the access token expires, as Unix time in seconds.
    expiry: u64,
}

impl OAuthProfile {
    pub(super) fn new(file: &Path, profile: &str, rejected: Option<String>) -> Self {
        Self {
            file: file.to_owned(),
            profile: profile.to_owned(),
            rejected,
        }
    }

    async fn credentials(
        &self,
        context: &ProviderContext,
    ) -> Result<Credentials, CredentialsError> {
        let now = timestamp::unix_seconds(context.now());
        let login = self.login(&self.read(context).await?)?;
        if let Some(kept) = login.kept(now + CREDENTIALS_LEAD, self.rejected.as_deref()) {
            return Ok(kept);
        }
        match self.renew(context).await {
            Ok(credentials) => Ok(credentials),
            Err(error) => login.kept(now, self.rejected.as_deref()).ok_or(error),
        }
    }

    /// Gets new credentials. All writes to the file happen here.
    async fn renew(&self, context: &ProviderContext) -> Result<Credentials, CredentialsError> {
        let now = timestamp::unix_seconds(context.now());
        let lock = self.lock(context).await;
        let mut document = self.read(context).await?;
        if lock.is_ok() && self.recover(context, &document).await? {
            document = self.read(context).await?;
        }
        let login = self.login(&document)?;
        // Another process may have refreshed the login in the meantime.
        if let Some(kept) = login.kept(now + CREDENTIALS_LEAD, self.rejected.as_deref()) {
            return Ok(kept);
        }
        let mut tokens = login.tokens;
        if tokens.expiry <= now + ACCESS_TOKEN_LEAD {
            if let Err(error) = lock {
                return Err(error);
            }
            tokens = self.refresh(context, login.site, &document, tokens).await?;
        }
        let credentials = exchange_token(context, login.site, &tokens).await?;
        if lock.is_ok() {
            // Saves a request of the next process; a failure does no harm.
            let _ = self.keep(context, &credentials).await;
        }
        Ok(credentials)
    }

    async fn lock(&self, context: &ProviderContext) -> Result<FileLock, CredentialsError> {
        let fail = |why: String| {
            let file = self.file.display();
            CredentialsError::new(format!("{file} cannot be locked: {why}"))
        };
        let started = context.time.elapsed();
        loop {
            match context.environment.try_lock(&self.file).await {
                Ok(Some(lock)) => return Ok(lock),
                Ok(None) => {}
                Err(error) => return Err(fail(error.to_string())),
            }
            if context.time.elapsed().saturating_sub(started) >= LOCK_TIMEOUT {
                let limit = LOCK_TIMEOUT.as_secs();
                return Err(fail(format!(
                    "another process has held the lock for {limit} s"
                )));
            }
            sleep(&*context.time, LOCK_POLL).await?;
        }
    }

    async fn read(&self, context: &ProviderContext) -> Result<Document, CredentialsError> {
        match selection::read(context, &self.file).await? {
            Some(text) => Document::parse(&self.file, text),
            None => Err(CredentialsError::new(format!(
                "{} no longer exists",
                self.file.display()
            ))),
        }
    }

    fn profile<'a>(&self, document: &'a Document) -> Result<Profile<'a>, CredentialsError> {
        document.profile(&self.profile)?.ok_or_else(|| {
            let (file, profile) = (self.file.display(), &self.profile);
            CredentialsError::new(format!("{file} no longer has profile {profile}"))
        })
    }

    fn login(&self, document: &Document) -> Result<OAuthLogin, CredentialsError> {
        let profile = self.profile(document)?;
        OAuthLogin::read(&profile.fields).map_err(|error| profile.explain(&error))
    }

    /// Completes the write of a process that was killed between staging and renaming: its file
    /// contains the only valid refresh token. Removes any other staged file.
    async fn recover(
        &self,
        context: &ProviderContext,
        document: &Document,
    ) -> Result<bool, CredentialsError> {
        let environment = &*context.environment;
        let Ok((staged, contents)) = environment.staged(&self.file, LARGEST_FILE).await else {
            return Ok(false);
        };
        let renamed = if self.is_newer(document, contents)? {
            environment.rename(&staged, &self.file).await.map(|()| true)
        } else {
            environment.unstage(&self.file).await.map(|()| false)
        };
        renamed.map_err(|error| self.not_saved(&error))
    }

    /// Returns whether a staged file is this file with newer tokens.
    fn is_newer(&self, document: &Document, staged: Vec<u8>) -> Result<bool, CredentialsError> {
        let Some(tokens) = self.staged_tokens(staged.clone()) else {
            return Ok(false);
        };
        let ours = self.profile(document)?.with(&tokens.fields())?;
        let current = self.login(document)?.tokens;
        Ok(tokens.expiry > current.expiry && ours.into_bytes() == staged)
    }

    /// Returns the tokens in a staged file, or `None` if it is incomplete or of another profile.
    fn staged_tokens(&self, contents: Vec<u8>) -> Option<OAuthTokens> {
        let text = String::from_utf8(contents).ok()?;
        let document = Document::parse(&self.file, text).ok()?;
        Some(self.login(&document).ok()?.tokens)
    }

    async fn refresh(
        &self,
        context: &ProviderContext,
        site: &OAuthSite,
        document: &Document,
        tokens: OAuthTokens,
    ) -> Result<OAuthTokens, CredentialsError> {
        // Ensures that there is disk space and permission to save the new tokens.
        let proof = document.text().as_bytes().to_vec();
        let environment = &*context.environment;
        environment
            .stage(&self.file, proof)
            .await
            .map_err(|error| self.not_saved(&error))?;
        match refresh_token(context, site, tokens).await {
            Ok(tokens) => {
                self.write(context, &tokens.fields()).await?;
                Ok(tokens)
            }
            Err(error) => {
                // The error of the service is the one to report.
                let _ = environment.unstage(&self.file).await;
                Err(CredentialsError::new(format!(
                    "{error}; if this persists, log in with `aliyun configure --mode OAuth \
                     --profile {}`",
                    self.profile
                )))
            }
        }
    }

    /// Saves credentials in the profile, for the next process.
    async fn keep(
        &self,
        context: &ProviderContext,
        credentials: &Credentials,
    ) -> Result<(), CredentialsError> {
        let Some(expiry) = credentials.expiry() else {
            return Ok(());
        };
        let text = |text: Option<&str>| Value::from(text.unwrap_or_default());
        let fields = [
            ("access_key_id", text(credentials.access_key_id())),
            ("access_key_secret", text(credentials.access_key_secret())),
            ("sts_token", text(credentials.security_token())),
            ("sts_expiration", timestamp::unix_seconds(expiry).into()),
        ];
        self.write(context, &fields).await
    }

    /// Sets fields of the profile in the current file: programs that ignore the lock may have
    /// changed it.
    async fn write(
        &self,
        context: &ProviderContext,
        fields: &[(&str, Value)],
    ) -> Result<(), CredentialsError> {
        let document = self.read(context).await?;
        let text = self.profile(&document)?.with(fields)?;
        let environment = &*context.environment;
        let saved = async {
            let staged = environment.stage(&self.file, text.into_bytes()).await?;
            environment.rename(&staged, &self.file).await
        };
        saved.await.map_err(|error| self.not_saved(&error))
    }

    fn not_saved(&self, error: &io::Error) -> CredentialsError {
        CredentialsError::new(format!(
            "the OAuth tokens of profile {} cannot be saved to {}: {error}",
            self.profile,
            self.file.display()
        ))
    }
}

impl OAuthLogin {
    fn read(fields: &Fields<'_>) -> Result<Self, FieldError> {
        let site = match fields.text("oauth_site_type")? {
            Some(site) if site.eq_ignore_ascii_case("CN") => &CHINA,
            Some(site) if site.eq_ignore_ascii_case("INTL") => &INTERNATIONAL,
            _ => return Err(fields.error("oauth_site_type", "must be CN or INTL")),
        };
        let text = |name| {
            let text = fields.text(name)?;
            Ok(Zeroizing::new(text.unwrap_or_default().to_owned()))
        };
        Ok(Self {
            site,
            tokens: OAuthTokens {
                access: text("oauth_access_token")?,
                refresh: Zeroizing::new(fields.required("oauth_refresh_token")?.to_owned()),
                expiry: fields
                    .count("oauth_access_token_expire")?
                    .unwrap_or_default(),
            },
            credentials: kept_credentials(fields)?,
        })
    }

    /// Returns the saved credentials if they are valid after `moment` (Unix time in seconds) and
    /// were not rejected.
    fn kept(&self, moment: u64, rejected: Option<&str>) -> Option<Credentials> {
        let (credentials, expiry) = self.credentials.as_ref()?;
        let good = *expiry > moment && credentials.access_key_id() != rejected;
        good.then(|| credentials.clone())
    }
}

fn kept_credentials(fields: &Fields<'_>) -> Result<Option<(Credentials, u64)>, FieldError> {
    let (Some(id), Some(secret), Some(token), Some(seconds)) = (
        fields.text("access_key_id")?,
        fields.text("access_key_secret")?,
        fields.text("sts_token")?,
        fields.count("sts_expiration")?,
    ) else {
        return Ok(None);
    };
    Ok(UNIX_EPOCH
        .checked_add(Duration::from_secs(seconds))
        .map(|expiry| {
            let credentials = Credentials::sts(id, secret, token)
                .with_expiry(expiry)
                .with_provider("oauth");
            (credentials, seconds)
        }))
}

impl OAuthTokens {
    fn fields(&self) -> [(&'static str, Value); 3] {
        [
            ("oauth_access_token", self.access.as_str().into()),
            ("oauth_refresh_token", self.refresh.as_str().into()),
            ("oauth_access_token_expire", self.expiry.into()),
        ]
    }
}

async fn refresh_token(
    context: &ProviderContext,
    site: &OAuthSite,
    tokens: OAuthTokens,
) -> Result<OAuthTokens, CredentialsError> {
    let endpoint = endpoint(site)?;
    let fetch = Fetch {
        what: REFRESH,
        timeout: TIMEOUT,
        retry: FetchRetry::IfNotSent,
    };
    let response = fetch
        .send(context, || {
            let timestamp = format_utc(context.now());
            let form = [
                ("grant_type", "refresh_token"),
                ("refresh_token", tokens.refresh.as_str()),
                ("client_id", site.client_id),
                ("Timestamp", timestamp.as_str()),
            ];
            Ok(sts::form_request(&endpoint, "/v1/token", form))
        })
        .await?;
    let response = response.json(REFRESH, &[&tokens.refresh])?;
    let fields = Fields::new(object_of(&response, "", REFRESH)?, "");
    let read = || {
        let refresh = fields.text("refresh_token")?;
        let valid_for = fields.count("expires_in")?.unwrap_or_default();
        Ok(OAuthTokens {
            access: Zeroizing::new(fields.required("access_token")?.to_owned()),
            refresh: refresh.map_or(tokens.refresh.clone(), |token| {
                Zeroizing::new(token.to_owned())
            }),
            expiry: timestamp::unix_seconds(context.now()).saturating_add(valid_for),
        })
    };
    read().map_err(|error: FieldError| error.in_response(REFRESH))
}

async fn exchange_token(
    context: &ProviderContext,
    site: &OAuthSite,
    tokens: &OAuthTokens,
) -> Result<Credentials, CredentialsError> {
    let endpoint = endpoint(site)?;
    let fetch = Fetch {
        what: EXCHANGE,
        timeout: TIMEOUT,
        retry: FetchRetry::Transient,
    };
    let response = fetch
        .send(context, || {
            let mut request = fetch::request(Method::Post, &format!("{endpoint}/v1/exchange"));
            request.headers.set("content-type", "application/json");
            let bearer = format!("Bearer {}", *tokens.access);
            request.headers.set("authorization", bearer);
            Ok(request)
        })
        .await?;
    Ok(response
        .credentials(context, "", EXCHANGE, &[&tokens.access])?
        .with_provider("oauth"))
}

fn endpoint(site: &OAuthSite) -> Result<Endpoint, CredentialsError> {
    sts::secure(site.endpoint, "the OAuth endpoint")
}

impl ProvideCredentials for OAuthProfile {
    fn name(&self) -> &str {
        "oauth"
    }

    fn provide<'a>(
        &'a self,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(self.credentials(context))
    }
}
