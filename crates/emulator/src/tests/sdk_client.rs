//! The in-process front.

use std::sync::Arc;

use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;

use super::{Setup, start_with};
use crate::sdk_client::SdkClient;
use crate::{Service, WorldSpec};

/// The request as the SDK hands it over: an absolute URI, and no host header of its own.
fn request(setup: &Setup) -> HttpRequest {
    let signed = setup.management().signed(
        Service::Iam,
        &[],
        "Action=ListUsers&Version=2010-05-08".to_owned(),
    );
    let mut request = HttpRequest::new(SdkBody::from(signed.body.to_vec()));
    request.set_method("POST").unwrap();
    request.set_uri("http://127.0.0.1/").unwrap();
    for (name, value) in signed.headers.into_iter().filter(|(name, _)| name != "host") {
        request.headers_mut().append(name, value);
    }
    request
}

#[tokio::test]
async fn a_request_of_the_sdk_is_answered_and_its_host_is_part_of_the_signature() {
    let setup = start_with(WorldSpec::uniform(), &[]);
    let client = SdkClient::new(Arc::clone(&setup.emulator));
    let response = client.call(request(&setup)).await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    assert!(response.headers().get("x-amzn-requestid").is_some());
    let body = String::from_utf8(response.body().bytes().unwrap().to_vec()).unwrap();
    assert!(body.ends_with("</ListUsersResponse>"));
}

#[tokio::test]
async fn a_reset_is_an_io_error() {
    let setup = start_with(WorldSpec::uniform(), &["reset=100%"]);
    let client = SdkClient::new(Arc::clone(&setup.emulator));
    let error = client.call(request(&setup)).await.unwrap_err();
    assert!(error.is_io());
}
