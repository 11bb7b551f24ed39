"""Builds the organization that the whole program is compared on: 20 accounts × 30 users, in moto.

Every user is one of the kinds of `KINDS`, in turn. A kind says what is done to the user and, by
construction, what IAM.5 must be: that is a third opinion beside the program's and the naive one's.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from wire import OPERATOR, Credentials, assume, client

ACCOUNTS = 20
"""Accounts that can be read, the management account among them."""

USERS = 30
"""Users in each of them."""

Iam = Any
"""A boto3 IAM client; boto3 makes its classes at run time, so there is no name to give."""


def password(iam: Iam, user: str) -> None:
    """Gives `user` a console password."""
    iam.create_login_profile(UserName=user, Password="Correct-horse-battery-1")


def virtual_device(iam: Iam, user: str, name: str | None = None) -> str:
    """Enrols a virtual MFA device for `user` and returns its serial number."""
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name or user)
    serial = device["VirtualMFADevice"]["SerialNumber"]
    enrol(iam, user, serial)
    return serial


def enrol(iam: Iam, user: str, serial: str) -> None:
    """Binds the device `serial` to `user`."""
    iam.enable_mfa_device(
        UserName=user, SerialNumber=serial, AuthenticationCode1="123456", AuthenticationCode2="654321"
    )


def key(iam: Iam, user: str, active: bool = True) -> None:
    """Gives `user` an access key."""
    made = iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"]
    if not active:
        iam.update_access_key(UserName=user, AccessKeyId=made, Status="Inactive")


def password_only(iam: Iam, user: str) -> None:
    """The user that IAM.5 is about."""
    password(iam, user)


def password_and_device(iam: Iam, user: str) -> None:
    """The user as it should be."""
    password(iam, user)
    virtual_device(iam, user)


def password_and_two_devices(iam: Iam, user: str) -> None:
    """More than one device is one device too."""
    password(iam, user)
    virtual_device(iam, user)
    virtual_device(iam, user, f"{user[:50]}-2")


def password_and_hardware_token(iam: Iam, user: str) -> None:
    """A device that ListVirtualMFADevices does not show: a tool that asks only there reports a fail."""
    password(iam, user)
    enrol(iam, user, f"GAHT{abs(hash_of(user)) % 10**8:08d}")


def password_and_device_taken_away(iam: Iam, user: str) -> None:
    """The virtual device still exists, unassigned: a tool that matches names reports a pass."""
    password(iam, user)
    serial = virtual_device(iam, user)
    iam.deactivate_mfa_device(UserName=user, SerialNumber=serial)


def password_taken_away(iam: Iam, user: str) -> None:
    """No console password any more, so IAM.5 does not apply."""
    password(iam, user)
    iam.delete_login_profile(UserName=user)


def password_and_keys(iam: Iam, user: str) -> None:
    """A password and both keys, one of them inactive."""
    password(iam, user)
    key(iam, user)
    key(iam, user, active=False)


def keys_only(iam: Iam, user: str) -> None:
    """A program's user: a key and no password."""
    key(iam, user)


def key_and_device(iam: Iam, user: str) -> None:
    """A device without a password is no pass of IAM.5: it does not apply."""
    key(iam, user)
    virtual_device(iam, user)


def nothing(_iam: Iam, _user: str) -> None:
    """A user with no credential at all."""


def hash_of(text: str) -> int:
    """A hash that is the same in every run; Python's own is salted."""
    value = 0
    for byte in text.encode():
        value = (value * 31 + byte) % (1 << 61)
    return value


@dataclass(frozen=True)
class Kind:
    """What is done to a user, and what IAM.5 says of the result."""

    name: str
    make: Callable[[Iam, str], None]
    iam_5: str


KINDS = (
    Kind("password-only", password_only, "fail"),
    Kind("password-and-device", password_and_device, "pass"),
    Kind("nothing", nothing, "not_applicable"),
    Kind("password-and-two-devices", password_and_two_devices, "pass"),
    Kind("keys-only", keys_only, "not_applicable"),
    Kind("password-and-hardware-token", password_and_hardware_token, "pass"),
    Kind("device-taken-away", password_and_device_taken_away, "fail"),
    Kind("password-taken-away", password_taken_away, "not_applicable"),
    Kind("password-and-keys", password_and_keys, "fail"),
    Kind("key-and-device", key_and_device, "not_applicable"),
)
"""Thirty users are three of each kind."""

HOSTILE = ("=cmd+calc@x,y", "@sum-of-all", "+1-1", "-rm", "a" * 64)
"""Names that IAM allows and that spreadsheets, shells and tables stumble over."""


@dataclass(frozen=True)
class Member:
    """An account as it was made."""

    account_id: str
    name: str
    parent_id: str


@dataclass
class Organization:
    """What was built, as the builder knows it."""

    management_account_id: str
    members: list[Member] = field(default_factory=list)
    closed: list[Member] = field(default_factory=list)
    organizational_units: dict[str, str] = field(default_factory=dict)
    iam_5: dict[str, str] = field(default_factory=dict)
    """User ARN → what IAM.5 must be."""

    @property
    def readable(self) -> list[str]:
        """Ids of the accounts whose users can be read."""
        return [self.management_account_id, *(member.account_id for member in self.members)]

    @property
    def accounts(self) -> list[str]:
        """Ids of all accounts."""
        return [*self.readable, *(member.account_id for member in self.closed)]


