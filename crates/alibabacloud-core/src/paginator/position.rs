//! The position in a list: what follows after a page, and whether the list is complete.
//!
//! A service may return smaller pages than requested, or empty ones in between, so the size of a
//! page never ends a list. It ends where the items that came reach the total of the service, or at
//! a page without a token. The rules bound the number of requests, whatever the service returns.

use super::contents::{PageContents, PageDigest, PagePlace};
use super::cursor::{Cursor, NumberedPage};
use crate::error::{Error, Result};
use crate::operation::Operation;
use std::collections::HashSet;

/// The number of empty pages in a row that end a list with page numbers before its total.
const EMPTY_PAGES: u32 = 3;

/// The number of pages in a row without content, after which a list counts as endless.
const BLANK_PAGES: u32 = 1_000;

/// The number of pages in a row that came before, after which a list counts as endless. Only for
/// pages whose items may be equal by chance; other pages must not come twice.
const REPEATED_PAGES: u32 = 16;

/// The position in a list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Position {
    /// The next page; `None` for the first, and after the last.
    cursor: Option<Cursor>,
    /// An earlier cursor, replaced by the current one at every power of two: it detects any cycle
    /// of page tokens without storing all of them (Brent's algorithm).
    landmark: Option<Cursor>,
    /// The number of pages read.
    pages: u64,
    /// The number of items before the next page; `None` if unknown, because the list began later.
    seen: Option<u64>,
    /// The latest total.
    total: Option<u64>,
    /// The largest total: after a smaller one, more pages are requested than it requires, because
    /// it may be wrong.
    largest: Option<u64>,
    /// Empty pages in a row.
    empty: u32,
    /// Pages without content in a row.
    blank: u32,
    /// Pages in a row whose contents came before.
    repeated: u32,
    /// A hash of every page that has content.
    digests: HashSet<u64>,
    /// With the strict option, a hash of every item that has content.
    items: Option<HashSet<u64>>,
    shortfall: Option<u64>,
}

/// What follows after a page.
pub(crate) enum Step {
    /// The page at this cursor.
    Next(Cursor),
    /// Nothing.
    End,
    /// An error. The page itself is valid.
    Broken(Error),
}

impl Position {
    /// Returns the start of a list at `cursor`, with the options of `self`.
    pub(super) fn at(&self, cursor: Cursor) -> Self {
        Self {
            cursor: Some(cursor),
            items: self.items.as_ref().map(|_| HashSet::new()),
            ..Self::default()
        }
    }

    /// Makes an incomplete list, and an item that comes twice, an error.
    pub(super) fn be_strict(&mut self) {
        self.items.get_or_insert_default();
    }

    /// Returns the cursor of the next page.
    pub(crate) fn cursor(&self) -> Option<&Cursor> {
        self.cursor.as_ref()
    }

    /// Returns the number of items that are missing at the end of the list.
    pub(crate) fn shortfall(&self) -> Option<u64> {
        self.shortfall
    }

    /// Advances past a page of the list of `operation`.
    ///
    /// # Errors
    /// If it is not the page that was requested, or one that came before. Then the position does
    /// not advance, and the page must not be used.
    pub(crate) fn advance(
        &mut self,
        operation: &Operation,
        page: &PageContents<'_>,
    ) -> Result<Step> {
        let digest = page.digest();
        let step = match &page.place {
            PagePlace::Token { is_first, next } => self
                .check(&digest, digest.items > 1)
                .map(|()| self.after_token(*is_first, next.as_ref(), page.total, digest.items)),
            PagePlace::Number {
                requested,
                returned,
            } => {
                let number = requested.and_then(|n| u64::try_from(n).ok()).unwrap_or(1);
                let number = number.max(1);
                is_requested(number, *returned, &digest)
                    .and_then(|()| self.check(&digest, true))
                    .map(|()| self.after_number(number, page.total, digest.items))
            }
        };
        let on = |error: Error| error.on(operation.qualified_name(), 0);
        match step.map_err(on)? {
            Step::Broken(error) => Ok(Step::Broken(on(error))),
            Step::Next(next) => {
                self.cursor = Some(next.clone());
                Ok(Step::Next(next))
            }
            Step::End => {
                self.cursor = None;
                self.end(operation)
                    .map_or(Ok(Step::End), |error| Ok(Step::Broken(on(error))))
            }
        }
    }

