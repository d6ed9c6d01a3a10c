//! The resources of all services but OOS, as the files in the directory `resources` describe them:
//! which operations create, read, change and delete which kind of resource, and through which
//! states it advances.
//!
//! | question | file |
//! |---|---|
//! | what does a file contain? | [`model`] |
//! | what is the value of a field? | [`template`], [`scope`] |
//! | what does an operation do? | [`respond`](mod@respond), then [`read`] or [`write`](mod@write); both use [`engine`] |
//! | which state does a resource have now? | [`states`] |
//! | what happens to the resources of one that is deleted? | [`related`] |
//! | which tags does it have? | [`tags`] |

mod engine;
mod errors;
mod files;
mod model;
mod read;
mod related;
mod respond;
mod scope;
mod seed;
mod states;
mod tags;
mod template;
mod write;

pub(crate) use model::Model;
pub(crate) use respond::{has, model_of, respond};
pub(crate) use seed::put;
pub(crate) use tags::of_resource as tags_of;

#[cfg(test)]
mod check;
