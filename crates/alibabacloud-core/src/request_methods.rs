//! The methods that all request builders have in common.

/// The methods of a request builder other than setters, which are the same for all operations.
/// Invoked in the `impl` of a struct with a field `call`; `cfg` and links are those of its crate.
///
/// The argument is the output. `pages of` adds the methods of a list, `events of` those of an
/// operation whose response arrives as events.
#[doc(hidden)]
#[macro_export]
macro_rules! request_methods {
    (pages of $output:ty) => {
        $crate::request_methods!(@send $output, "Sends the request and returns one page.");
        $crate::request_methods!(@pages);
        $crate::request_methods!(@common);
    };
    (events of $output:ty) => {
        $crate::request_methods!(@events $output);
        $crate::request_methods!(@common);
    };
    ($output:ty) => {
        $crate::request_methods!(@send $output, "Sends the request and returns the output.");
        $crate::request_methods!(@common);
    };
    (@send $output:ty, $send:literal) => {
        #[doc = $send]
        ///
        /// # Errors
        ///
        /// Returns an error if a required parameter is missing, the service cannot be reached or
        /// rejects the request, or the response cannot be decoded; see [`Error`](crate::Error).
        #[inline]
        pub fn send(self) -> $crate::SendFuture<$output> {
            self.call.send()
        }

        /// Sends the request and returns the output with the status, headers, request ID and raw
        /// body of the response.
        ///
        /// # Errors
        ///
        /// Returns the same errors as [`send`](Self::send).
        #[inline]
        pub fn send_with_response(self) -> $crate::SendFuture<$crate::Response<$output>> {
            self.call.send_with_response()
        }

        /// Blocks the current thread until [`send`](Self::send) completes. Works both inside and
        /// outside of an async runtime.
        ///
        /// # Errors
        ///
        /// Returns the same errors as [`send`](Self::send).
        #[cfg(feature = "blocking")]
        #[inline]
        pub fn send_blocking(self) -> $crate::Result<$output> {
            self.call.send_blocking()
        }

        /// Blocks the current thread until [`send_with_response`](Self::send_with_response)
        /// completes.
        ///
        /// # Errors
        ///
        /// Returns the same errors as [`send`](Self::send).
        #[cfg(feature = "blocking")]
        #[inline]
        pub fn send_with_response_blocking(self) -> $crate::Result<$crate::Response<$output>> {
            self.call.send_with_response_blocking()
        }
    };
    (@pages) => {
        /// Returns a stream of pages, starting with the requested page.
        #[inline]
        pub fn by_page(self) -> $crate::paginator::Pages<Self> {
            $crate::paginator::Pages::new(self)
        }

        /// Returns a stream of the items of all pages, starting with the requested page.
        #[inline]
        pub fn by_item(self) -> $crate::paginator::Items<Self> {
            $crate::paginator::Items::new(self)
        }

        /// Returns a blocking iterator over the pages; see [`by_page`](Self::by_page).
        #[cfg(feature = "blocking")]
        #[inline]
        pub fn by_page_blocking(self) -> $crate::blocking::BlockingPages<Self> {
            $crate::blocking::BlockingPages::new(self)
        }

        /// Returns a blocking iterator over the items of all pages; see
        /// [`by_item`](Self::by_item).
        #[cfg(feature = "blocking")]
        #[inline]
        pub fn by_item_blocking(self) -> $crate::blocking::BlockingItems<Self> {
            $crate::blocking::BlockingItems::new(self)
        }
    };
    (@events $output:ty) => {
        /// Sends the request and returns the events of the response as they arrive.
        ///
        /// # Errors
        ///
        /// Returns an error if a required parameter is missing, or the service cannot be reached or
        /// rejects the request; see [`Error`](crate::Error).
        #[inline]
        pub async fn send_stream(self) -> $crate::Result<$crate::events::EventStream<$output>> {
            self.call.send_stream().await
        }

        /// Blocks the current thread until [`send_stream`](Self::send_stream) completes.
        ///
        /// # Errors
        ///
        /// Returns the same errors as [`send_stream`](Self::send_stream).
        #[cfg(feature = "blocking")]
        #[inline]
        pub fn send_stream_blocking(
            self,
        ) -> $crate::Result<$crate::blocking::BlockingEvents<$output>> {
            self.call.send_stream_blocking()
        }
    };
    (@common) => {
        /// Overrides the client's configuration for this call: timeouts, retries, endpoint or
        /// headers.
        #[inline]
        pub fn with_options(mut self, options: $crate::CallOptions) -> Self {
            self.call.options = options;
            self
        }

        /// Returns the request that would be sent, with secrets redacted, without sending it.
        ///
        /// # Errors
        ///
        /// Returns an error if a required parameter is missing or the endpoint cannot be
        /// determined.
        #[inline]
        pub fn preview(&self) -> $crate::Result<$crate::Preview> {
            self.call.preview()
        }
    };
}