    /// Checks that a page did not come before. Two pages that are equal are one that came twice,
    /// if `is_certain` and unless the items are equal even within a page.
    fn check(&mut self, digest: &PageDigest, is_certain: bool) -> Result<()> {
        let Some(page) = digest.page() else {
            self.blank += 1;
            if self.blank >= BLANK_PAGES {
                return Err(Error::decode(format!(
                    "the service returned {BLANK_PAGES} pages without items in a row; stopping to \
                     avoid an endless loop"
                )));
            }
            return Ok(());
        };
        self.blank = 0;
        if self.digests.insert(page) {
            self.repeated = 0;
        } else {
            self.repeated += 1;
            if is_certain && digest.is_distinct() || self.repeated >= REPEATED_PAGES {
                return Err(Error::decode(
                    "the service returned a page with the items of an earlier page",
                ));
            }
        }
        let Some(items) = &mut self.items else {
            return Ok(());
        };
        match digest.hashes.iter().all(|&item| items.insert(item)) {
            true => Ok(()),
            false => Err(Error::decode("the service returned an item twice")),
        }
    }

    fn after_token(
        &mut self,
        is_first: bool,
        next: Option<&Cursor>,
        total: Option<i64>,
        items: u64,
    ) -> Step {
        if self.pages == 0 {
            self.seen = (is_first && self.cursor.is_none()).then_some(0);
        }
        self.count(total, items);
        let Some(next) = next else {
            return Step::End;
        };
        if self.cursor.as_ref() == Some(next) || self.landmark.as_ref() == Some(next) {
            return Step::Broken(Error::decode(format!(
                "the service returned page token {:?} twice; stopping to avoid an endless loop",
                next.as_str()
            )));
        }
        if self.pages.is_power_of_two() {
            self.landmark = Some(next.clone());
        }
        Step::Next(next.clone())
    }

    fn after_number(&mut self, number: u64, total: Option<i64>, items: u64) -> Step {
        if self.pages == 0 {
            let start = self.cursor.as_ref().and_then(Cursor::numbered_page);
            let start = start.filter(|start| start.number == number);
            self.seen = start.map_or((number == 1).then_some(0), |start| start.seen);
            self.total = start.and_then(|start| start.total);
            self.largest = self.total;
        }
        self.count(total, items);
        let is_empty = items == 0;
        let next = number.saturating_add(1);
        let ends = match (self.seen, self.largest) {
            (_, None) => is_empty,
            (None, Some(total)) => is_empty || next > total,
            (Some(seen), Some(total)) => seen >= total || self.empty >= EMPTY_PAGES || next > total,
        };
        if ends || next == number {
            return Step::End;
        }
        Step::Next(Cursor::numbered(NumberedPage {
            number: next,
            seen: self.seen,
            total: self.largest,
        }))
    }

    /// Counts a page.
    fn count(&mut self, total: Option<i64>, items: u64) {
        self.pages = self.pages.saturating_add(1);
        self.seen = self.seen.map(|seen| seen.saturating_add(items));
        self.empty = match items {
            0 => self.empty.saturating_add(1),
            _ => 0,
        };
        // A total below the items of a single page cannot be one.
        let total = total.and_then(|total| u64::try_from(total).ok());
        if let Some(total) = total.filter(|&total| total >= items) {
            self.total = Some(total);
            self.largest = self.largest.max(self.total);
        }
    }

    /// Ends the list. Returns an error if it is incomplete and must not be.
    fn end(&mut self, operation: &Operation) -> Option<Error> {
        let (seen, total) = (self.seen?, self.total?);
        let missing = total.checked_sub(seen).filter(|&missing| missing > 0)?;
        self.shortfall = Some(missing);
        if self.items.is_some() {
            return Some(Error::decode(format!(
                "the list ended, but {missing} of {total} items are missing; the caller may not be \
                 allowed to read them"
            )));
        }
        warn(operation, missing, total);
        None
    }
}

#[cfg(feature = "tracing")]
fn warn(operation: &Operation, missing: u64, total: u64) {
    tracing::warn!(
        rpc.method = format_args!("{}/{}", operation.product.code, operation.name),
        alibabacloud.missing = missing,
        alibabacloud.total = total,
        "the list ended before its total"
    );
}

#[cfg(not(feature = "tracing"))]
fn warn(_: &Operation, _: u64, _: u64) {}

/// Checks that a page has the number that was requested. Numbers below 1 are not page numbers, and
/// an empty page repeats nothing.
fn is_requested(number: u64, returned: Option<i64>, digest: &PageDigest) -> Result<()> {
    match returned.and_then(|returned| u64::try_from(returned).ok()) {
        Some(returned) if returned > 0 && returned != number && digest.items > 0 => {
            Err(Error::decode(format!(
                "the service returned page {returned} instead of page {number}"
            )))
        }
        _ => Ok(()),
    }
}