def build(endpoint: str) -> Organization:
    """Makes the whole organization at `endpoint`."""
    organizations = client("organizations", endpoint)
    made = organizations.create_organization(FeatureSet="ALL")["Organization"]
    built = Organization(management_account_id=made["MasterAccountId"])
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    built.organizational_units = build_tree(organizations, root)
    build_members(organizations, root, built)
    build_policies(organizations, built)
    with ThreadPoolExecutor(4) as pool:
        for users in pool.map(lambda account: build_users(endpoint, built, account), built.readable):
            built.iam_5.update(users)
    return built


def build_tree(organizations: Any, root: str) -> dict[str, str]:
    """OU path → id: four levels deep, an empty OU among them, a name that HTML must escape."""
    units: dict[str, str] = {}
    for path in (
        "Production",
        "Production/Payments",
        "Production/Payments/<script>alert(1)",
        "Production/Payments/<script>alert(1)/Deep & narrow",
        "Sandbox",
        "Sandbox/Empty",
    ):
        above, _, name = path.rpartition("/")
        answer = organizations.create_organizational_unit(ParentId=units.get(above, root), Name=name)
        units[path] = answer["OrganizationalUnit"]["Id"]
    return units


def build_members(organizations: Any, root: str, built: Organization) -> None:
    """Accounts in turn in every OU but the empty one and in the root, and one that is closed."""
    parents = itertools.cycle(
        [root, *(unit for path, unit in built.organizational_units.items() if path != "Sandbox/Empty")]
    )
    for number in range(1, ACCOUNTS + 1):
        name = f"=Team, \"{number:02}\"" if number % 7 == 0 else f"team-{number:02}"
        status = organizations.create_account(AccountName=name, Email=f"team-{number}@example.com")
        account = status["CreateAccountStatus"]["AccountId"]
        parent = next(parents)
        if parent != root:
            organizations.move_account(AccountId=account, SourceParentId=root, DestinationParentId=parent)
        member = Member(account, name, parent)
        if number == ACCOUNTS:
            organizations.close_account(AccountId=account)
            built.closed.append(member)
        else:
            built.members.append(member)


def build_policies(organizations: Any, built: Organization) -> None:
    """An SCP that stops every session without MFA, and one that has nothing to do with it."""
    without_mfa = {
        "Sid": "NothingWithoutMfa",
        "Effect": "Deny",
        "NotAction": ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:ListMFADevices", "iam:GetUser"],
        "Resource": "*",
        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
    }
    leave = {"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}
    attach(organizations, "deny-without-mfa", without_mfa, built.organizational_units["Production/Payments"])
    attach(organizations, "deny-leave", leave, built.organizational_units["Sandbox"])


def attach(organizations: Any, name: str, statement: dict[str, Any], target: str) -> None:
    """Writes an SCP of one statement and hangs it at `target`."""
    document = {"Version": "2012-10-17", "Statement": [statement]}
    policy = organizations.create_policy(
        Content=json.dumps(document), Description=name, Name=name, Type="SERVICE_CONTROL_POLICY"
    )
    organizations.attach_policy(PolicyId=policy["Policy"]["PolicySummary"]["Id"], TargetId=target)


def build_users(endpoint: str, built: Organization, account_id: str) -> dict[str, str]:
    """The users of one account; returns what IAM.5 must be for each ARN."""
    who: Credentials = OPERATOR if account_id == built.management_account_id else assume(endpoint, account_id)
    iam = client("iam", endpoint, who)
    policy = build_group(iam)
    expected: dict[str, str] = {}
    for number, kind in zip(range(USERS), itertools.cycle(KINDS)):
        # The last users of each account carry the hostile names, so that every kind keeps a plain one.
        rank = USERS - 1 - number
        name = HOSTILE[rank] if rank < len(HOSTILE) else f"{kind.name}-{number:02}"
        path = "/staff/night/" if number % 3 == 0 else "/"
        user = iam.create_user(UserName=name, Path=path)["User"]
        kind.make(iam, name)
        grant(iam, name, number, policy)
        expected[user["Arn"]] = kind.iam_5
    return expected


def build_group(iam: Iam) -> str:
    """A group with an inline policy, and a managed policy; returns the latter's ARN."""
    read = {"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [read]})
    iam.create_group(GroupName="readers")
    iam.put_group_policy(GroupName="readers", PolicyName="read", PolicyDocument=document)
    return iam.create_policy(PolicyName="read-everything", PolicyDocument=document)["Policy"]["Arn"]


def grant(iam: Iam, user: str, number: int, policy: str) -> None:
    """Gives `user` permissions by each of the three ways in turn, or none."""
    match number % 4:
        case 0:
            iam.add_user_to_group(GroupName="readers", UserName=user)
        case 1:
            iam.attach_user_policy(UserName=user, PolicyArn=policy)
        case 2:
            write = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
            document = json.dumps({"Version": "2012-10-17", "Statement": [write]})
            iam.put_user_policy(UserName=user, PolicyName="own", PolicyDocument=document)
        case _:
            pass
