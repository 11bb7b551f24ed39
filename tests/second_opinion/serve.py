"""Serves moto as `tests/moto/serve.py` does, with two things that nobody can do to moto through the API.

Every other access key is older than it is, and the root users differ from account to account: moto has no way
to make a root user's password, device or key.
"""

from __future__ import annotations

import itertools
import runpy
from datetime import timedelta
from pathlib import Path
from typing import Any

from moto.iam import models

AGES = itertools.cycle((timedelta(days=1), timedelta(days=200), timedelta(days=89), timedelta(days=92)))
"""How long ago each key was made, in turn."""

ROOTS = (
    {"AccountPasswordPresent": 1, "AccountMFAEnabled": 1, "AccountAccessKeysPresent": 0},
    {"AccountPasswordPresent": 1, "AccountMFAEnabled": 0, "AccountAccessKeysPresent": 1},
    {"AccountPasswordPresent": 0, "AccountMFAEnabled": 0, "AccountAccessKeysPresent": 0},
    {"AccountPasswordPresent": 0, "AccountMFAEnabled": 0, "AccountAccessKeysPresent": 1},
    # No word on the password, as moto itself answers.
    {"AccountMFAEnabled": 0, "AccountAccessKeysPresent": 0},
)
"""What `GetAccountSummary` says of the root user, account after account."""


def age_keys() -> None:
    """Makes every access key older than it is."""
    plain = models.AccessKey.__init__

    def aged(self: Any, *arguments: Any, **named: Any) -> None:
        plain(self, *arguments, **named)
        self.create_date -= next(AGES)

    models.AccessKey.__init__ = aged


def vary_roots() -> None:
    """Gives each account one of `ROOTS`, in the order in which they are first asked about."""
    plain = models.AccountSummary.summary_map.fget
    turns: dict[str, int] = {}

    def varied(self: Any) -> dict[str, Any]:
        turn = turns.setdefault(self._iam_backend.account_id, len(turns))
        return {**plain(self), **ROOTS[turn % len(ROOTS)]}

    models.AccountSummary.summary_map = property(varied)


if __name__ == "__main__":
    age_keys()
    vary_roots()
    runpy.run_path(str(Path(__file__).parent.parent / "moto" / "serve.py"), run_name="__main__")
