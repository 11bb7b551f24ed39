//! The emulator as the HTTP client of the AWS SDK for Rust: no port, no sockets, the same wire.
//!
//! ```text
//! let client = SdkClient::new(emulator);
//! let config = aws_sdk_iam::Config::builder().http_client(client.clone())…
//! ```

use std::fmt;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;

use crate::emulator::Emulator;
use crate::paced::{Paced, ResetOnPurpose};
use crate::wire::{Delivery, Request, Response};

/// An HTTP client that hands every request to an emulator in the same process. Latency is slept, a
/// reset is an I/O error, a slow or cut body comes slowly or ends early.
#[derive(Clone)]
pub struct SdkClient {
    emulator: Arc<Emulator>,
}

impl SdkClient {
    /// A client in front of this emulator.
    #[must_use]
    pub fn new(emulator: Arc<Emulator>) -> Self {
        Self { emulator }
    }

    /// The emulator that answers.
    #[must_use]
    pub fn emulator(&self) -> &Arc<Emulator> {
        &self.emulator
    }
}

impl fmt::Debug for SdkClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SdkClient").finish_non_exhaustive()
    }
}

impl HttpConnector for SdkClient {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let response = self.emulator.handle(&from_sdk(&request));
        HttpConnectorFuture::new(async move {
            if !response.delay.is_zero() {
                tokio::time::sleep(response.delay).await;
            }
            if response.delivery == Delivery::Reset {
                return Err(ConnectorError::io(Box::new(ResetOnPurpose)));
            }
            to_sdk(response)
        })
    }
}

impl HttpClient for SdkClient {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

fn from_sdk(request: &HttpRequest) -> Request {
    let mut headers: Vec<(String, String)> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let (authority, path, query) = split(request.uri());
    if !headers.iter().any(|(name, _)| name == "host") {
        // The SDK signs the host and leaves the header to the HTTP stack.
        headers.push(("host".to_owned(), authority.to_owned()));
    }
    Request {
        method: request.method().to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: request
            .body()
            .bytes()
            .map_or_else(Bytes::new, Bytes::copy_from_slice),
    }
}

/// The authority, the path (`/` at least) and the query of an absolute URI.
fn split(uri: &str) -> (&str, &str, &str) {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    let (before_query, query) = rest.split_once('?').unwrap_or((rest, ""));
    match before_query
        .find('/')
        .and_then(|slash| before_query.split_at_checked(slash))
    {
        Some((authority, path)) => (authority, path, query),
        None => (before_query, "/", query),
    }
}

fn to_sdk(response: Response) -> Result<HttpResponse, ConnectorError> {
    let status =
        StatusCode::try_from(response.status).map_err(|error| ConnectorError::other(error.into(), None))?;
    let body = match response.delivery {
        Delivery::Whole | Delivery::Reset => SdkBody::from(response.body),
        Delivery::Cut { .. } | Delivery::Slow { .. } => {
            SdkBody::from_body_1_x(Paced::new(response.body, response.delivery))
        }
    };
    let mut rendered = HttpResponse::new(status, body);
    for (name, value) in response.headers {
        rendered
            .headers_mut()
            .try_append(name, value)
            .map_err(|error| ConnectorError::other(error.into(), None))?;
    }
    Ok(rendered)
}
