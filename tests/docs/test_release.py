"""What a release consists of says the same everywhere: version, licence, and files that others' programs read."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from bench.readme import ROOT
from service import __version__

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CITATION: dict[str, Any] = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
CHANGES = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
TEMPLATES = ROOT / ".github" / "ISSUE_TEMPLATE"
# https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests
FIELDS = {"markdown", "textarea", "input", "dropdown", "checkboxes"}


def test_the_version_is_written_in_pyproject_alone() -> None:
    assert __version__ == importlib.metadata.version("quoth") == PROJECT["version"]
    written = re.compile(r"""^__version__ = ["']""", flags=re.MULTILINE)
    assert [path for path in (ROOT / "service").rglob("*.py") if written.search(path.read_text(encoding="utf-8"))] == []


def test_what_is_cited_is_this_release() -> None:
    assert str(CITATION["version"]) == PROJECT["version"]
    assert CITATION["license"] == PROJECT["license"]


def test_the_citation_has_what_the_format_wants() -> None:
    # https://github.com/citation-file-format/citation-file-format/blob/main/schema-guide.md
    assert {"cff-version", "message", "title", "authors"} <= set(CITATION)
    assert CITATION["cff-version"] == "1.2.0"
    assert CITATION["type"] == "software"
    assert all(author.get("name") or author.get("family-names") for author in CITATION["authors"])
    known = {"cff-version", "message", "type", "title", "abstract", "authors", "version", "license", "keywords"}
    assert set(CITATION) <= known | {"date-released", "doi", "repository-code", "url", "contact"}


def test_the_changes_begin_with_this_release() -> None:
    first = re.search(r"^## (\S+)(?: \((.+)\))?$", CHANGES, flags=re.MULTILINE)
    assert first is not None
    assert first[1] == PROJECT["version"]


def test_the_promise_is_where_changes_and_guides_say() -> None:
    assert "## What stays as it is\n" in (ROOT / "docs" / "client-guide.md").read_text(encoding="utf-8")
    assert "What stays as it is" in CHANGES


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.yml")), ids=lambda path: path.stem)
def test_an_issue_template_is_a_form(template: Path) -> None:
    form = yaml.safe_load(template.read_text(encoding="utf-8"))
    if template.name == "config.yml":
        assert set(form) <= {"blank_issues_enabled", "contact_links"}
        return
    assert {"name", "description", "body"} <= set(form)
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert {field["type"] for field in form["body"]} <= FIELDS
    assert len({field["id"] for field in fields}) == len(fields)
    assert all(field["attributes"]["label"] for field in fields)
    assert any(field.get("validations", {}).get("required") for field in fields)


def test_there_are_templates_for_faults_wrong_quotes_and_wishes() -> None:
    assert {"bug.yml", "wrong-quote.yml", "feature.yml"} <= {path.name for path in TEMPLATES.iterdir()}
