"""What Quoth is made of by others: licences, a bill of materials, known vulnerabilities.

    python -m bench.supply licences   write docs/licences.md: every locked package with its licence
    python -m bench.supply sbom       write dist/quoth.cdx.json, a CycloneDX bill of what requirements.lock installs
    python -m bench.supply audit      ask the vulnerability database of PyPI about requirements.lock (needs a network)

Licences are those that the installed packages state of themselves, as SPDX expressions where they give one. What ships
(``requirements.lock``) may have a licence of ``ALLOWED`` alone; a test holds it to that and to the written page.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "licences.md"
SHIPPED, TOOLS = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
BILL = ROOT / "dist" / "quoth.cdx.json"
ALLOWED = frozenset(
    (
        *("Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MIT", "ISC", "PSF-2.0", "0BSD", "MIT-0", "MIT-CMU", "Zlib"),
        *("HPND", "BSL-1.0", "CC0-1.0", "Unlicense", "LLVM-exception", "CNRI-Python", "BSD"),
    )
)
# what packages say instead of an SPDX name, in their field or classifier
_SPELLINGS = (
    (r"apache.*", "Apache-2.0"),
    (r"mit( license)?|the mit license.*|expat.*", "MIT"),
    (r"(the )?bsd 3.*|3-clause bsd.*|(new|modified) bsd.*|bsd-3.*", "BSD-3-Clause"),
    (r"bsd 2.*|simplified bsd.*", "BSD-2-Clause"),
    (r"bsd( license)?", "BSD"),
    (r"isc.*", "ISC"),
    (r"python software foundation.*|psf.*", "PSF-2.0"),
    (r"mozilla public.*|mpl.?2.*", "MPL-2.0"),
    (r"the unlicense.*|unlicense", "Unlicense"),
    (r"zlib.*", "Zlib"),
)
# what those say in a file that say nothing in their metadata
_IN_A_FILE = {"huey": "MIT", "axe-playwright-python": "MIT", "atheris": "Apache-2.0"}
# weak copyleft, which binds changes to their own files: they come unchanged, as packages of their own
UNCHANGED = {
    "certifi": "a list of certificates, of requests and trafilatura",
    "orjson": "in parts; Stanza's JSON",
    "tld": "a list of top-level domains, of trafilatura",
    "tqdm": "in parts; progress bars of Stanza",
}
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
_ADVISER = "PyPI's database of vulnerabilities"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A locked package; ``licence`` is an SPDX expression, or what the package says, ``unknown`` if nothing."""

    name: str
    version: str
    licence: str

    @property
    def parts(self) -> frozenset[str]:
        """The licences that all hold: of ``A OR B`` an allowed one, where there is one."""
        found: set[str] = set()
        for needed in re.split(r"\s+(?:AND|WITH)\s+|;\s*", self.licence.replace("(", "").replace(")", "")):
            choices = [choice.strip() for choice in re.split(r"\s+OR\s+", needed)]
            found.add(next((choice for choice in choices if choice in ALLOWED), choices[0]))
        return frozenset(found)


def locked(lock: Path) -> dict[str, str]:
    """The packages of a lock file and their versions."""
    return dict(_PIN.findall(lock.read_text(encoding="utf-8")))


def packages(lock: Path) -> list[Package]:
    """The locked packages that are installed, by name; those for another platform or version are not."""
    found = []
    for name, version in sorted(locked(lock).items()):
        try:
            said = _licence(name)
            licence = _IN_A_FILE.get(name, said) if said == "unknown" else said
            found.append(Package(name=name, version=version, licence=licence))
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _licence(name: str) -> str:
    about = importlib.metadata.metadata(name)
    if expression := about.get_all("License-Expression"):
        return str(expression[0])
    classified = [str(line).rpartition(" :: ")[2] for line in about.get_all("Classifier") or () if "License ::" in line]
    classified = [line for line in classified if line not in ("OSI Approved", "Public Domain")]
    stated = "\n".join(map(str, about.get_all("License") or ())).strip().splitlines()
    said = stated[0] if stated and len(stated[0]) < 60 else ""
    # a short field says more exactly than a classifier which BSD it is
    for text in (said, *classified):
        if (spdx := _spdx(text)) not in ("", "BSD"):
            return spdx
    return _spdx(said) or (_spdx(classified[0]) if classified else "") or said or "unknown"


