//! The methods of a request builder that send the request, page through results, or preview it.

use crate::codegen::ir::{Operation, ResponseBody};
use crate::codegen::names::ident;
use crate::codegen::render::Docs;
use proc_macro2::TokenStream;
use quote::quote;

/// Returns the methods of a request builder other than setters.
pub(super) fn methods(operation: &Operation, docs: &Docs) -> TokenStream {
    let send = match operation.output.body {
        ResponseBody::Events => send_stream(operation, docs),
        ResponseBody::Json | ResponseBody::Raw => send(operation, docs),
    };
    let pages = operation.pagination.is_some().then(|| pages(docs));
    let with_options = docs.text(WITH_OPTIONS);
    let preview = docs.text(PREVIEW);
    quote! {
        #with_options
        #[inline]
        pub fn with_options(mut self, options: CallOptions) -> Self {
            self.call.options = options;
            self
        }
        #send
        #pages
        #preview
        #[inline]
        pub fn preview(&self) -> Result<Preview> {
            self.call.preview()
        }
    }
}

const WITH_OPTIONS: &str = "\
Overrides the client's configuration for this call: timeouts, retries, endpoint or headers.";

const PREVIEW: &str = "\
Returns the request that would be sent, with secrets redacted, without sending it.

# Errors

Returns an error if a required parameter is missing or the endpoint cannot be determined.";

fn send(operation: &Operation, docs: &Docs) -> TokenStream {
    let output = ident(&operation.output.name);
    let send = docs.text(match operation.pagination {
        Some(_) => SEND_PAGE,
        None => SEND,
    });
    let send_with_response = docs.text(SEND_WITH_RESPONSE);
    let send_blocking = docs.text(SEND_BLOCKING);
    let send_with_response_blocking = docs.text(SEND_WITH_RESPONSE_BLOCKING);
    quote! {
        #send
        #[inline]
        pub async fn send(self) -> Result<#output> {
            self.call.send().await
        }
        #send_with_response
        #[inline]
        pub async fn send_with_response(self) -> Result<Response<#output>> {
            self.call.send_with_response().await
        }
        #send_blocking
        #[cfg(feature = "blocking")]
        #[inline]
        pub fn send_blocking(self) -> Result<#output> {
            self.call.send_blocking()
        }
        #send_with_response_blocking
        #[cfg(feature = "blocking")]
        #[inline]
        pub fn send_with_response_blocking(self) -> Result<Response<#output>> {
            self.call.send_with_response_blocking()
        }
    }
}

const SEND: &str = "\
Sends the request and returns the output.

# Errors

Returns an error if a required parameter is missing, the service cannot be reached or rejects the \
request, or the response cannot be decoded; see [`Error`](crate::Error).";

const SEND_PAGE: &str = "\
Sends the request and returns one page.

# Errors

Returns an error if a required parameter is missing, the service cannot be reached or rejects the \
request, or the response cannot be decoded; see [`Error`](crate::Error).";

const SEND_WITH_RESPONSE: &str = "\
Sends the request and returns the output with the status, headers, request ID and raw body of the \
response.

# Errors

Returns the same errors as [`send`](Self::send).";

const SEND_BLOCKING: &str = "\
Blocks the current thread until [`send`](Self::send) completes. Works both inside and outside of an \
async runtime.

# Errors

Returns the same errors as [`send`](Self::send).";

const SEND_WITH_RESPONSE_BLOCKING: &str = "\
Blocks the current thread until [`send_with_response`](Self::send_with_response) completes.

# Errors

Returns the same errors as [`send`](Self::send).";

fn send_stream(operation: &Operation, docs: &Docs) -> TokenStream {
    let output = ident(&operation.output.name);
    let send_stream = docs.text(SEND_STREAM);
    let send_stream_blocking = docs.text(SEND_STREAM_BLOCKING);
    quote! {
        #send_stream
        #[inline]
        pub async fn send_stream(self) -> Result<EventStream<#output>> {
            self.call.send_stream().await
        }
        #send_stream_blocking
        #[cfg(feature = "blocking")]
        #[inline]
        pub fn send_stream_blocking(self) -> Result<BlockingEvents<#output>> {
            self.call.send_stream_blocking()
        }
    }
}

const SEND_STREAM: &str = "\
Sends the request and returns the events of the response as they arrive.

# Errors

Returns an error if a required parameter is missing, or the service cannot be reached or rejects the \
request; see [`Error`](crate::Error).";

const SEND_STREAM_BLOCKING: &str = "\
Blocks the current thread until [`send_stream`](Self::send_stream) completes.

# Errors

Returns the same errors as [`send_stream`](Self::send_stream).";

fn pages(docs: &Docs) -> TokenStream {
    let by_page = docs.text("Returns a stream of pages, starting with the requested page.");
    let by_item =
        docs.text("Returns a stream of the items of all pages, starting with the requested page.");
    let by_page_blocking =
        docs.text("Returns a blocking iterator over the pages; see [`by_page`](Self::by_page).");
    let by_item_blocking = docs.text(
        "Returns a blocking iterator over the items of all pages; see [`by_item`](Self::by_item).",
    );
    quote! {
        #by_page
        #[inline]
        pub fn by_page(self) -> Pages<Self> {
            Pages::new(self)
        }
        #by_item
        #[inline]
        pub fn by_item(self) -> Items<Self> {
            Items::new(self)
        }
        #by_page_blocking
        #[cfg(feature = "blocking")]
        #[inline]
        pub fn by_page_blocking(self) -> BlockingPages<Self> {
            BlockingPages::new(self)
        }
        #by_item_blocking
        #[cfg(feature = "blocking")]
        #[inline]
        pub fn by_item_blocking(self) -> BlockingItems<Self> {
            BlockingItems::new(self)
        }
    }
}
