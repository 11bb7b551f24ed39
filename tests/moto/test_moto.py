"""The whole program against moto, an AWS emulator that this project did not write.

Our own emulator and our fetcher come from the same heads, so a mistake about AWS could sit on both sides of
the wire. moto is the second opinion on the wire, and `naive.py` the second opinion on the control.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from conftest import Run, audit, moto
from organization import ACCOUNTS, USERS, Organization

CLEAN = 0
USAGE = 2
INCOMPLETE = 3


def test_the_naive_computation_agrees_with_what_was_built(
    built: Organization, expected: dict[str, str]
) -> None:
    """If these two differ, the yardstick is wrong, and nothing below means anything."""
    assert len(expected) == ACCOUNTS * USERS
    assert expected == built.iam_5


def test_the_program_finishes(run: Run) -> None:
    """moto refuses nothing and closes one account, so the run ends by itself and says so."""
    assert run.exit_code in (CLEAN, INCOMPLETE), run.stderr
    assert (run.directory / "manifest.json").is_file()
    assert (run.directory / "report.html").stat().st_size > 0


def test_every_user_has_the_outcome_of_the_naive_computation(run: Run, expected: dict[str, str]) -> None:
    """User by user, by ARN: the name column may be neutralised for spreadsheets, an ARN never is."""
    rows = run.rows("users.csv")
    found = {row["user_arn"]: row["iam_5"] for row in rows}
    assert len(rows) == len(found), "a user is listed twice"
    assert found == expected


def test_findings_of_the_control_are_the_users(run: Run, expected: dict[str, str]) -> None:
    """`findings.csv` and `users.csv` are two views of the same answer."""
    findings = {
        row["resource_arn"]: row["outcome"]
        for row in run.rows("findings.csv")
        if row["control_id"] == "IAM.5" and row["resource_arn"] in expected
    }
    # A finding per user that the control applies to; the others may be listed as not applicable.
    applicable = {arn: outcome for arn, outcome in expected.items() if outcome != "not_applicable"}
    assert {arn: findings.get(arn) for arn in applicable} == applicable
    assert set(findings.values()) <= {"pass", "fail", "not_applicable"}


def test_every_account_is_in_the_table(run: Run, built: Organization) -> None:
    """Read or not, no account is missing, and none is listed twice."""
    rows = run.rows("accounts.csv")
    assert sorted(row["account_id"] for row in rows) == sorted(built.accounts)
    users = {row["account_id"]: row["users"] for row in rows}
    assert {users[account] for account in built.readable} == {str(USERS)}


def test_a_closed_account_is_not_assessed_and_says_why(run: Run, built: Organization) -> None:
    """It is neither an error nor a pass."""
    closed = {member.account_id for member in built.closed}
    rows = [row for row in run.rows("accounts.csv") if row["account_id"] in closed]
    assert rows
    for row in rows:
        assert row["assessed"] in ("false", "no"), row
        assert row["reason"], row
        assert row["state"] in ("CLOSED", "SUSPENDED", "PENDING_CLOSURE"), row
    assert not [row for row in run.rows("users.csv") if row["account_id"] in closed]


def test_every_account_and_unit_has_its_coverage(run: Run, built: Organization) -> None:
    """Also the OU that holds nothing."""
    rows = {row["target_id"]: row for row in run.rows("scp-coverage.csv")}
    targets = {*built.accounts, *built.organizational_units.values()}
    assert targets <= set(rows)
    assert rows[built.management_account_id]["coverage"] == "exempt"


def test_the_deny_at_a_unit_covers_what_is_below_it_and_nothing_else(run: Run, built: Organization) -> None:
    """moto never refuses a call, so the SCP shows in the coverage alone."""
    rows = {row["target_id"]: row["coverage"] for row in run.rows("scp-coverage.csv")}
    below = [unit for path, unit in built.organizational_units.items() if path.startswith("Production/Payments")]
    accounts = [member.account_id for member in built.members if member.parent_id in below]
    assert accounts
    for target in [*below, *accounts]:
        assert rows[target] in ("enforced", "partial"), (target, rows[target])
    for path in ("Production", "Sandbox", "Sandbox/Empty"):
        assert rows[built.organizational_units[path]] == "none", path


def test_the_manifest_has_the_hash_of_every_file(run: Run) -> None:
    """Computed here by another language's library."""
    manifest = json.loads((run.directory / "manifest.json").read_text())
    listed = {entry["path"]: entry["sha256"] for entry in manifest["files"]}
    there = {
        path.relative_to(run.directory).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in run.directory.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert listed == there


def test_the_endpoint_is_reported_loudly(run: Run, endpoint: str) -> None:
    """An audit of something that is not AWS must say so, on the terminal and in the evidence."""
    assert endpoint in run.stderr
    evidence = json.loads((run.directory / "manifest.json").read_text())["collection"]
    assert endpoint in json.dumps(evidence)


def test_a_caller_outside_an_organization_is_told_so(tmp_path: Path) -> None:
    """Bad input: exit code 2, a clear message with the way out, nothing written."""
    with moto() as alone:
        done = audit(alone, tmp_path / "run", tmp_path)
    assert done.exit_code == USAGE, done.stderr
    assert "is not in an AWS organization" in done.stderr
    assert "help:" in done.stderr
    assert not done.directory.exists()
