"""The program's word on six controls against that of a second, slow and independent reading.

`tests/moto` builds the organization and holds IAM.5 against what was built; here nothing but AWS's API, as moto
answers it, and the wording of the controls decides.
"""

from __future__ import annotations

from collections import Counter

import pytest

from opinion import Opinion, opinion

CONTROLS = {
    "IAM.3": {"pass", "fail", "not_applicable"},
    "IAM.4": {"pass", "fail"},
    "IAM.5": {"pass", "fail", "not_applicable"},
    "IAM.9": {"pass", "fail", "unknown"},
    "IAM.19": {"pass", "fail"},
    "scp-mfa-coverage": {"pass", "fail", "not_applicable"},
}
"""What each control says somewhere in this organization: agreement on nothing but passes would prove nothing."""


@pytest.fixture(scope="session")
def second(endpoint: str, built: object) -> Opinion:
    """The second opinion, once."""
    assert built
    return opinion(endpoint)


@pytest.mark.parametrize("control", CONTROLS)
def test_the_program_agrees(control: str, findings: Opinion, second: Opinion) -> None:
    """Resource by resource, for every account that could be read, and nothing is missing on either side."""
    expected = {resource: outcome for (of, resource), outcome in second.items() if of == control}
    found = {resource: outcome for (of, resource), outcome in findings.items() if of == control}
    # An account that is closed was not read: the program says that it is unknown, and here it is not asked.
    closed = {resource for resource in found if resource.startswith("AWS::::Account:")} - set(
        resource for (_, resource) in second
    )
    assert {resource: outcome for resource, outcome in found.items() if resource not in closed} == expected


@pytest.mark.parametrize("control", CONTROLS)
def test_the_organization_shows_every_outcome(control: str, second: Opinion) -> None:
    """The yardstick has all its marks."""
    outcomes = Counter(outcome for (of, _), outcome in second.items() if of == control)
    assert set(outcomes) == CONTROLS[control], outcomes


def test_an_account_that_was_not_read_is_unknown_and_no_pass(findings: Opinion, second: Opinion) -> None:
    """What the second opinion leaves out, the program must not pass; SCPs are known without the account."""
    asked = {resource for (_, resource) in second}
    left_out = {key: outcome for key, outcome in findings.items() if key[1] not in asked}
    accounts = {
        key: outcome for key, outcome in left_out.items() if key[1].startswith("AWS::::Account:") and key[0] in CONTROLS
    }
    assert accounts, "the closed account is in no finding"
    for (control, _), outcome in accounts.items():
        assert outcome == "unknown" or control == "scp-mfa-coverage", (control, outcome)
