"""The CSV files, read by Python's csv module and by LibreOffice Calc."""

from __future__ import annotations

import csv
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
BEGINNINGS = tuple("=+-@\t\r\n＝＋－＠")
Rows = list[list[str]]


def read(path: Path) -> Rows:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file, strict=True))


def restore(cell: str) -> str:
    """What docs/reports.md says how a text comes back: strip one apostrophe before what would be a formula."""
    quoted = cell.startswith("'") and is_formula(cell[1:])
    return cell[1:] if quoted else cell


def is_formula(text: str) -> bool:
    bare = text.lstrip("'\"")
    blanks = "".join(c for c in set(text) if c.isspace() or c in "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
    return bare.startswith(BEGINNINGS) or bare.lstrip("'\"" + blanks).startswith(BEGINNINGS)


def as_csv_has_it(text: str) -> str:
    """Control characters other than tab and line ends become U+FFFD."""
    return "".join("\ufffd" if is_control(c) else c for c in text)


def is_control(c: str) -> bool:
    return (c < " " or "\x7f" <= c <= "\x9f") and c not in "\t\r\n"


@pytest.fixture
def tables(run: Path) -> dict[str, Rows]:
    found = {path.name: read(path) for path in sorted(run.glob("*.csv"))}
    assert len(found) >= 4
    return found


def test_every_row_has_the_columns_of_the_header(tables: dict[str, Rows]) -> None:
    for name, rows in tables.items():
        assert len({len(row) for row in rows}) == 1, name


def test_names_come_back_through_python(tables: dict[str, Rows], report: dict[str, Any]) -> None:
    header, *rows = tables["accounts.csv"]
    told = {row[0]: restore(row[header.index("account_name")]) for row in rows}
    assert told == {a["account_id"]: as_csv_has_it(a["account_name"]) for a in report["accounts"]}
    header, *rows = tables["users.csv"]
    told_users = [(row[0], restore(row[header.index("user_name")])) for row in rows]
    assert told_users == [(a["account_id"], as_csv_has_it(u["user_name"])) for a in report["accounts"] for u in a["users"]]


Convert = Callable[[list[Path], str, str], list[Path]]


@pytest.fixture
def convert(tmp_path: Path) -> Convert:
    """Lets LibreOffice read files by an import filter and write others, all in one call: it starts slowly."""
    office = os.environ.get("ORG_AUDIT_SOFFICE")
    assert office, "set ORG_AUDIT_SOFFICE to LibreOffice's soffice; `cargo xtask test` installs it"

    def run(sources: list[Path], filter: str, target: str) -> list[Path]:
        out = tmp_path / "out"
        command = [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", f"--infilter={filter}"]
        command += ["--convert-to", target, "--outdir", str(out), *map(str, sources)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        made = [out / f"{source.stem}.{target.split(':')[0]}" for source in sources]
        assert all(path.is_file() for path in made), done.stdout + done.stderr
        return made

    return run


def import_filter(*, columns: str = "", formulas: bool = True) -> str:
    """Comma, quote, UTF-8, from line 1; LibreOffice Help, "Filter Options for CSV"."""
    return f"CSV:44,34,76,1,{columns},0,false,true,false,false,false,-1,{str(formulas).lower()}"


def formulas(sheet: Path) -> list[str]:
    return [cell.get(f"{TABLE}formula") for cell in etree.parse(sheet).iter() if cell.get(f"{TABLE}formula")]


def test_libreoffice_would_make_a_formula_of_a_cell(tmp_path: Path, convert: Convert) -> None:
    """A test that cannot fail shows nothing."""
    source = tmp_path / "control.csv"
    source.write_text("=1+1,'=1+1\r\n", encoding="utf-8")
    [sheet] = convert([source], import_filter(), "fods")
    assert formulas(sheet) == ["of:=1+1"]


def test_no_cell_becomes_a_formula_in_libreoffice(run: Path, convert: Convert) -> None:
    for sheet in convert(sorted(run.glob("*.csv")), import_filter(), "fods"):
        assert formulas(sheet) == [], sheet.name


def test_every_text_comes_back_from_libreoffice(tables: dict[str, Rows], run: Path, convert: Convert) -> None:
    # Every column as text, so that an account id keeps its zeros.
    widest = max(len(rows[0]) for rows in tables.values())
    columns = "/".join(f"{number}/2" for number in range(1, widest + 1))
    sheets = convert([run / name for name in tables], import_filter(columns=columns), "ods")
    written = convert(sheets, "calc8", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false")
    for (name, rows), back in zip(tables.items(), written):
        expected = [[as_a_sheet_has_it(cell) for cell in row] for row in rows]
        assert [[as_a_sheet_has_it(cell) for cell in row] for row in read(back)] == expected, name


def as_a_sheet_has_it(text: str) -> str:
    """What LibreOffice itself cannot keep in a cell: tabs, other line ends, code points that are no characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c not in "\t\ufffe\uffff")
