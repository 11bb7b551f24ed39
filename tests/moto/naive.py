"""IAM.5, worked out in the plainest way there is: call by call, user by user.

This file must not learn anything from the program that it judges, nor from the builder: it knows boto3 and
the wording of the control, "MFA should be enabled for all IAM users that have a console password".
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from wire import OPERATOR, assume, client


def iam_5(endpoint: str) -> dict[str, str]:
    """User ARN → outcome, for every account of the organization that is open."""
    organizations = client("organizations", endpoint)
    management = organizations.describe_organization()["Organization"]["MasterAccountId"]
    pages = organizations.get_paginator("list_accounts").paginate()
    accounts = [account["Id"] for page in pages for account in page["Accounts"] if account["State"] == "ACTIVE"]
    with ThreadPoolExecutor(4) as pool:
        parts = pool.map(lambda account: account_iam_5(endpoint, account, account == management), accounts)
        return {arn: outcome for part in parts for arn, outcome in part.items()}


def account_iam_5(endpoint: str, account_id: str, is_callers: bool) -> dict[str, str]:
    """The outcomes of one account's users."""
    iam = client("iam", endpoint, OPERATOR if is_callers else assume(endpoint, account_id))
    pages = iam.get_paginator("list_users").paginate()
    return {user["Arn"]: user_iam_5(iam, user["UserName"]) for page in pages for user in page["Users"]}


def user_iam_5(iam: Any, user: str) -> str:
    """The outcome of one user."""
    if not has_password(iam, user):
        return "not_applicable"
    return "pass" if iam.list_mfa_devices(UserName=user)["MFADevices"] else "fail"


def has_password(iam: Any, user: str) -> bool:
    """Whether the user has a login profile, which is what a console password is."""
    try:
        iam.get_login_profile(UserName=user)
    except iam.exceptions.NoSuchEntityException:
        return False
    return True
