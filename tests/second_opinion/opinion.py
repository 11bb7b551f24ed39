"""Six controls, worked out in the plainest way there is: call by call, user by user, policy by policy.

This file must not learn anything from the program that it judges: it knows boto3 and the wording of the
controls in the Security Hub user guide. It is slow on purpose. No credential report, no authorization
details: the calls that it makes are others than the program's, so that the two agree only on what is so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any

from wire import OPERATOR, assume, client

Opinion = dict[tuple[str, str], str]
"""(control, resource) → outcome."""


def opinion(endpoint: str) -> Opinion:
    """What there is to say of every account that is open."""
    organizations = client("organizations", endpoint)
    management = organizations.describe_organization()["Organization"]["MasterAccountId"]
    pages = organizations.get_paginator("list_accounts").paginate()
    accounts = [account["Id"] for page in pages for account in page["Accounts"] if account["State"] == "ACTIVE"]
    with ThreadPoolExecutor(4) as pool:
        parts = pool.map(lambda account: of_account(endpoint, account, account == management), accounts)
        return {key: outcome for part in parts for key, outcome in part.items()}


def of_account(endpoint: str, account: str, is_management: bool) -> Opinion:
    """One account's root user, its users, and the SCPs above it."""
    iam = client("iam", endpoint, OPERATOR if is_management else assume(endpoint, account))
    resource = f"AWS::::Account:{account}"
    said = {(control, resource): outcome for control, outcome in root_user(iam).items()}
    for page in iam.get_paginator("list_users").paginate():
        for user in page["Users"]:
            for control, outcome in of_user(iam, user["UserName"]).items():
                said[control, user["Arn"]] = outcome
    covered = "not_applicable" if is_management else scp(client("organizations", endpoint), account)
    return {**said, ("scp-mfa-coverage", resource): covered}


def root_user(iam: Any) -> dict[str, str]:
    """IAM.4 (no access key) and IAM.9 (MFA, or no credentials that could be used)."""
    summary = iam.get_account_summary()["SummaryMap"]
    key = "fail" if summary["AccountAccessKeysPresent"] else "pass"
    password = summary.get("AccountPasswordPresent")
    if summary["AccountMFAEnabled"]:
        mfa = "pass"
    elif password or key == "fail":
        mfa = "fail"
    else:
        mfa = "pass" if password == 0 else "unknown"
    return {"IAM.4": key, "IAM.9": mfa}


def of_user(iam: Any, user: str) -> dict[str, str]:
    """IAM.3 (age of active keys), IAM.5 (MFA of console users) and IAM.19 (MFA of all users)."""
    has_device = bool(iam.list_mfa_devices(UserName=user)["MFADevices"])
    mfa = "pass" if has_device else "fail"
    return {
        "IAM.3": key_age(iam, user),
        "IAM.5": mfa if has_password(iam, user) else "not_applicable",
        "IAM.19": mfa,
    }


def has_password(iam: Any, user: str) -> bool:
    """Whether the user has a login profile, which is what a console password is."""
    try:
        iam.get_login_profile(UserName=user)
    except iam.exceptions.NoSuchEntityException:
        return False
    return True


def key_age(iam: Any, user: str) -> str:
    """Whether every active key was made in the last 90 days."""
    keys = iam.list_access_keys(UserName=user)["AccessKeyMetadata"]
    made = [key["CreateDate"] for key in keys if key["Status"] == "Active"]
    if not made:
        return "not_applicable"
    oldest = datetime.now(timezone.utc) - timedelta(days=90)
    return "pass" if min(made) >= oldest else "fail"


def scp(organizations: Any, account: str) -> str:
    """Whether any SCP above the account, or at it, denies everything but some actions without MFA."""
    denies = [
        statement
        for target in chain(organizations, account)
        for statement in statements(organizations, target)
        if statement["Effect"] == "Deny" and "aws:MultiFactorAuthPresent" in json.dumps(statement)
    ]
    return "pass" if denies else "fail"


def chain(organizations: Any, child: str) -> Iterator[str]:
    """The account and everything above it, up to the root."""
    yield child
    while not child.startswith("r-"):
        child = organizations.list_parents(ChildId=child)["Parents"][0]["Id"]
        yield child


def statements(organizations: Any, target: str) -> Iterator[dict[str, Any]]:
    """The statements of the SCPs that are attached to `target`."""
    pages = organizations.get_paginator("list_policies_for_target")
    for page in pages.paginate(TargetId=target, Filter="SERVICE_CONTROL_POLICY"):
        for policy in page["Policies"]:
            content = organizations.describe_policy(PolicyId=policy["Id"])["Policy"]["Content"]
            found = json.loads(content)["Statement"]
            yield from found if isinstance(found, list) else [found]
