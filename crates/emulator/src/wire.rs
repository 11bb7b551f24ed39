//! The emulator's own request and response: no I/O, so that every front and every test can use them.

use std::time::Duration;

use bytes::Bytes;

/// One HTTP request as a front received it.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method, upper case.
    pub method: String,
    /// The path, still percent-encoded, `/` at least.
    pub path: String,
    /// The query string without `?`; empty when there is none.
    pub query: String,
    /// Header names (lower case) and values, in the order of arrival.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Bytes,
}

impl Request {
    /// The first header called `name` (lower case), trimmed.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.trim())
    }
}

/// How a front must put the response on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    /// At once and whole.
    #[default]
    Whole,
    /// Not at all: the connection is reset.
    Reset,
    /// The headers promise the whole body, and the connection ends after this many bytes of it.
    Cut {
        /// Bytes that are still sent.
        after: usize,
    },
    /// In pieces with a pause between them.
    Slow {
        /// Size of a piece.
        chunk: usize,
        /// Pause before each piece.
        pause: Duration,
    },
}

/// One HTTP response, with what a fault does to its delivery.
#[derive(Debug, Clone)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Header names (lower case) and values, without `content-length`, which the front adds.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// How long the front waits before it answers.
    pub delay: Duration,
    /// How the front sends it.
    pub delivery: Delivery,
}

impl Response {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            body: body.into(),
            delay: Duration::ZERO,
            delivery: Delivery::Whole,
        }
    }

    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The body as text, for tests and messages.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The first header called `name`, in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}
