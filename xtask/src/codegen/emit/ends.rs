//! What ends the chain of calls on a request builder.

use crate::codegen::ir::{Answer, Operation};
use crate::codegen::names::ident;
use crate::codegen::render::Docs;
use proc_macro2::TokenStream;
use quote::quote;

/// The methods that send a request, and those that stand before and beside it.
pub(super) fn ends(operation: &Operation, docs: &Docs) -> TokenStream {
    let send = match operation.output.answer {
        Answer::Events => send_stream(operation, docs),
        Answer::Json | Answer::Raw => send(operation, docs),
    };
    let pages = operation.pagination.is_some().then(|| pages(docs));
    let with_options = docs.text(
        "What differs from the client's configuration in this call: timeouts, retries, endpoint, headers.",
    );
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

const PREVIEW: &str = "\
The request as it would be sent, without its secrets; sends nothing.

# Errors
When a required parameter is missing or there is no endpoint.";

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
Sends the request.

# Errors
When a required parameter is missing, the service cannot be reached or refuses, or its answer cannot be read; see
[`Error`](crate::Error).";

const SEND_PAGE: &str = "\
Sends the request and gives one page.

# Errors
When a required parameter is missing, the service cannot be reached or refuses, or its answer cannot be read; see
[`Error`](crate::Error).";

const SEND_WITH_RESPONSE: &str = "\
Sends the request and gives the output with status, headers, request id and raw body.

# Errors
As [`send`](Self::send).";

const SEND_BLOCKING: &str = "\
[`send`](Self::send) for programs without an async runtime; also works inside of one, where it blocks the thread.

# Errors
As [`send`](Self::send).";

const SEND_WITH_RESPONSE_BLOCKING: &str = "\
[`send_with_response`](Self::send_with_response) for programs without an async runtime.

# Errors
As [`send`](Self::send).";

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
Sends the request and gives the events of the answer as they arrive.

# Errors
When a required parameter is missing, or the service cannot be reached or refuses; see [`Error`](crate::Error).";

const SEND_STREAM_BLOCKING: &str = "\
[`send_stream`](Self::send_stream) for programs without an async runtime.

# Errors
As [`send_stream`](Self::send_stream).";

fn pages(docs: &Docs) -> TokenStream {
    let by_page = docs.text("All pages, one request each, beginning where this request points to.");
    let by_item = docs.text("The items of all pages, beginning where this request points to.");
    let by_page_blocking = docs
        .text("[`by_page`](Self::by_page) as an iterator, for programs without an async runtime.");
    let by_item_blocking = docs
        .text("[`by_item`](Self::by_item) as an iterator, for programs without an async runtime.");
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
