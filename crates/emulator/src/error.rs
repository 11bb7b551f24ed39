//! AWS's error answers, in the two shapes of the wire: XML for Query, JSON for JSON 1.1.

use serde_json::json;

use crate::route::Service;
use crate::wire::Response;
use crate::xml::Xml;

/// An error as AWS words it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub(crate) struct ApiError {
    pub status: u16,
    pub code: String,
    pub message: String,
    /// The `Reason` of Organizations' `InvalidInputException`, or the `Type` of its throttling.
    pub reason: Option<(&'static str, &'static str)>,
}

impl ApiError {
    pub fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            reason: None,
        }
    }

    /// IAM's `NoSuchEntity`, 404.
    pub fn no_such_entity(message: impl Into<String>) -> Self {
        Self::new(404, "NoSuchEntity", message)
    }

    /// The Query protocol's `ValidationError`, 400.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::new(400, "ValidationError", message)
    }

    /// Organizations' `InvalidInputException` with its `Reason`.
    pub fn invalid_input(reason: &'static str, message: impl Into<String>) -> Self {
        let mut error = Self::new(400, "InvalidInputException", message);
        error.reason = Some(("Reason", reason));
        error
    }

    /// A refusal, under the code that the service's protocol has for it.
    pub fn access_denied(service: Service, message: impl Into<String>) -> Self {
        match service {
            Service::Organizations => Self::new(400, "AccessDeniedException", message),
            Service::Iam | Service::Sts => Self::new(403, "AccessDenied", message),
        }
    }

    /// "Slow down", under the code that the service has for it.
    pub fn throttled(service: Service) -> Self {
        match service {
            Service::Organizations => {
                let mut error = Self::new(
                    400,
                    "TooManyRequestsException",
                    "AWS Organizations can't complete your request because another request is already in \
                     progress or the request rate is too high. Try again later.",
                );
                error.reason = Some(("Type", "RATE_LIMIT_EXCEEDED"));
                error
            }
            Service::Iam | Service::Sts => Self::new(400, "Throttling", "Rate exceeded"),
        }
    }

    /// An internal failure, under the code that the service has for it.
    pub fn service_failure(service: Service) -> Self {
        let (code, message) = match service {
            Service::Organizations => (
                "ServiceException",
                "AWS Organizations can't complete your request \
                because of an internal service error. Try again later.",
            ),
            Service::Iam => (
                "ServiceFailure",
                "The request processing has failed because of an unknown error, \
                exception or failure.",
            ),
            Service::Sts => (
                "InternalFailure",
                "The request processing has failed because of an unknown error, \
                exception or failure.",
            ),
        };
        Self::new(500, code, message)
    }

    /// The HTTP response of this error in `service`'s protocol.
    pub fn render(&self, service: Service, request_id: &str) -> Response {
        match service {
            Service::Organizations => self.render_json(request_id),
            Service::Iam | Service::Sts => self.render_xml(service, request_id),
        }
    }

    fn render_json(&self, request_id: &str) -> Response {
        let mut body = json!({ "__type": self.code, "Message": self.message });
        if let (Some((key, value)), Some(object)) = (self.reason, body.as_object_mut()) {
            object.insert(key.to_owned(), json!(value));
        }
        Response::new(self.status, "application/x-amz-json-1.1", body.to_string())
            .with_header("x-amzn-requestid", request_id)
            .with_header("x-amzn-errortype", &self.code)
    }

    fn render_xml(&self, service: Service, request_id: &str) -> Response {
        let mut xml = Xml::new();
        xml.open_root("ErrorResponse", service.namespace());
        xml.element("Error", |xml| {
            xml.text("Type", if self.status >= 500 { "Receiver" } else { "Sender" });
            xml.text("Code", &self.code);
            xml.text("Message", &self.message);
        });
        xml.text("RequestId", request_id);
        xml.close("ErrorResponse");
        Response::new(self.status, "text/xml", xml.finish()).with_header("x-amzn-requestid", request_id)
    }
}
