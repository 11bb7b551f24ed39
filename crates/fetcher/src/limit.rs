//! How many requests wait for an answer at once, in all accounts together.
//!
//! Each of them holds a connection, and a connection holds some forty kilobytes. Where many users are confirmed in many
//! accounts, a thousand could be open at once, and most of them for one request.
//!
//! The limit is on attempts and not on calls: a call that is throttled gives its place away while it waits to try again,
//! so that one throttled account does not hold up the others.

use std::sync::Arc;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::{RuntimeComponents, RuntimeComponentsBuilder};
use aws_smithy_types::config_bag::ConfigBag;
use tokio::sync::Semaphore;

/// An HTTP client that lets some requests wait for others.
#[derive(Debug)]
pub(crate) struct Limited {
    inner: SharedHttpClient,
    places: Arc<Semaphore>,
}

impl Limited {
    /// `inner`, with at most `most` requests that wait for an answer.
    pub(crate) fn new(inner: SharedHttpClient, most: usize) -> Self {
        Self {
            inner,
            places: Arc::new(Semaphore::new(most)),
        }
    }
}

impl HttpClient for Limited {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(LimitedConnector {
            inner: self.inner.http_connector(settings, components),
            places: Arc::clone(&self.places),
        })
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        HttpClient::validate_base_client_config(&self.inner, components, config)
    }

    fn validate_final_config(
        &self,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        HttpClient::validate_final_config(&self.inner, components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.inner.connector_metadata()
    }
}

#[derive(Debug)]
struct LimitedConnector {
    inner: SharedHttpConnector,
    places: Arc<Semaphore>,
}

impl HttpConnector for LimitedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (inner, places) = (self.inner.clone(), Arc::clone(&self.places));
        HttpConnectorFuture::new(async move {
            // Nobody closes the semaphore.
            let _place = places
                .acquire()
                .await
                .map_err(|closed| ConnectorError::other(closed.into(), None))?;
            inner.call(request).await
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
    use aws_smithy_types::body::SdkBody;

    use super::*;

    /// Answers after a while, and keeps how many were asked at the same time at most.
    #[derive(Debug, Clone, Default)]
    struct Slow {
        now: Arc<AtomicUsize>,
        most: Arc<AtomicUsize>,
    }

    impl HttpConnector for Slow {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            let slow = self.clone();
            HttpConnectorFuture::new(async move {
                let now = slow.now.fetch_add(1, Ordering::SeqCst) + 1;
                slow.most.fetch_max(now, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(10)).await;
                slow.now.fetch_sub(1, Ordering::SeqCst);
                let status = 200
                    .try_into()
                    .map_err(|_| ConnectorError::user("status".into()))?;
                Ok(HttpResponse::new(status, SdkBody::empty()))
            })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_requests_are_out_than_there_are_places_and_all_are_answered() {
        let slow = Slow::default();
        let limited = LimitedConnector {
            inner: SharedHttpConnector::new(slow.clone()),
            places: Arc::new(Semaphore::new(3)),
        };
        let calls: Vec<_> = (0..20).map(|_| limited.call(HttpRequest::empty())).collect();
        let answers = futures_util::future::join_all(calls).await;
        assert!(answers.iter().all(Result::is_ok));
        assert_eq!(slow.most.load(Ordering::SeqCst), 3);
    }
}
