//! Verifies AWS Signature Version 4.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::error::ApiError;
use crate::route::Service;
use crate::wire::Request;

/// The parts of an `Authorization` header.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Authorization<'a> {
    pub access_key: &'a str,
    date: &'a str,
    region: &'a str,
    service: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

impl<'a> Authorization<'a> {
    /// Reads the header; the error is the one that AWS gives for its absence or its shape.
    pub fn parse(request: &'a Request, service: Service) -> Result<Self, ApiError> {
        let Some(header) = request.header("authorization") else {
            return Err(missing(service));
        };
        Self::parse_header(header).ok_or_else(|| incomplete(service, header))
    }

    fn parse_header(header: &'a str) -> Option<Self> {
        let fields = header.strip_prefix("AWS4-HMAC-SHA256")?;
        let mut credential = None;
        let mut signed_headers = None;
        let mut signature = None;
        for field in fields.split(',') {
            match field.trim().split_once('=')? {
                ("Credential", value) => credential = Some(value),
                ("SignedHeaders", value) => signed_headers = Some(value),
                ("Signature", value) => signature = Some(value),
                _ => return None,
            }
        }
        let mut scope = credential?.split('/');
        let parsed = Self {
            access_key: scope.next()?,
            date: scope.next()?,
            region: scope.next()?,
            service: scope.next()?,
            signed_headers: signed_headers?,
            signature: signature?,
        };
        (scope.next() == Some("aws4_request") && scope.next().is_none()).then_some(parsed)
    }

    /// Compares the signature with the one that `secret` gives.
    pub fn verify(&self, request: &Request, secret: &str, service: Service) -> Result<(), ApiError> {
        if self.service != service.name() {
            return Err(mismatch(
                service,
                format!(
                    "Credential should be scoped to correct service: '{}'.",
                    service.name()
                ),
            ));
        }
        let time = request.header("x-amz-date").unwrap_or_default();
        if !time.starts_with(self.date) {
            return Err(mismatch(
                service,
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP"
                    .to_owned(),
            ));
        }
        let expected = self.signature_of(request, secret, time);
        if expected.as_deref() == Some(self.signature) {
            Ok(())
        } else {
            Err(mismatch(
                service,
                "The request signature we calculated does not match the signature you provided. Check your AWS \
                 Secret Access Key and signing method. Consult the service documentation for details."
                    .to_owned(),
            ))
        }
    }

    /// The signature that `secret` gives for this request.
    fn signature_of(&self, request: &Request, secret: &str, time: &str) -> Option<String> {
        let scope = format!("{}/{}/{}/aws4_request", self.date, self.region, self.service);
        let canonical = self.canonical_request(request);
        let to_sign = format!(
            "AWS4-HMAC-SHA256\n{time}\n{scope}\n{}",
            hex(&Sha256::digest(canonical.as_bytes()))
        );
        let key = [self.date, self.region, self.service, "aws4_request"]
            .iter()
            .try_fold(format!("AWS4{secret}").into_bytes(), |key, part| {
                sign(&key, part.as_bytes())
            });
        key.and_then(|key| sign(&key, to_sign.as_bytes()))
            .map(|bytes| hex(&bytes))
    }

    fn canonical_request(&self, request: &Request) -> String {
        let mut query: Vec<&str> = request.query.split('&').filter(|pair| !pair.is_empty()).collect();
        query.sort_unstable();
        let mut canonical = format!("{}\n{}\n{}\n", request.method, request.path, query.join("&"));
        for name in self.signed_headers.split(';') {
            let values: Vec<String> = request
                .headers
                .iter()
                .filter(|(key, _)| key == name)
                .map(|(_, value)| value.split_whitespace().collect::<Vec<_>>().join(" "))
                .collect();
            canonical.push_str(&format!("{name}:{}\n", values.join(",")));
        }
        canonical.push_str(&format!(
            "\n{}\n{}",
            self.signed_headers,
            hex(&Sha256::digest(&request.body))
        ));
        canonical
    }
}

fn sign(key: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(data);
    Some(mac.finalize().into_bytes().to_vec())
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|nibble| DIGITS.get(usize::from(nibble)))
        .collect()
}

