//! Mode OAuth: a refresh token of a browser login buys access tokens, and those buy temporary credentials.
//!
//! A refresh token is used up when it is used. So the new one is written to the profile before anything else happens, under a lock that
//! keeps other processes from using the old one, and nothing is asked for that could not be written.

use super::super::exchange::{self, Exchange, Repeat};
use super::super::fields::{FieldError, Fields, object_of};
use super::super::{
    Credentials, CredentialsError, FileLock, ProvideCredentials, ProviderContext, sts, timestamp,
};
use super::LARGEST_FILE;
use super::document::{Document, Profile};
use crate::endpoint::Endpoint;
use crate::http::Method;
use crate::time::BoxFuture;
use alibabacloud_types::plumbing::format_utc;
use serde_json::Value;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};
use zeroize::Zeroizing;

const REFRESH: &str = "OAuth token refresh";
const EXCHANGE: &str = "OAuth token exchange";
/// Time for one attempt.
const LIMIT: Duration = Duration::from_secs(10);
/// An access token with no more time left is refreshed, in seconds.
const ACCESS_TOKEN_LEAD: u64 = 1200;
/// Credentials in the profile with no more time left are not used when new ones can be had, in seconds.
const CREDENTIALS_LEAD: u64 = 15 * 60;
/// How long another process may hold the lock, and how often it is tried.
const LOCK_LIMIT: Duration = Duration::from_secs(30);
const LOCK_POLL: Duration = Duration::from_millis(100);

/// Where a site of Alibaba Cloud issues tokens, and the client id of its command line interface there.
struct Site {
    endpoint: &'static str,
    client_id: &'static str,
}

const CHINA: Site = Site {
    endpoint: "https://oauth.aliyun.com",
    client_id: "4038181954557748008",
};
const INTERNATIONAL: Site = Site {
    endpoint: "https://oauth.alibabacloud.com",
    client_id: "4103531455503354461",
};

/// A profile of mode OAuth.
#[derive(Debug)]
pub(super) struct OAuthProfile {
    file: PathBuf,
    profile: String,
    /// The AccessKey id that a service has refused last.
    refused: Option<String>,
}

/// What the profile holds.
struct Login {
    site: &'static Site,
    tokens: Tokens,
    /// Credentials bought earlier, with their expiry in seconds since 1970.
    credentials: Option<(Credentials, u64)>,
}

#[derive(Clone)]
struct Tokens {
    access: Zeroizing<String>,
    refresh: Zeroizing<String>,
    /// When the access token expires, in seconds since 1970.
    expiry: u64,
}

impl OAuthProfile {
    pub(super) fn new(file: &Path, profile: &str, refused: Option<String>) -> Self {
        Self {
            file: file.to_owned(),
            profile: profile.to_owned(),
            refused,
        }
    }

    async fn credentials(
        &self,
        context: &ProviderContext,
    ) -> Result<Credentials, CredentialsError> {
        let now = timestamp::unix_seconds(context.time.now());
        let login = self.login(&self.read(context).await?)?;
        if let Some(kept) = login.kept(now + CREDENTIALS_LEAD, self.refused.as_deref()) {
            return Ok(kept);
        }
        match self.renew(context).await {
            Ok(credentials) => Ok(credentials),
            Err(error) => login.kept(now, self.refused.as_deref()).ok_or(error),
        }
    }

    /// Everything that writes to the file.
    async fn renew(&self, context: &ProviderContext) -> Result<Credentials, CredentialsError> {
        let now = timestamp::unix_seconds(context.time.now());
        let lock = self.lock(context).await;
        let mut document = self.read(context).await?;
        if lock.is_ok() && self.recover(context, &document).await? {
            document = self.read(context).await?;
        }
        let login = self.login(&document)?;
        // Another process may have been quicker.
        if let Some(kept) = login.kept(now + CREDENTIALS_LEAD, self.refused.as_deref()) {
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
            // Only saves the next process a request.
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
            if context.time.elapsed().saturating_sub(started) >= LOCK_LIMIT {
                let limit = LOCK_LIMIT.as_secs();
                return Err(fail(format!("another process holds it for {limit} s")));
            }
            context.time.sleep(LOCK_POLL).await;
        }
    }

    async fn read(&self, context: &ProviderContext) -> Result<Document, CredentialsError> {
        match super::read(context, &self.file).await? {
            Some(text) => Document::parse(&self.file, text),
            None => Err(CredentialsError::new(format!(
                "{} does not exist any more",
                self.file.display()
            ))),
        }
    }

