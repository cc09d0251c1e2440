"""What the environment may say: the ``QUOTH_*`` variables, each with its default, its check and its meaning.

>>> Settings.from_env({"QUOTH_PORT": "9000", "HOME": "/home/maria"}).port
9000
>>> Settings.from_env({"QUOTH_PROT": "9000", "QUOTH_WORKERS": "many"})
Traceback (most recent call last):
    ...
service.errors.SettingsError: the settings cannot be used: QUOTH_PROT is no setting, did you mean QUOTH_PORT?; \
QUOTH_WORKERS: got 'many', allowed is a whole number from 1 to 64, or auto
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.errors import SettingsError

PREFIX = "QUOTH_"

_MOST_WORKERS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set, checked; ``SETTINGS`` says what each field means. Units stand in the names."""

    host: str
    port: int
    database_url: str
    max_article_chars: int
    workers: int
    threads: int
    max_requests: int
    cache_dir: Path
    cache_mb: int
    model_dir: Path | None
    names_file: Path | None
    log_level: str
    request_timeout_seconds: int
    require_key: str
    rate_limit_per_minute: int
    rate_limit_url: str
    cors_origins: tuple[str, ...]
    allowed_hosts: tuple[str, ...]
    queue_url: str
    job_processes: int
    job_lease_seconds: int
    jobs_kept_days: int
    max_import_megabytes: int

    @property
    def key_needed(self) -> bool:
        """Whether calls need an API key."""
        return self.require_key == "always" or (self.require_key == "auto" and not is_loopback(self.host))

    @property
    def hosts(self) -> tuple[str, ...] | None:
        """The names that calls may use besides addresses and localhost; None: any."""
        if self.allowed_hosts:
            return self.allowed_hosts
        # who may call is decided by this machine alone, and so its browsers must not be led astray
        return () if self.require_key == "auto" and not self.key_needed else None

    @classmethod
    def from_env(cls, mapping: Mapping[str, str]) -> Settings:
        """The settings that ``mapping`` (``os.environ``) asks for; an empty value is the default.

        Raises SettingsError, with every fault, for unknown ``QUOTH_*`` names and values that cannot be.
        """
        known = {setting.name: setting for setting in SETTINGS}
        faults = [_unknown(name, known) for name in sorted(mapping) if name.startswith(PREFIX) and name not in known]
        values: dict[str, Any] = {}
        for setting in SETTINGS:
            given = mapping.get(setting.name) or setting.default
            try:
                values[setting.field] = setting.read(given)
            except _Fault as fault:
                faults.append(f"{setting.name}: {fault}")
        if faults:
            raise SettingsError(tuple(faults))
        return cls(**values)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address; a name other than ``localhost`` counts as reachable.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


class _Fault(Exception):
    """What was got and what is allowed, for one value."""


def _whole_number(least: int, most: int) -> Callable[[str], int]:
    def read(given: str) -> int:
        # int() alone would take "1_000", " 7 " and Devanagari digits
        if not (given.isascii() and given.isdigit()) or not least <= int(given) <= most:
            raise _Fault(f"got {given!r}, allowed is a whole number from {least} to {most}")
        return int(given)

    return read


def _workers(given: str) -> int:
    if given.lower() == "auto":
        return min(usable_cores(), _MOST_WORKERS)
    try:
        return _whole_number(1, _MOST_WORKERS)(given)
    except _Fault as fault:
        raise _Fault(f"{fault}, or auto") from None