def _spdx(text: str) -> str:
    known = {name.lower(): name for name in (*ALLOWED, "MPL-2.0")}
    if all(part.strip(" ()").lower() in known for part in re.split(r" and | or ", text.lower())) and text:
        return re.sub(r" (and|or) ", lambda m: m[0].upper(), text, flags=re.IGNORECASE)
    return next((name for pattern, name in _SPELLINGS if re.fullmatch(pattern, text.lower())), "")


def not_allowed(found: list[Package]) -> dict[str, str]:
    """Packages whose licence may not ship, with it."""
    return {p.name: p.licence for p in found if not p.parts <= ALLOWED and p.name not in UNCHANGED}


def page() -> str:
    """``docs/licences.md``."""
    shipped = packages(SHIPPED)
    names = {package.name for package in shipped}
    tools = [package for package in packages(TOOLS) if package.name not in names]
    licences = {package.name: package.licence for package in shipped}
    kept = "\n".join(f"- {name} ({licences[name]}): {why}" for name, why in sorted(UNCHANGED.items()))
    return f"""# Licences of what Quoth stands on

Written by `make licences` from what the installed packages say of themselves; a test compares it. Quoth itself is under
the Apache Licence 2.0. NVIDIA's libraries, which PyPI's build of torch wants on Linux (`requirements-cuda.lock`), have
licences of their own and are in neither our wheel nor our image.

## What ships

Everything in `requirements.lock`: permissive licences alone, but for these, whose weak copyleft binds changes to their
own files; they are used unchanged, as packages of their own:

{kept}

{_table(shipped)}

## Tools

What `requirements-dev.lock` adds for tests and benchmarks; none of it ships.

{_table(tools)}
"""


def _table(found: list[Package]) -> str:
    rows = [f"| {package.name} | {package.version} | {package.licence} |" for package in found]
    return "\n".join(["| package | version | licence |", "|---|---|---|", *rows])


def bill() -> int:
    """Write the CycloneDX bill of materials; the tool's exit status."""
    BILL.parent.mkdir(exist_ok=True)
    tool = [
        sys.executable,
        "-m",
        "cyclonedx_py",
        "requirements",
        str(SHIPPED),
        "--pyproject",
        str(ROOT / "pyproject.toml"),
    ]
    options = ["--output-reproducible", "--output-format", "JSON", "--output-file", str(BILL)]
    return subprocess.run([*tool, *options], check=False).returncode


def audit() -> int:
    """The exit status: 0 nothing known, 1 something, 2 not all could be asked about."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--requirement", str(SHIPPED)]
    ran = subprocess.run(
        [*command, "--progress-spinner", "off", "--format", "json"], check=False, capture_output=True, text=True
    )
    try:
        found = json.loads(ran.stdout)["dependencies"]
    except ValueError:
        print(f"the audit needs {_ADVISER}, which gave no answer: {ran.stderr.strip()[-300:]}", file=sys.stderr)
        return 2
    known = [(one["name"], one["version"], bad["id"]) for one in found for bad in one.get("vulns", ())]
    for name, version, number in known:
        print(f"{name} {version}: {number}")
    skipped = [one["name"] for one in found if "skip_reason" in one]
    print(f"{len(found) - len(skipped)} packages asked about, {len(known)} vulnerabilities known")
    if skipped:
        few = ", ".join(skipped[:3])
        print(f"{_ADVISER} told nothing of {len(skipped)} packages ({few}, …): is there a network?", file=sys.stderr)
    return 1 if known else 2 if skipped else 0


def main(arguments: list[str]) -> int:
    """One of the three; the exit status."""
    if arguments == ["licences"]:
        PAGE.write_text(page(), encoding="utf-8")
        print(f"not allowed in what ships: {bad}" if (bad := not_allowed(packages(SHIPPED))) else f"wrote {PAGE}")
        return 1 if bad else 0
    if arguments == ["sbom"]:
        return bill()
    if arguments == ["audit"]:
        return audit()
    print("usage: python -m bench.supply licences|sbom|audit", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