fn missing(service: Service) -> ApiError {
    match service {
        Service::Organizations => ApiError::new(
            400,
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        ),
        Service::Iam | Service::Sts => ApiError::new(
            403,
            "MissingAuthenticationToken",
            "Request is missing Authentication Token",
        ),
    }
}

fn incomplete(service: Service, header: &str) -> ApiError {
    // The header's own text is not repeated: a signature is nothing for a message or a log.
    let scheme = header.split_whitespace().next().unwrap_or_default();
    let message = format!(
        "Authorization header of scheme '{scheme}' requires 'Credential', 'SignedHeaders' and 'Signature' parameters."
    );
    match service {
        Service::Organizations => ApiError::new(400, "IncompleteSignatureException", message),
        Service::Iam | Service::Sts => ApiError::new(400, "IncompleteSignature", message),
    }
}

/// The signature is not the one of this request.
pub(crate) fn mismatch(service: Service, message: String) -> ApiError {
    match service {
        Service::Organizations => ApiError::new(400, "InvalidSignatureException", message),
        Service::Iam | Service::Sts => ApiError::new(403, "SignatureDoesNotMatch", message),
    }
}

/// Nobody has this access key, or the session token is not the key's.
pub(crate) fn unknown_key(service: Service) -> ApiError {
    let message = "The security token included in the request is invalid.";
    match service {
        Service::Organizations => ApiError::new(400, "UnrecognizedClientException", message),
        Service::Iam | Service::Sts => ApiError::new(403, "InvalidClientTokenId", message),
    }
}

/// The session is over.
pub(crate) fn expired(service: Service) -> ApiError {
    let message = "The security token included in the request is expired";
    match service {
        Service::Organizations => ApiError::new(400, "ExpiredTokenException", message),
        Service::Iam | Service::Sts => ApiError::new(403, "ExpiredToken", message),
    }
}

/// Signs a request as a client does, for tests.
#[cfg(test)]
pub(crate) fn sign_request(request: &mut Request, access_key: &str, secret: &str, service: Service) {
    let time = request.header("x-amz-date").unwrap_or_default().to_owned();
    let mut names: Vec<String> = request.headers.iter().map(|(name, _)| name.clone()).collect();
    names.sort_unstable();
    let signed_headers = names.join(";");
    let authorization = Authorization {
        access_key,
        date: &time[..8],
        region: "us-east-1",
        service: service.name(),
        signed_headers: &signed_headers,
        signature: "",
    };
    let signature = authorization.signature_of(request, secret, &time).unwrap();
    let value = format!(
        "AWS4-HMAC-SHA256 Credential={access_key}/{}/us-east-1/{}/aws4_request, SignedHeaders={signed_headers}, \
         Signature={signature}",
        &time[..8],
        service.name()
    );
    request.headers.push(("authorization".to_owned(), value));
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    /// The worked example of AWS's own documentation (`ListUsers` of 30 August 2015).
    #[test]
    fn the_signature_of_the_documented_example_verifies() {
        let request = Request {
            method: "GET".to_owned(),
            path: "/".to_owned(),
            query: "Action=ListUsers&Version=2010-05-08".to_owned(),
            headers: vec![
                (
                    "content-type".to_owned(),
                    "application/x-www-form-urlencoded; charset=utf-8".to_owned(),
                ),
                ("host".to_owned(), "iam.amazonaws.com".to_owned()),
                ("x-amz-date".to_owned(), "20150830T123600Z".to_owned()),
                (
                    "authorization".to_owned(),
                    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
                     SignedHeaders=content-type;host;x-amz-date, \
                     Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
                        .to_owned(),
                ),
            ],
            body: Bytes::new(),
        };
        let authorization = Authorization::parse(&request, Service::Iam).unwrap();
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        assert_eq!(authorization.access_key, "AKIDEXAMPLE");
        assert_eq!(authorization.verify(&request, secret, Service::Iam), Ok(()));
        let wrong = authorization
            .verify(&request, "another", Service::Iam)
            .unwrap_err();
        assert_eq!(wrong.code, "SignatureDoesNotMatch");
    }
}
