//! The parameter `RegionId` of a request whose region is found after the request was built.

use super::error::RequestError;
use super::prepared::{LateRegion, PreparedRequest};
use crate::http::Method;
use crate::operation::{Param, Place};

impl LateRegion {
    /// The value in the path until the region is known; no encoded path contains it.
    pub(super) const IN_PATH: &'static str = "{RegionId}";

    /// Returns the parameter if it is one that a region can be filled in for.
    pub(super) fn of(param: &Param) -> Option<Self> {
        let fits = param.is_region() && param.place != Place::Body;
        fits.then(|| Self {
            name: param.name,
            place: param.place,
            is_required: param.required || param.place == Place::Path,
        })
    }
}

impl PreparedRequest {
    /// Returns the parameter `RegionId` if it has no value yet.
    pub(crate) fn late_region(&self) -> Option<LateRegion> {
        self.late_region
    }

    /// Sets the parameter `RegionId`, unless the input has set it; without a region it is not sent.
    ///
    /// # Errors
    /// If there is no region and the operation requires it.
    pub(crate) fn set_region(&mut self, region: Option<&str>) -> Result<(), RequestError> {
        let Some(late) = self.late_region.take() else {
            return Ok(());
        };
        let Some(region) = region else {
            return match late.is_required {
                false => Ok(()),
                true => Err(RequestError::MissingParameters {
                    operation: self.action.clone().into_owned(),
                    names: vec![late.name.to_owned()],
                }),
            };
        };
        match late.place {
            Place::Query => self.add_query(late.name, region),
            Place::Form if self.method == Method::Get => self.add_query(late.name, region),
            Place::Form => {
                self.form.push(late.name, region);
                self.form.sort();
            }
            Place::Header => self.headers.set(late.name, region),
            Place::Path => {
                // A region has only characters that a path keeps as they are.
                let shown = self.shown_path.as_mut();
                for path in shown.into_iter().chain([&mut self.path]) {
                    *path = path.replace(LateRegion::IN_PATH, region);
                }
            }
            Place::Body => {}
        }
        Ok(())
    }
}
