"""`report.md`, read by markdown-it in GitHub's dialect with automatic links."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

# What a pull request's comment takes; a job's summary takes 1 MiB.
COMMENT = 65_536
OWN = {
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "strong_open", "strong_close",
    "table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close", "tr_open", "tr_close",
    "th_open", "th_close", "td_open", "td_close", "text", "code_inline", "softbreak",
    "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close",
}  # fmt: skip


def parse(text: str) -> list[Token]:
    # Not `gfm-like`, which turns HTML off: HTML must be seen to be there.
    options = {"html": True, "linkify": True}
    return MarkdownIt("commonmark", options).enable(["table", "strikethrough", "linkify"]).parse(text)


def flat(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from flat(token.children or [])


@pytest.fixture
def tokens(run: Path) -> list[Token]:
    return parse((run / "report.md").read_text(encoding="utf-8"))


def rows(tokens: list[Token]) -> list[list[str]]:
    """The cells of every row of every table."""
    found: list[list[str]] = []
    for before, token in zip(tokens, tokens[1:]):
        if before.type == "tr_open":
            found.append([])
        if before.type in ("th_open", "td_open"):
            found[-1].append("".join(child.content for child in token.children or []))
    return found


def test_the_parser_sees_what_is_looked_for() -> None:
    seen = {token.type for token in flat(parse("<b>x</b> http://a.example [x](y)\n\n<div>\n"))}
    assert {"html_inline", "html_block", "link_open"} <= seen


def test_there_is_no_html_and_no_link(tokens: list[Token]) -> None:
    seen = {token.type for token in flat(tokens)}
    assert seen <= OWN, seen - OWN


def test_names_stand_in_code_and_nowhere_else(tokens: list[Token]) -> None:
    for token in flat(tokens):
        if token.type == "text":
            assert not set(token.content) & set("@<>`|\\{}[]~*"), token.content
            assert "evil" not in token.content and "#" not in token.content
            assert not [c for c in token.content if ord(c) < 32 or 0x200B <= ord(c) <= 0x202E]


def test_every_row_has_the_columns_of_its_table(tokens: list[Token]) -> None:
    widths: list[int] = []
    for token in tokens:
        if token.type == "table_open":
            widths = []
        elif token.type == "tr_open":
            widths.append(0)
        elif token.type in ("th_open", "td_open"):
            widths[-1] += 1
        elif token.type == "table_close":
            assert len(widths) > 1 and len(set(widths)) == 1, widths


def test_a_table_of_github_is_as_wide_as_the_bars_say(run: Path) -> None:
    """Readers that look for bars before they look for code see the same columns."""
    for line in (run / "report.md").read_text(encoding="utf-8").split("\n"):
        if line.startswith("|"):
            assert line.count("|") - 1 in (2, 4, 5, 7), line


def test_the_numbers_are_those_of_the_report(tokens: list[Token], report: dict[str, Any]) -> None:
    told = {row[0]: row[1] for row in rows(tokens) if len(row) == 2}
    totals = report["totals"]
    for outcome in ("fail", "pass", "unknown", "not_applicable"):
        number = told[f"IAM.5: {outcome.replace('_', ' ')}"]
        assert int(number.replace(",", "")) == totals["iam_5"][outcome]
    assert told["accounts assessed"] == f"{totals['accounts_assessed']} of {totals['accounts']}"


def test_what_could_not_be_read_is_told(run: Path, tokens: list[Token], report: dict[str, Any]) -> None:
    text = (run / "report.md").read_text(encoding="utf-8")
    assert "Incomplete: " in text
    unread = [a for a in report["accounts"] if a["completeness"] != "full"]
    told = [row for row in rows(tokens) if len(row) == 4][1:]
    assert len(told) == min(len(unread), 20)
    assert {row[0][:12] for row in told} <= {a["account_id"] for a in unread}


def test_what_changed_since_the_baseline_is_told(hostile: Path) -> None:
    change = json.loads((hostile / "report.json").read_text())["change"]
    counts = {kind: sum(by_severity.values()) for kind, by_severity in change["failing"].items()}
    text = (hostile / "report.md").read_text(encoding="utf-8")
    assert f"### Since {change['baseline']['started_at']}" in text
    told = {row[0]: row[1] for row in rows(parse(text)) if len(row) == 2}
    assert counts["new"] > 0 and counts["unchanged"] > 0
    for words, kind in (("new", "new"), ("resolved", "resolved"), ("still fails", "unchanged")):
        assert told[words] == f"{counts.get(kind, 0):,}"
    listed = [row for row in rows(parse(text)) if len(row) == 5 and row[3] == "absent"]
    assert len(listed) == min(len(change["new_findings"]), 20)


def test_it_fits_a_comment(run: Path) -> None:
    assert len((run / "report.md").read_text(encoding="utf-8")) < COMMENT
