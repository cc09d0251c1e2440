"""The settings files beside this module: what is trained, how long, with which of Stanza's options.

A file has two tables or three. ``[schedule]`` is ours (see `Schedule`); ``[stanza]`` holds options of Stanza's own
trainer under their own names, ``true`` for a flag that takes no value::

    [schedule]
    seed = 1
    steps = 5000
    [stanza]
    hidden_dim = 160
    share_hid = true

A third, ``[extra]``, is for what one model has and the others have not.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path


class BadSettings(Exception):
    """A settings file lacks a key, has one too many, or holds a value out of range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Length and learning rate of one training; all counts are in optimiser steps unless the name says otherwise."""

    seed: int
    steps: int
    warmup: int
    """Steps over which the rate climbs from 0 to `learning_rate`."""
    decay_from: int
    """Step from which the rate falls in a straight line to `floor`, reached at `steps`."""
    learning_rate: float
    floor: float
    batch_words: int
    """Words in a batch; a longer sentence is a batch of its own."""
    evaluate_every: int

    def __post_init__(self) -> None:
        if not 0 <= self.warmup <= self.decay_from <= self.steps:
            raise BadSettings(
                f"got warmup {self.warmup}, decay_from {self.decay_from}, steps {self.steps}; "
                "allowed is 0 <= warmup <= decay_from <= steps"
            )

    def rate(self, step: int) -> float:
        """Return the learning rate of optimiser step `step` (1-based).

        >>> plan = Schedule(seed=1, steps=100, warmup=10, decay_from=50, learning_rate=0.1, floor=0.0,
        ...                 batch_words=1, evaluate_every=1)
        >>> plan.rate(5), plan.rate(30), plan.rate(75), plan.rate(100)
        (0.05, 0.1, 0.05, 0.0)
        """
        if step <= self.warmup:
            return self.learning_rate * step / self.warmup
        if step <= self.decay_from:
            return self.learning_rate
        left = (self.steps - step) / (self.steps - self.decay_from)
        return self.floor + (self.learning_rate - self.floor) * left


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One settings file."""

    schedule: Schedule
    stanza: tuple[str, ...]
    """Stanza's options as its command line takes them, e.g. ``("--hidden_dim", "160", "--share_hid")``."""
    extra: Mapping[str, float]


def read_settings(path: Path) -> Settings:
    """Return the settings in the TOML file at `path`; raises `BadSettings` for keys that do not belong."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    if set(tables) - {"extra"} != {"schedule", "stanza"}:
        raise BadSettings(f"{path}: got the tables {sorted(tables)}; write [schedule], [stanza] and perhaps [extra]")
    allowed = {field.name for field in fields(Schedule)}
    if set(tables["schedule"]) != allowed:
        raise BadSettings(f"{path}: [schedule] has {sorted(tables['schedule'])}; write all of {sorted(allowed)}")
    return Settings(
        schedule=Schedule(**tables["schedule"]), stanza=_as_arguments(tables["stanza"]), extra=tables.get("extra", {})
    )


def _as_arguments(options: dict[str, object]) -> tuple[str, ...]:
    arguments: list[str] = []
    for name, value in options.items():
        if value is False:
            raise BadSettings(f"[stanza] {name} = false: leave a flag out instead")
        arguments.append(f"--{name}")
        if value is not True:
            arguments.append(str(value))
    return tuple(arguments)
