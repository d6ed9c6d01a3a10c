//! The region that comes with the environment and the credentials of a client.

use super::ecs::instance_region;
use super::variables::non_empty;
use super::{Credentials, ProviderContext};
use crate::endpoint::REGION_VARIABLES;
use std::fmt;

/// The region of a client created from `Config::from_env` whose code sets none, and where it comes
/// from. `Display` shows it as a sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegionExplanation {
    /// The region; `None` if there is none.
    pub region: Option<String>,
    /// The source of the region: a variable, a profile or the metadata service.
    pub source: Option<String>,
    /// The sources without a region that were searched before, each with the reason if there is
    /// one.
    pub searched: Vec<String>,
}

impl RegionExplanation {
    /// Searches the variables, the profile of the credentials and the metadata service.
    pub(super) async fn find(context: &ProviderContext, credentials: Option<&Credentials>) -> Self {
        let mut searched = Vec::new();
        for name in REGION_VARIABLES {
            if let Some(region) = non_empty(&*context.environment, name) {
                return Self::found(region, name, searched);
            }
            searched.push(name.to_owned());
        }
        let Some(credentials) = credentials else {
            return Self::missing(searched);
        };
        match credentials.settings() {
            None => searched.push(format!(
                "a profile (the credentials of {} come from none)",
                credentials.provider()
            )),
            Some(settings) => match &settings.region {
                Some(region) => return Self::found(region.clone(), &settings.source, searched),
                None => searched.push(settings.source.clone()),
            },
        }
        if let Some(metadata) = credentials.metadata() {
            match instance_region(context, metadata).await {
                Ok(region) => return Self::found(region, "the metadata service", searched),
                Err(error) => searched.push(format!("the metadata service ({error})")),
            }
        }
        Self::missing(searched)
    }

    fn found(region: String, source: &str, searched: Vec<String>) -> Self {
        Self {
            region: Some(region),
            source: Some(source.to_owned()),
            searched,
        }
    }

    fn missing(searched: Vec<String>) -> Self {
        Self {
            searched,
            ..Self::default()
        }
    }
}

impl fmt::Display for RegionExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.region, &self.source) {
            (Some(region), Some(source)) => write!(f, "the region is {region}, from {source}"),
            _ => write!(f, "no region; searched: {}", self.searched.join(", ")),
        }
    }
}
