"""boto3 and the AWS CLI against the emulator: clients that we did not write get sensible answers."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

import shapes
from conftest import ROLE, Organization, clean_environment

SERVICE_CONTROL = "SERVICE_CONTROL_POLICY"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def code(error: pytest.ExceptionInfo[ClientError]) -> str:
    return error.value.response["Error"]["Code"]


@pytest.fixture(scope="module")
def accounts(organization: Organization) -> dict[str, str]:
    return organization.accounts()


@pytest.fixture(scope="module")
def arguments(organization: Organization, accounts: dict[str, str]) -> dict[str, dict[str, Any]]:
    """What each operation is asked with, where it has to be asked with something."""
    organizations = organization.client("organizations")
    root = organizations.list_roots()["Roots"][0]["Id"]
    units = organizations.get_paginator("list_organizational_units_for_parent").paginate(ParentId=root)
    unit = units.build_full_result()["OrganizationalUnits"][0]["Id"]
    iam = organization.iam(accounts["payments-dev"])
    names = [user["UserName"] for user in iam.list_users()["Users"]]
    with_device = next(name for name in names if iam.list_mfa_devices(UserName=name)["MFADevices"])
    with_key = next(name for name in names if iam.list_access_keys(UserName=name)["AccessKeyMetadata"])
    with_password = next(name for name in names if _has_password(iam, name))
    user = {"UserName": with_device}
    group = {"GroupName": "Developers"}
    role = {"RoleName": ROLE}
    policy = {"PolicyArn": ADMINISTRATOR}
    return {
        "organizations:DescribeAccount": {"AccountId": accounts["dns"]},
        "organizations:DescribeOrganizationalUnit": {"OrganizationalUnitId": unit},
        "organizations:DescribePolicy": {"PolicyId": "p-FullAWSAccess"},
        "organizations:ListAccountsForParent": {"ParentId": unit},
        "organizations:ListChildren": {"ParentId": root, "ChildType": "ORGANIZATIONAL_UNIT"},
        "organizations:ListDelegatedServicesForAccount": {"AccountId": accounts["security-tooling"]},
        "organizations:ListOrganizationalUnitsForParent": {"ParentId": root},
        "organizations:ListParents": {"ChildId": accounts["dns"]},
        "organizations:ListPolicies": {"Filter": SERVICE_CONTROL},
        "organizations:ListPoliciesForTarget": {"TargetId": root, "Filter": SERVICE_CONTROL},
        "organizations:ListTagsForResource": {"ResourceId": accounts["dns"]},
        "organizations:ListTargetsForPolicy": {"PolicyId": "p-FullAWSAccess"},
        "sts:AssumeRole": {"RoleArn": f"arn:aws:iam::{accounts['dns']}:role/{ROLE}", "RoleSessionName": "abc"},
        "iam:GetAccessKeyLastUsed": {
            "AccessKeyId": iam.list_access_keys(UserName=with_key)["AccessKeyMetadata"][0]["AccessKeyId"]
        },
        "iam:GetGroup": group,
        "iam:GetGroupPolicy": {**group, "PolicyName": "rotate-own-keys"},
        "iam:GetLoginProfile": {"UserName": with_password},
        "iam:GetMFADevice": {"SerialNumber": iam.list_mfa_devices(**user)["MFADevices"][0]["SerialNumber"]},
        "iam:GetPolicy": policy,
        "iam:GetPolicyVersion": {**policy, "VersionId": "v1"},
        "iam:GetRole": role,
        "iam:GetUser": user,
        "iam:ListAccessKeys": {"UserName": with_key},
        "iam:ListAttachedGroupPolicies": group,
        "iam:ListAttachedRolePolicies": role,
        "iam:ListAttachedUserPolicies": user,
        "iam:ListGroupPolicies": group,
        "iam:ListGroupsForUser": user,
        "iam:ListMFADevices": user,
        "iam:ListMFADeviceTags": {"SerialNumber": iam.list_mfa_devices(**user)["MFADevices"][0]["SerialNumber"]},
        "iam:ListPolicyVersions": policy,
        "iam:ListRolePolicies": role,
        "iam:ListSigningCertificates": user,
        "iam:ListUserPolicies": user,
        "iam:ListUserTags": user,
    }


def _has_password(iam: Any, user: str) -> bool:
    try:
        iam.get_login_profile(UserName=user)
    except iam.exceptions.NoSuchEntityException:
        return False
    return True


# Operations whose right answer in this organization is an error, or that have a test of their own below.
ELSEWHERE = {
    "organizations:DescribeEffectivePolicy",
    "organizations:DescribeResourcePolicy",
    "iam:GetUserPolicy",
    "iam:GetCredentialReport",
    "iam:ListOrganizationsFeatures",
}


def test_every_operation_answers_in_the_form_of_botocores_model(
    organization: Organization, accounts: dict[str, str], arguments: dict[str, dict[str, Any]]
) -> None:
    operations = organization.get("/_org-audit/operations")
    assert len(operations) >= 55
    member = organization.assume(accounts["payments-dev"])
    for operation in operations:
        if operation in ELSEWHERE:
            continue
        service, _, name = operation.partition(":")
        client = organization.client(service, member if service == "iam" else None)
        method = next(method for method, api in client.meta.method_to_api_mapping.items() if api == name)
        answer = getattr(client, method)(**arguments.get(operation, {}))
        answer.pop("ResponseMetadata")
        assert answer, f"{operation} answered nothing"
    assert organization.problems == []


def test_every_inline_policy_of_every_user_can_be_read(organization: Organization, accounts: dict[str, str]) -> None:
    iam = organization.iam(accounts["tracking-dev"])
    read = 0
    for user in iam.list_users()["Users"]:
        name = user["UserName"]
        for policy in iam.list_user_policies(UserName=name)["PolicyNames"]:
            document = iam.get_user_policy(UserName=name, PolicyName=policy)["PolicyDocument"]
            assert document["Statement"]
            read += 1
    assert read > 0
    assert organization.problems == []


@pytest.mark.parametrize(
    ("service", "operation", "key", "more"),
    [
        ("organizations", "list_accounts", "Accounts", {}),
        ("organizations", "list_policies", "Policies", {"Filter": SERVICE_CONTROL}),
        ("organizations", "list_targets_for_policy", "Targets", {"PolicyId": "p-FullAWSAccess"}),
        ("iam", "list_users", "Users", {}),
        ("iam", "list_policies", "Policies", {}),
        ("iam", "list_virtual_mfa_devices", "VirtualMFADevices", {}),
        ("iam", "get_account_authorization_details", "Policies", {}),
        ("iam", "get_account_authorization_details", "UserDetailList", {}),
    ],
)
def test_a_paginator_gets_the_same_entries_whatever_the_page_size(
    organization: Organization, accounts: dict[str, str], service: str, operation: str, key: str, more: dict[str, Any]
) -> None:
    member = organization.assume(accounts["orders-prod"]) if service == "iam" else None
    paginator = organization.client(service, member).get_paginator(operation)

    def entries(size: int) -> list[Any]:
        pages = paginator.paginate(**more, PaginationConfig={"PageSize": size})
        return [entry for page in pages for entry in page[key]]

    assert entries(3) == entries(20)
    assert len(entries(20)) > 3


def test_the_credential_report_agrees_with_the_calls_about_each_user(
    organization: Organization, accounts: dict[str, str]
) -> None:
    iam = organization.iam(accounts["mobile-dev"])
    with pytest.raises(iam.exceptions.CredentialReportNotPresentException):
        iam.get_credential_report()
    while iam.generate_credential_report()["State"] != "COMPLETE":
        pass
    report = iam.get_credential_report()
    assert report["ReportFormat"] == "text/csv"
    rows = {row["user"]: row for row in csv.DictReader(io.StringIO(report["Content"].decode()))}
    assert rows.pop("<root_account>")["arn"].endswith(":root")
    users = iam.list_users()["Users"]
    assert sorted(rows) == sorted(user["UserName"] for user in users)
    for user in users:
        row = rows[user["UserName"]]
        assert row["arn"] == user["Arn"]
        assert (row["password_enabled"] == "true") == _has_password(iam, user["UserName"])
        devices = iam.list_mfa_devices(UserName=user["UserName"])["MFADevices"]
        assert (row["mfa_active"] == "true") == bool(devices)
        keys = iam.list_access_keys(UserName=user["UserName"])["AccessKeyMetadata"]
        active = sum(row[f"access_key_{number}_active"] == "true" for number in (1, 2))
        assert active == sum(key["Status"] == "Active" for key in keys)
    assert iam.get_account_summary()["SummaryMap"]["Users"] == len(rows)


def test_a_report_being_made_is_not_ready(serving: Callable[..., Organization]) -> None:
    organization = serving("--fault", "report-never-completes")
    iam = organization.client("iam")
    assert iam.generate_credential_report()["State"] == "STARTED"
    assert iam.generate_credential_report()["State"] == "INPROGRESS"
    with pytest.raises(iam.exceptions.CredentialReportNotReadyException):
        iam.get_credential_report()


def test_errors_arrive_as_botocores_own_exceptions(organization: Organization, accounts: dict[str, str]) -> None:
    iam = organization.iam(accounts["dns"])
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_user(UserName="nobody")
    with pytest.raises(ClientError) as refused:
        iam.list_organizations_features()
    assert code(refused) == "AccountNotManagementOrDelegatedAdministratorException"
    organizations = organization.client("organizations")
    with pytest.raises(organizations.exceptions.PolicyNotFoundException):
        organizations.describe_policy(PolicyId="p-12345678")
    with pytest.raises(organizations.exceptions.ParentNotFoundException):
        organizations.list_accounts_for_parent(ParentId="r-none")
    with pytest.raises(organizations.exceptions.InvalidInputException) as wrong:
        organizations.list_accounts(NextToken="guessed")
    assert wrong.value.response["Reason"] == "INVALID_PAGINATION_TOKEN"
    with pytest.raises(organizations.exceptions.ResourcePolicyNotFoundException):
        organizations.describe_resource_policy()
    with pytest.raises(organizations.exceptions.EffectivePolicyNotFoundException):
        organizations.describe_effective_policy(PolicyType="TAG_POLICY")
    with pytest.raises(ClientError) as malformed:
        organization.assume(accounts["dns"], Policy="{")
    assert code(malformed) == "MalformedPolicyDocument"


def test_an_operation_that_is_not_emulated_says_so(organization: Organization) -> None:
    with pytest.raises(ClientError) as unknown:
        organization.client("iam").create_user(UserName="new")
    assert code(unknown) == "InvalidAction"
    with pytest.raises(ClientError) as unknown:
        organization.client("organizations").create_organization()
    assert code(unknown) == "UnknownOperationException"


def test_a_wrong_secret_and_an_unknown_key_are_refused(organization: Organization) -> None:
    key = organization.environment["AWS_ACCESS_KEY_ID"]
    wrong = organization.client("iam", {"AccessKeyId": key, "SecretAccessKey": "wrong"})
    with pytest.raises(ClientError) as refused:
        wrong.list_users()
    assert code(refused) == "SignatureDoesNotMatch"
    nobody = organization.client("sts", {"AccessKeyId": "AKIANOBODYHASTHISKEY", "SecretAccessKey": "x"})
    with pytest.raises(ClientError) as refused:
        nobody.get_caller_identity()
    assert code(refused) == "InvalidClientTokenId"


def test_the_accounts_that_cannot_be_read_refuse_for_their_own_reasons(
    organization: Organization, accounts: dict[str, str]
) -> None:
    reasons = {}
    for name, account in accounts.items():
        if name == "meridian-management":
            continue
        try:
            organization.client("iam", organization.assume(account)).get_account_summary()
        except ClientError as error:
            assert error.response["Error"]["Code"] == "AccessDenied"
            reasons[name] = error.response["Error"]["Message"]
    assert "explicit deny in a resource control policy" in reasons.pop("backup-vault")
    assert "explicit deny in a service control policy" in reasons.pop("identity-lockdown")
    assert "explicit deny in a service control policy" in reasons.pop("policy-staging")
    assert "no service control policy allows" in reasons.pop("data-clean-room")
    assert sorted(reasons) == [
        "invoice-\u202egpj.exe",
        "legacy-storefront",
        "northpass-billing",
        "northpass-legacy",
        "onboarding-2026",
        "trial-2019",
    ]


def test_other_callers_see_what_they_may(serving: Callable[..., Organization]) -> None:
    delegated = serving("--caller", "delegated")
    assert len(delegated.accounts()) >= 40
    limited = serving("--caller", "list-only").client("organizations")
    assert limited.list_accounts()["Accounts"]
    with pytest.raises(limited.exceptions.AccessDeniedException):
        limited.list_policies(Filter=SERVICE_CONTROL)
    outsider = serving("--caller", "outsider").client("organizations")
    with pytest.raises(outsider.exceptions.AWSOrganizationsNotInUseException):
        outsider.describe_organization()


def test_boto3_gets_through_errors_resets_and_slow_bodies_by_trying_again(
    serving: Callable[..., Organization],
) -> None:
    organization = serving(
        "--fault", "error-500=10%", "--fault", "reset=5%", "--fault", "cut=5%", "--fault", "slow-body=1ms"
    )
    client = organization.client("iam", retries={"max_attempts": 10, "mode": "standard"})
    for _ in range(50):
        assert client.list_users()["Users"]
    assert organization.get("/_org-audit/calls")["statuses"].get("500", 0) > 0


def test_throttling_is_what_boto3_takes_for_throttling(serving: Callable[..., Organization]) -> None:
    organization = serving("--fault", "throttle")
    patient = organization.client("organizations", retries={"max_attempts": 10, "mode": "standard"})
    impatient = organization.client("organizations", retries={"total_max_attempts": 1})
    with pytest.raises(impatient.exceptions.TooManyRequestsException):
        for _ in range(10):
            impatient.list_roots()
    assert patient.list_roots()["Roots"]


def test_a_reset_is_a_connection_error(serving: Callable[..., Organization]) -> None:
    client = serving("--fault", "reset=100%").client("sts", retries={"total_max_attempts": 1})
    with pytest.raises(ConnectionClosedError):
        client.get_caller_identity()


def aws(organization: Organization, home: Path, *words: str, config: Path | None = None) -> Any:
    """Runs the AWS CLI as a person would who set what the server printed."""
    environment = {**clean_environment(), **organization.environment, "AWS_EC2_METADATA_DISABLED": "true"}
    # No configuration file of the developer's, and no session token at all rather than an empty one.
    # The home directory is the test's, because the CLI keeps the credentials of roles there.
    environment["HOME"] = str(home)
    environment["AWS_CONFIG_FILE"] = str(config or "/nonexistent")
    environment["AWS_SHARED_CREDENTIALS_FILE"] = "/nonexistent"
    if config is not None:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            environment.pop(name)
    done = subprocess.run(
        [sys.executable, "-m", "awscli", *words, "--output", "json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_aws_cli_asks_all_three_services(
    organization: Organization, accounts: dict[str, str], tmp_path: Path
) -> None:
    identity = aws(organization, tmp_path, "sts", "get-caller-identity")
    assert identity["Arn"].endswith(":user/org-audit-operator")
    listed = aws(organization, tmp_path, "organizations", "list-accounts")["Accounts"]
    assert {account["Name"]: account["Id"] for account in listed} == accounts
    details = aws(organization, tmp_path, "iam", "get-account-authorization-details", "--filter", "User", "Group")
    assert details["UserDetailList"] and details["GroupDetailList"]


def test_the_aws_cli_assumes_a_role_by_its_own_profile(
    organization: Organization, accounts: dict[str, str], tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text(
        "[profile base]\n"
        f"aws_access_key_id = {organization.environment['AWS_ACCESS_KEY_ID']}\n"
        f"aws_secret_access_key = {organization.environment['AWS_SECRET_ACCESS_KEY']}\n"
        "[profile member]\n"
        f"role_arn = arn:aws:iam::{accounts['dns']}:role/{ROLE}\n"
        "source_profile = base\n",
        encoding="utf-8",
    )
    identity = aws(organization, tmp_path, "--profile", "member", "sts", "get-caller-identity", config=config)
    assert identity["Account"] == accounts["dns"]
    users = aws(organization, tmp_path, "--profile", "member", "iam", "list-users", config=config)["Users"]
    assert all(accounts["dns"] in user["Arn"] for user in users)


def test_the_check_of_forms_finds_a_misspelt_and_a_missing_element(organization: Organization) -> None:
    model = organization.client("sts").meta.service_model
    namespace = model.metadata["xmlNamespace"]
    body = (
        f'<GetCallerIdentityResponse xmlns="{namespace}"><GetCallerIdentityResult><ARN>x</ARN>'
        "</GetCallerIdentityResult></GetCallerIdentityResponse>"
    )
    shape = model.operation_model("GetCallerIdentity").output_shape
    assert list(shapes.document(body.encode(), shape, "GetCallerIdentity", namespace)) == [
        "GetCallerIdentity: no request id",
        "GetCallerIdentity: ARN is not in the model",
    ]
