//! AWS managed policies, as AWS publishes them. The three giants (ReadOnlyAccess, SecurityAudit,
//! ViewOnlyAccess) are cut down to the services that matter here.
//!
//! Source: <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>

use crate::draw::{BASE32, letters, of_text};

/// One AWS managed policy.
#[derive(Debug)]
pub(crate) struct AwsPolicy {
    pub name: &'static str,
    pub path: &'static str,
    pub version: &'static str,
    pub created: &'static str,
    pub updated: &'static str,
    pub document: &'static str,
}

impl AwsPolicy {
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::aws:policy{}{}", self.path, self.name)
    }

    pub fn id(&self) -> String {
        format!("ANPA{}", letters(BASE32, of_text(self.name), 17))
    }
}

macro_rules! managed {
    ($name:literal, $path:literal, $version:literal, $created:literal, $updated:literal) => {
        AwsPolicy {
            name: $name,
            path: $path,
            version: $version,
            created: $created,
            updated: $updated,
            document: include_str!(concat!("../../fixtures/aws-managed/", $name, ".json")),
        }
    };
}

/// The policies that this organization uses, sorted by name.
pub(crate) static AWS_POLICIES: &[AwsPolicy] = &[
    managed!(
        "AWSBillingReadOnlyAccess",
        "/",
        "v28",
        "2020-08-27T20:08:51Z",
        "2026-07-30T22:12:29Z"
    ),
    managed!(
        "AWSCloudShellFullAccess",
        "/",
        "v1",
        "2020-12-15T18:07:44Z",
        "2020-12-15T18:07:44Z"
    ),
    managed!(
        "AWSLambda_FullAccess",
        "/",
        "v7",
        "2020-11-17T21:14:08Z",
        "2026-02-12T18:00:51Z"
    ),
    managed!(
        "AWSOrganizationsReadOnlyAccess",
        "/",
        "v6",
        "2018-11-06T20:32:38Z",
        "2024-06-07T21:32:16Z"
    ),
    managed!(
        "AWSSupportAccess",
        "/",
        "v4",
        "2015-02-06T18:41:11Z",
        "2026-02-12T17:59:31Z"
    ),
    managed!(
        "AdministratorAccess",
        "/",
        "v1",
        "2015-02-06T18:39:46Z",
        "2015-02-06T18:39:46Z"
    ),
    managed!(
        "AmazonDynamoDBReadOnlyAccess",
        "/",
        "v15",
        "2015-02-06T18:40:12Z",
        "2024-11-18T17:38:15Z"
    ),
    managed!(
        "AmazonEC2ContainerRegistryPowerUser",
        "/",
        "v3",
        "2015-12-21T17:05:33Z",
        "2019-12-10T20:48:08Z"
    ),
    managed!(
        "AmazonEC2FullAccess",
        "/",
        "v5",
        "2015-02-06T18:40:15Z",
        "2018-11-27T02:16:56Z"
    ),
    managed!(
        "AmazonEC2ReadOnlyAccess",
        "/",
        "v5",
        "2015-02-06T18:40:17Z",
        "2026-02-12T18:03:17Z"
    ),
    managed!(
        "AmazonRDSReadOnlyAccess",
        "/",
        "v7",
        "2015-02-06T18:40:53Z",
        "2023-04-14T12:32:09Z"
    ),
    managed!(
        "AmazonS3FullAccess",
        "/",
        "v2",
        "2015-02-06T18:40:58Z",
        "2021-09-27T20:16:37Z"
    ),
    managed!(
        "AmazonS3ReadOnlyAccess",
        "/",
        "v3",
        "2015-02-06T18:40:59Z",
        "2023-08-10T21:31:39Z"
    ),
    managed!(
        "AmazonSESFullAccess",
        "/",
        "v1",
        "2015-02-06T18:41:02Z",
        "2015-02-06T18:41:02Z"
    ),
    managed!(
        "Billing",
        "/job-function/",
        "v30",
        "2016-11-10T17:33:18Z",
        "2026-07-30T22:12:16Z"
    ),
    managed!(
        "CloudWatchReadOnlyAccess",
        "/",
        "v25",
        "2015-02-06T18:40:01Z",
        "2026-09-22T16:57:07Z"
    ),
    managed!(
        "IAMFullAccess",
        "/",
        "v2",
        "2015-02-06T18:40:38Z",
        "2019-06-21T19:40:00Z"
    ),
    managed!(
        "IAMReadOnlyAccess",
        "/",
        "v4",
        "2015-02-06T18:40:39Z",
        "2018-01-25T19:11:27Z"
    ),
    managed!(
        "IAMSelfManageServiceSpecificCredentials",
        "/",
        "v1",
        "2016-12-22T17:25:18Z",
        "2016-12-22T17:25:18Z"
    ),
    managed!(
        "IAMUserChangePassword",
        "/",
        "v5",
        "2016-11-15T00:25:16Z",
        "2026-02-12T17:58:57Z"
    ),
    managed!(
        "PowerUserAccess",
        "/",
        "v12",
        "2015-02-06T18:39:47Z",
        "2026-02-12T17:59:14Z"
    ),
    managed!(
        "ReadOnlyAccess",
        "/",
        "v190",
        "2015-02-06T18:39:48Z",
        "2026-09-24T17:37:08Z"
    ),
    managed!(
        "SecurityAudit",
        "/",
        "v94",
        "2015-02-06T18:41:01Z",
        "2026-09-30T20:27:08Z"
    ),
    managed!(
        "SignInLocalDevelopmentAccess",
        "/",
        "v3",
        "2025-11-19T18:34:09Z",
        "2026-02-12T17:59:05Z"
    ),
    managed!(
        "ViewOnlyAccess",
        "/job-function/",
        "v46",
        "2016-11-10T17:20:15Z",
        "2026-09-30T20:27:08Z"
    ),
];

/// The policy with this ARN.
pub(crate) fn by_arn(arn: &str) -> Option<&'static AwsPolicy> {
    AWS_POLICIES.iter().find(|policy| policy.arn() == arn)
}

/// The policy with this name.
pub(crate) fn by_name(name: &str) -> Option<&'static AwsPolicy> {
    AWS_POLICIES.iter().find(|policy| policy.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_is_json_and_names_are_sorted() {
        assert!(AWS_POLICIES.is_sorted_by_key(|policy| policy.name));
        for policy in AWS_POLICIES {
            serde_json::from_str::<serde_json::Value>(policy.document).expect(policy.name);
        }
    }
}
