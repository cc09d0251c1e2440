"""What the code itself may not do: unpickle, evaluate, load weights unchecked, put values into SQL, reach out."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVICE = Path(__file__).parents[2] / "service"
FILES = sorted(SERVICE.rglob("*.py"))

# what makes objects of bytes, or code of text
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "marshal", "shelve", "joblib", "cloudpickle", "xmlrpc", "telnetlib"}
# what opens connections to anywhere; the store's and the queue's libraries go where the settings say
NETWORK_MODULES = {"urllib.request", "http.client", "requests", "httpx", "httpx2", "aiohttp", "ftplib", "smtplib"}
# ``quoth models install`` fetches Stanza's own models when its operator says so; the service never does
FETCHING = SERVICE / "parse" / "official.py"
FORBIDDEN_CALLS = {"eval", "exec", "__import__"}
# a keyword that each of these calls must have, with its value
NEEDED = {
    "np.load": ("allow_pickle", False),
    "numpy.load": ("allow_pickle", False),
    "torch.load": ("weights_only", True),
}
UNSAFE_YAML = {"yaml.load", "yaml.unsafe_load", "yaml.full_load"}


def faults(code: str) -> list[str]:
    """What is wrong with a module's code, with its line."""
    return [f"line {line}: {what}" for line, what in _faults(ast.parse(code))]


def _faults(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            for name in names:
                if name.partition(".")[0] in FORBIDDEN_MODULES or name in NETWORK_MODULES:
                    yield node.lineno, f"imports {name}"
        elif isinstance(node, ast.Call):
            yield from ((node.lineno, what) for what in _of_call(node))


def _of_call(node: ast.Call) -> Iterator[str]:
    name = ast.unparse(node.func)
    given = {word.arg: word.value for word in node.keywords}
    if name in FORBIDDEN_CALLS or name in UNSAFE_YAML:
        yield f"calls {name}"
    if name in NEEDED:
        keyword, wanted = NEEDED[name]
        value = given.get(keyword)
        if not isinstance(value, ast.Constant) or value.value is not wanted:
            yield f"calls {name} without {keyword}={wanted}"
    if isinstance(value := given.get("shell"), ast.Constant) and value.value:
        yield f"calls {name} with a shell"
    # text() of a constant, or of table and column names that are written in the code
    if name in {"text", "sqlalchemy.text", "exec_driver_sql"} and node.args and isinstance(node.args[0], ast.BinOp):
        yield f"calls {name} with text that is put together"


def test_no_module_does_it() -> None:
    found = {
        path.relative_to(SERVICE).as_posix(): faults(path.read_text(encoding="utf-8"))
        for path in FILES
        if path != FETCHING
    }
    assert len(found) > 100
    assert {path: its for path, its in found.items() if its} == {}


def test_who_fetches_is_asked_by_an_operator_alone() -> None:
    imported = {
        path.relative_to(SERVICE).as_posix()
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module == "service.parse.official"
        and any(alias.name == "fetch" for alias in node.names)
    }
    assert imported == {"commands/models.py"}


@pytest.mark.parametrize(
    "code",
    [
        "import pickle", "from pickle import loads", "import urllib.request", "from requests import get", "eval('1')",
        "np.load(f)", "np.load(f, allow_pickle=True)", "torch.load(f)", "torch.load(f, weights_only=False)",
        "yaml.load(f, Loader=x)", "subprocess.run('ls', shell=True)", "text('SELECT ' + name)",
    ],
)  # fmt: skip
def test_each_would_be_found(code: str) -> None:
    assert len(faults(code)) == 1


def test_stanza_loads_weights_only() -> None:
    """The one library that unpickles model files, after their checksum was compared, does so weights-only."""
    found = importlib.util.find_spec("stanza")
    assert found is not None
    assert found.origin is not None
    loads = 0
    for path in (Path(found.origin).parent / "models").rglob("*.py"):
        if path.parent.name not in ("tokenization", "pos", "lemma", "depparse", "ner", "common"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "torch.load":
                only = {word.arg: ast.unparse(word.value) for word in node.keywords}.get("weights_only")
                loads += 1
                assert only == "True", f"{path}:{node.lineno}"
    assert loads > 3