    fn profile<'a>(&self, document: &'a Document) -> Result<Profile<'a>, CredentialsError> {
        document.profile(&self.profile)?.ok_or_else(|| {
            let (file, profile) = (self.file.display(), &self.profile);
            CredentialsError::new(format!("{file} has no profile {profile} any more"))
        })
    }

    fn login(&self, document: &Document) -> Result<Login, CredentialsError> {
        let profile = self.profile(document)?;
        Login::read(&profile.fields).map_err(|error| profile.explain(&error))
    }

    /// Finishes what a process that was killed between writing and renaming had begun: its file holds the only valid refresh token. Any
    /// other staged file is removed.
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

    /// Whether a staged file is this file with newer tokens.
    fn is_newer(&self, document: &Document, staged: Vec<u8>) -> Result<bool, CredentialsError> {
        let Some(tokens) = self.staged_tokens(staged.clone()) else {
            return Ok(false);
        };
        let ours = self.profile(document)?.with(&tokens.fields())?;
        let current = self.login(document)?.tokens;
        Ok(tokens.expiry > current.expiry && ours.into_bytes() == staged)
    }

    /// The tokens in a staged file; `None` when it is not whole or not of this profile.
    fn staged_tokens(&self, contents: Vec<u8>) -> Option<Tokens> {
        let text = String::from_utf8(contents).ok()?;
        let document = Document::parse(&self.file, text).ok()?;
        Some(self.login(&document).ok()?.tokens)
    }

    async fn refresh(
        &self,
        context: &ProviderContext,
        site: &Site,
        document: &Document,
        tokens: Tokens,
    ) -> Result<Tokens, CredentialsError> {
        // Proves that there is room and permission for what comes back.
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
                // The error of the service is the one to tell.
                let _ = environment.unstage(&self.file).await;
                Err(CredentialsError::new(format!(
                    "{error}; if that stays, log in with `aliyun configure --mode OAuth --profile {}`",
                    self.profile
                )))
            }
        }
    }

    /// Puts credentials into the profile, for the next process.
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

    /// Sets fields of the profile in the file as it is now: programs that know nothing of the lock may have changed it.
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

impl Login {
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
            tokens: Tokens {
                access: text("oauth_access_token")?,
                refresh: Zeroizing::new(fields.required("oauth_refresh_token")?.to_owned()),
                expiry: fields
                    .count("oauth_access_token_expire")?
                    .unwrap_or_default(),
            },
            credentials: kept_credentials(fields)?,
        })
    }

    /// The credentials in the profile, if they are valid beyond a moment (seconds since 1970) and were not refused.
    fn kept(&self, moment: u64, refused: Option<&str>) -> Option<Credentials> {
        let (credentials, expiry) = self.credentials.as_ref()?;
        let good = *expiry > moment && credentials.access_key_id() != refused;
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

impl Tokens {
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
    site: &Site,
    tokens: Tokens,
) -> Result<Tokens, CredentialsError> {
    let endpoint = endpoint(site)?;
    let now = context.time.now();
    let timestamp = format_utc(now);
    let exchange = Exchange {
        what: REFRESH,
        limit: LIMIT,
        repeat: Repeat::IfNotSent,
    };
    let answer = exchange
        .send(context, || {
            let form = [
                ("grant_type", "refresh_token"),
                ("refresh_token", tokens.refresh.as_str()),
                ("client_id", site.client_id),
                ("Timestamp", timestamp.as_str()),
            ];
            Ok(sts::form_request(&endpoint, "/v1/token", form))
        })
        .await?;
    let answer = answer.json(REFRESH, &[&tokens.refresh])?;
    let fields = Fields::new(object_of(&answer, "", REFRESH)?, "");
    let read = || {
        let refresh = fields.text("refresh_token")?;
        let valid_for = fields.count("expires_in")?.unwrap_or_default();
        Ok(Tokens {
            access: Zeroizing::new(fields.required("access_token")?.to_owned()),
            refresh: refresh.map_or(tokens.refresh.clone(), |token| {
                Zeroizing::new(token.to_owned())
            }),
            expiry: timestamp::unix_seconds(now).saturating_add(valid_for),
        })
    };
    read().map_err(|error: FieldError| error.in_answer(REFRESH))
}

async fn exchange_token(
    context: &ProviderContext,
    site: &Site,
    tokens: &Tokens,
) -> Result<Credentials, CredentialsError> {
    let endpoint = endpoint(site)?;
    let exchange = Exchange {
        what: EXCHANGE,
        limit: LIMIT,
        repeat: Repeat::Always,
    };
    let answer = exchange
        .send(context, || {
            let mut request = exchange::request(Method::Post, &format!("{endpoint}/v1/exchange"));
            request.headers.set("content-type", "application/json");
            let bearer = format!("Bearer {}", *tokens.access);
            request.headers.set("authorization", bearer);
            Ok(request)
        })
        .await?;
    let answer = answer.json(EXCHANGE, &[&tokens.access])?;
    let object = object_of(&answer, "", EXCHANGE)?;
    Ok(Fields::new(object, "")
        .issued()
        .map_err(|error| error.in_answer(EXCHANGE))?
        .with_provider("oauth"))
}

fn endpoint(site: &Site) -> Result<Endpoint, CredentialsError> {
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
