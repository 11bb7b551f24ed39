//! Which service and operation a request is for. One endpoint serves all three services, as
//! `AWS_ENDPOINT_URL` sends them all to one place.

use crate::error::ApiError;
use crate::form::Form;
use crate::wire::Request;

/// A service that the emulator speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// AWS Identity and Access Management (Query, XML).
    Iam,
    /// AWS Organizations (JSON 1.1).
    Organizations,
    /// AWS Security Token Service (Query, XML).
    Sts,
}

impl Service {
    /// The name in a credential scope and in an action (`iam:ListUsers`).
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Iam => "iam",
            Self::Organizations => "organizations",
            Self::Sts => "sts",
        }
    }

    pub(crate) fn namespace(self) -> &'static str {
        match self {
            Self::Iam => "https://iam.amazonaws.com/doc/2010-05-08/",
            Self::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
            Self::Organizations => "",
        }
    }

    fn version(self) -> &'static str {
        match self {
            Self::Iam => "2010-05-08",
            Self::Sts => "2011-06-15",
            Self::Organizations => "2016-11-28",
        }
    }

    fn by_scope(name: &str) -> Option<Self> {
        [Self::Iam, Self::Organizations, Self::Sts]
            .into_iter()
            .find(|service| service.name() == name)
    }
}

const TARGET_PREFIX: &str = "AWSOrganizationsV20161128.";

/// A routed request: the service, the operation and its parameters.
#[derive(Debug)]
pub(crate) struct Call {
    pub service: Service,
    pub operation: String,
    pub input: Input,
}

/// The parameters, as the service's protocol carries them.
#[derive(Debug)]
pub(crate) enum Input {
    Form(Form),
    Json(serde_json::Value),
}

impl Call {
    /// Finds the service by `X-Amz-Target`, then by the API version, then by the credential scope.
    pub fn parse(request: &Request) -> Result<Self, (Service, ApiError)> {
        if let Some(target) = request.header("x-amz-target") {
            return Self::parse_json(request, target);
        }
        let form = Form::parse(&request.query, &String::from_utf8_lossy(&request.body));
        let scope = scope_service(request);
        let by_version = form.get("Version").and_then(|version| {
            [Service::Iam, Service::Sts]
                .into_iter()
                .find(|s| s.version() == version)
        });
        let service = by_version.or(scope).unwrap_or(Service::Iam);
        if service == Service::Organizations {
            let error = ApiError::new(400, "UnknownOperationException", "");
            return Err((service, error));
        }
        let Some(action) = form.get("Action").filter(|action| !action.is_empty()) else {
            return Err((service, ApiError::new(400, "MissingAction", "Missing Action")));
        };
        let operation = action.to_owned();
        Ok(Self {
            service,
            operation,
            input: Input::Form(form),
        })
    }

    fn parse_json(request: &Request, target: &str) -> Result<Self, (Service, ApiError)> {
        let service = Service::Organizations;
        let Some(operation) = target.strip_prefix(TARGET_PREFIX) else {
            return Err((service, ApiError::new(400, "UnknownOperationException", "")));
        };
        let body: &[u8] = if request.body.is_empty() {
            b"{}"
        } else {
            &request.body
        };
        let value = serde_json::from_slice(body).map_err(|_| {
            (
                service,
                ApiError::new(
                    400,
                    "SerializationException",
                    "Start of structure or map found where not expected.",
                ),
            )
        })?;
        Ok(Self {
            service,
            operation: operation.to_owned(),
            input: Input::Json(value),
        })
    }

    /// AWS's answer to an operation that the service (here: the emulator) does not have.
    pub fn unknown_operation(&self) -> ApiError {
        match self.service {
            Service::Organizations => ApiError::new(400, "UnknownOperationException", ""),
            Service::Iam | Service::Sts => ApiError::new(
                400,
                "InvalidAction",
                format!(
                    "Could not find operation {} for version {}",
                    self.operation,
                    self.service.version()
                ),
            ),
        }
    }
}

/// The service of the SigV4 credential scope (`Credential=AKIA…/20260101/us-east-1/iam/aws4_request`).
fn scope_service(request: &Request) -> Option<Service> {
    let authorization = request.header("authorization")?;
    let (_, credential) = authorization.split_once("Credential=")?;
    let credential = credential.split(',').next()?;
    Service::by_scope(credential.split('/').nth(3)?)
}
