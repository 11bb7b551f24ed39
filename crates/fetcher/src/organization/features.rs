//! Whether the organization manages the root users of its accounts centrally.

use aws_sdk_iam::Client;
use org_audit_model::Reading;
use smol_str::SmolStr;

use super::Organizations;
use crate::calls::{Trail, has_code};

const OPERATION: &str = "iam:ListOrganizationsFeatures";

/// Codes that mean: it is not switched on, and not: it could not be read.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOrganizationsFeatures.html>
const NOT_ON: [&str; 4] = [
    "ServiceAccessNotEnabled",
    "ServiceAccessNotEnabledException",
    "OrganizationNotInAllFeaturesMode",
    "OrganizationNotInAllFeaturesModeException",
];

impl Organizations<'_> {
    /// The features that are on, with the caller's own credentials, as only the management account and a
    /// delegated administrator for IAM may ask.
    pub(crate) async fn root_access_features(&self, iam: &Client) -> Reading<Vec<SmolStr>> {
        let mut trail = Trail::new(self.calls, self.clock);
        let answer = trail
            .ask(OPERATION, iam.list_organizations_features().send())
            .await;
        let features = match answer {
            Ok(output) => {
                let mut features: Vec<SmolStr> = output
                    .enabled_features()
                    .iter()
                    .map(|feature| SmolStr::new(feature.as_str()))
                    .collect();
                features.sort();
                Ok(features)
            }
            Err(failure) if NOT_ON.iter().any(|code| has_code(&failure, code)) => Ok(Vec::new()),
            Err(failure) => Err(failure),
        };
        trail.reading(features)
    }
}
