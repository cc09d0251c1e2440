"""compose.yaml names commands, options and settings that there are, and parts that fit together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from service.cli import main
from service.settings import SETTINGS, Settings

FILE = Path(__file__).parents[2] / "compose.yaml"
COMPOSED: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSED["services"]
OURS = [name for name, service in SERVICES.items() if service.get("image") == "quoth"]


def test_the_parts_are_there() -> None:
    assert set(SERVICES) == {"database", "queue", "migrate", "api", "worker"}
    assert OURS == ["migrate", "api", "worker"]
    assert all((FILE.parent / "Dockerfile").exists() and SERVICES[name]["build"] == "." for name in OURS)


@pytest.mark.parametrize("name", OURS)
def test_a_command_is_one_of_ours_with_its_options(name: str) -> None:
    program, *arguments = SERVICES[name]["command"]
    assert program == "quoth"
    command: click.Command = main
    while isinstance(command, click.Group):
        command = command.commands[arguments.pop(0)]
    # parsed, not run
    with command.make_context(name, arguments, resilient_parsing=False) as context:
        assert not context.args


@pytest.mark.parametrize("name", OURS)
def test_the_environment_is_one_that_starts(name: str) -> None:
    environment = {
        variable: value.replace("${POSTGRES_PASSWORD:-quoth}", "quoth")
        for variable, value in SERVICES[name]["environment"].items()
    }
    assert set(environment) <= {setting.name for setting in SETTINGS}
    settings = Settings.from_env(environment)
    assert settings.database_url == "postgresql://quoth:quoth@database:5432/quoth"
    assert settings.queue_url.startswith("redis://queue:")
    assert settings.job_processes == (0 if name == "api" else 1)
    # another number than the queue's, which is emptied with it
    assert name != "api" or settings.rate_limit_url not in ("memory://", settings.queue_url)


def test_the_database_is_the_one_that_is_asked_for() -> None:
    made = SERVICES["database"]["environment"]
    url = SERVICES["api"]["environment"]["QUOTH_DATABASE_URL"]
    assert url == (
        f"postgresql://{made['POSTGRES_USER']}:{made['POSTGRES_PASSWORD']}@database:5432/{made['POSTGRES_DB']}"
    )


def test_what_is_waited_for_can_tell_that_it_is_there() -> None:
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            waited = how["condition"]
            assert waited == "service_completed_successfully" or "test" in SERVICES[other]["healthcheck"], name
            assert waited == "service_healthy" or SERVICES[other]["restart"] == "no", name


def test_volumes_are_declared() -> None:
    used = {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", ())}
    assert used == set(COMPOSED["volumes"])