def usable_cores(quota: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """The cores that this process may use: those it may be put on, or fewer where its container has a smaller share."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        share, period = quota.read_text().split()
        return max(min(cores, round(int(share) / int(period))), 1)
    except (OSError, ValueError):  # no such file, or "max": no container, or no limit
        return cores


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(given: str) -> str:
        if given.lower() not in allowed:
            raise _Fault(f"got {given!r}, allowed is one of {', '.join(allowed)}")
        return given.lower()

    return read


def _database_url(given: str) -> str:
    scheme, separator, _ = given.partition("://")
    if not separator or scheme.partition("+")[0] not in ("sqlite", "postgresql"):
        # the value is not shown: it may hold a password
        raise _Fault(
            "got no URL of a database that is known, allowed is sqlite:///FILE or "
            "postgresql://USER:PASSWORD@HOST:PORT/NAME"
        )
    return given


def _queue_url(given: str) -> str:
    if given and not given.startswith(("sqlite:///", "redis://", "rediss://", "postgresql://")):
        # the value is not shown: it may hold a password
        raise _Fault(
            "got no URL of a queue that is known, allowed is sqlite:///FILE, redis://HOST:PORT/NUMBER or "
            "postgresql://USER:PASSWORD@HOST:PORT/NAME"
        )
    return given


def _counter_url(given: str) -> str:
    if given != "memory://" and not given.startswith(("redis://", "rediss://")):
        # the value is not shown: it may hold a password
        raise _Fault("got no URL of a store of counts that is known, allowed is memory:// or redis://HOST:PORT")
    return given


def _origins(given: str) -> tuple[str, ...]:
    origins = tuple(given.split())
    for origin in origins:
        if origin != "*" and not re.fullmatch(r"https?://[^/\s@?#]+", origin):
            raise _Fault(f"got {origin!r}, allowed is a scheme and a host such as https://cms.example, without a path")
    return origins


def _hosts(given: str) -> tuple[str, ...]:
    names = tuple(given.split())
    for name in names:
        if name != "*" and not re.fullmatch(r"[A-Za-z0-9_.-]+", name):
            raise _Fault(f"got {name!r}, allowed is a host name such as quoth.example, without scheme, port or path")
    return names


def _host(given: str) -> str:
    if not given.strip() or any(c.isspace() or c == "/" for c in given):
        raise _Fault(f"got {given!r}, allowed is an address or a host name such as 127.0.0.1")
    return given


def _directory(given: str) -> Path | None:
    if not given:
        return None
    path = Path(given).expanduser()
    if not path.is_dir():
        raise _Fault(f"got {given!r}, which is no directory; name the one that holds the pack's manifest.json")
    return path


def _file(given: str) -> Path | None:
    if not given:
        return None
    path = Path(given).expanduser()
    if not path.is_file():
        raise _Fault(f"got {given!r}, which is no file; name a .csv or .jsonl as docs/names-file.md describes it")
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One variable. ``read`` turns its value into that of the field ``field`` of Settings or raises a fault."""

    name: str
    default: str
    read: Callable[[str], object]
    meaning: str

    @property
    def field(self) -> str:
        """The name of the field that holds it."""
        return self.name.removeprefix(PREFIX).lower()


SETTINGS: tuple[Setting, ...] = (
    Setting(name="QUOTH_HOST", default="127.0.0.1", read=_host, meaning="Address that the server listens on."),
    Setting(
        name="QUOTH_PORT", default="8000", read=_whole_number(1, 65535), meaning="Port that the server listens on."
    ),
    Setting(
        name="QUOTH_DATABASE_URL",
        default="sqlite:///var/quoth.db",
        read=_database_url,
        meaning="Where articles and quotes are kept: sqlite:///FILE, or postgresql://USER:PASSWORD@HOST:PORT/NAME.",
    ),
    Setting(
        name="QUOTH_MAX_ARTICLE_CHARS",
        default="200000",
        read=_whole_number(1, 10_000_000),
        meaning="Longest article that is read, in characters (Unicode code points); a longer one is refused with 413.",
    ),
    Setting(
        name="QUOTH_WORKERS",
        default="auto",
        read=_workers,
        meaning="Server processes; each holds the models in memory and reads one article at a time. auto: one a core.",
    ),
    Setting(
        name="QUOTH_THREADS",
        default="8",
        read=_whole_number(3, 64),
        meaning="Requests that each process answers at a time; two stay free for those that need no model, the others "
        "may wait for it. Three times as many wait for a moment, more are refused with 503.",
    ),
    Setting(
        name="QUOTH_MAX_REQUESTS",
        default="0",
        read=_whole_number(0, 100_000_000),
        meaning="Requests after which a server process makes room for a fresh one, a tenth more or less so that not "
        "all do at once; 0: never.",
    ),
    Setting(
        name="QUOTH_CACHE_DIR",
        default="var/cache",
        read=Path,
        meaning="Folder in which the server keeps what it has read, so that the same article costs nothing a second "
        "time. It holds quotes; all server processes of a machine share it.",
    ),
    Setting(
        name="QUOTH_CACHE_MB",
        default="256",
        read=_whole_number(0, 1_000_000),
        meaning="Most that it takes, in megabytes (about 100 articles each); what was used longest ago goes. 0: "
        "nothing is kept.",
    ),
    Setting(
        name="QUOTH_MODEL_DIR",
        default="",
        read=_directory,
        meaning="Folder of another model pack with its manifest.json; empty: the one that is built in.",
    ),
    Setting(
        name="QUOTH_NAMES_FILE",
        default="",
        read=_file,
        meaning="CSV or JSONL of speakers with their offices and dates (docs/names-file.md); empty: none.",
    ),
    Setting(
        name="QUOTH_LOG_LEVEL",
        default="info",
        read=_one_of("debug", "info", "warning", "error"),
        meaning="Least severe log line that is written: debug, info, warning or error.",
    ),
    Setting(
        name="QUOTH_REQUEST_TIMEOUT_SECONDS",
        default="120",
        read=_whole_number(1, 3600),
        meaning="Longest wait of a request for its turn at the models, in seconds; then it is refused with 503.",
    ),
    Setting(
        name="QUOTH_REQUIRE_KEY",
        default="auto",
        read=_one_of("auto", "always", "never"),
        meaning="Whether calls need an API key (`quoth keys create`): always, never (where a proxy asks who is "
        "calling), or auto: unless the server listens on this machine alone.",
    ),
    Setting(
        name="QUOTH_RATE_LIMIT_PER_MINUTE",
        default="600",
        read=_whole_number(0, 1_000_000),
        meaning="Most requests of one API key in a minute, then 429; 0: any number. Calls that need no key and have "
        "none are not counted.",
    ),
    Setting(
        name="QUOTH_RATE_LIMIT_URL",
        default="memory://",
        read=_counter_url,
        meaning="Where requests are counted: memory:// (each process for itself) or redis://HOST:PORT (together).",
    ),
    Setting(
        name="QUOTH_CORS_ORIGINS",
        default="",
        read=_origins,
        meaning="Sites whose scripts may call the API from a browser, parted by spaces, such as "
        "https://cms.example; `*`: any.",
    ),
    Setting(
        name="QUOTH_ALLOWED_HOSTS",
        default="",
        read=_hosts,
        meaning="Host names, parted by spaces, that calls may use besides addresses and localhost; `*`: any. Empty: "
        "none where QUOTH_REQUIRE_KEY is auto and the server listens on this machine alone, so that no site can pass "
        "for this one (DNS rebinding); else any.",
    ),
    Setting(
        name="QUOTH_QUEUE_URL",
        default="",
        read=_queue_url,
        meaning="Where workers learn what is to be read next: sqlite:///FILE, redis://HOST:PORT/NUMBER or "
        "postgresql://…; empty: a file beside SQLite's, or the PostgreSQL database itself.",
    ),
    Setting(
        name="QUOTH_JOB_PROCESSES",
        default="1",
        read=_whole_number(0, 64),
        meaning="Processes that read the articles of imports, of `quoth worker` and beside `quoth serve`; 0: none "
        "beside it, because workers run elsewhere. They load the models with the first import.",
    ),
    Setting(
        name="QUOTH_JOB_LEASE_SECONDS",
        default="60",
        read=_whole_number(3, 3600),
        meaning="After how long the part of a worker that is not heard of goes to another one, in seconds.",
    ),
    Setting(
        name="QUOTH_JOBS_KEPT_DAYS",
        default="30",
        read=_whole_number(1, 36_500),
        meaning="How long a job that ended is remembered, in days; what it stored stays.",
    ),
    Setting(
        name="QUOTH_MAX_IMPORT_MEGABYTES",
        default="256",
        read=_whole_number(1, 100_000),
        meaning="Largest body of one import, unpacked, in megabytes (a million bytes); more is refused with 413.",
    ),
)


def settings_table_markdown() -> str:
    """The settings as the table that the README shows, without a line end after the last row."""
    rows = [f"| `{s.name}` | {f'`{s.default}`' if s.default else '(empty)'} | {s.meaning} |" for s in SETTINGS]
    return "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows])


def _unknown(name: str, known: Mapping[str, Setting]) -> str:
    # compared without the prefix, which would make all of them look alike
    ends = {k.removeprefix(PREFIX): k for k in known}
    near = difflib.get_close_matches(name.removeprefix(PREFIX), ends, n=1)
    hint = f"did you mean {ends[near[0]]}?" if near else f"there are: {', '.join(sorted(known))}"
    return f"{name} is no setting, {hint}"
