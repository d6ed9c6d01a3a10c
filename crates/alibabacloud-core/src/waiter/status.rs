//! What a state means for a wait.

/// The meaning of a state for a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaiterStatus {
    /// Not final.
    Pending,
    /// Not final, and it remains so unless someone acts.
    Attention,
    /// Final: success.
    Success,
    /// Final: failure.
    Failure,
}

impl WaiterStatus {
    /// Returns whether the state is final.
    pub fn is_end(self) -> bool {
        matches!(self, Self::Success | Self::Failure)
    }

    /// Returns how far the state is from success; of several resources, the furthest decides.
    pub(super) fn rank(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failure => 1,
            Self::Pending => 2,
            Self::Attention => 3,
        }
    }
}

/// What a response means for a wait.
#[doc(hidden)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Whether the response contains the resource. Of several pages, one that does decides.
    pub is_found: bool,
    /// The IDs of the resources that the response contains, of those that the wait is for; none if
    /// it is for one, or if the response has no IDs.
    pub found: Vec<String>,
    /// The state, as the service names it; `None` if the response has none.
    pub state: Option<String>,
    /// The reason for a failure or for required attention, if the service reports it.
    pub message: Option<String>,
    /// The meaning of the state for the wait.
    pub status: WaiterStatus,
}

impl Judgement {
    /// Returns whether it is further from success. A page without the resource never is.
    pub(super) fn is_worse_than(&self, other: &Self) -> bool {
        match (self.is_found, other.is_found) {
            (false, _) => false,
            (true, false) => true,
            (true, true) => self.status.rank() > other.status.rank(),
        }
    }
}
