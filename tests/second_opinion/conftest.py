"""The organization of `tests/moto`, with old access keys and root users of every kind, audited by all controls."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent
MOTO = HERE.parent / "moto"


def moto_conftest() -> ModuleType:
    """The shared parts of the moto tests. Both folders have a `conftest`, so theirs gets another name."""
    sys.path.append(str(MOTO))
    spec = importlib.util.spec_from_file_location("moto_conftest", MOTO / "conftest.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Data classes look their module up by its name.
    sys.modules["moto_conftest"] = module
    spec.loader.exec_module(module)
    return module


shared = moto_conftest()
built = shared.built


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """A server of the same organization in which not everything is new and in good order."""
    with shared.moto(HERE / "serve.py") as url:
        yield url


@pytest.fixture(scope="session")
def findings(
    endpoint: str, built: object, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], str]:
    """(control, resource) → outcome, as the program says it."""
    assert built
    directory = tmp_path_factory.mktemp("run") / "audit"
    run = shared.audit(endpoint, directory, tmp_path_factory.mktemp("home"), "--controls", "all")
    rows = run.rows("findings.csv")
    found = {(row["control_id"], row["resource_arn"]): row["outcome"] for row in rows}
    assert rows and len(found) == len(rows), f"a finding is listed twice, or none is: {run.stderr}"
    return found
