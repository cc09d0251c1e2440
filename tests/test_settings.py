from dataclasses import fields
from pathlib import Path

import pytest

from service.errors import SettingsError
from service.settings import SETTINGS, Settings, settings_table_markdown, usable_cores

README = Path(__file__).parents[1] / "README.md"


def test_defaults_hold_for_an_empty_environment() -> None:
    settings = Settings.from_env({})
    assert settings == Settings(
        host="127.0.0.1",
        port=8000,
        database_url="sqlite:///var/quoth.db",
        max_article_chars=200_000,
        workers=usable_cores(),
        threads=8,
        max_requests=0,
        cache_dir=Path("var/cache"),
        cache_mb=256,
        model_dir=None,
        names_file=None,
        log_level="info",
        request_timeout_seconds=120,
        require_key="auto",
        rate_limit_per_minute=600,
        rate_limit_url="memory://",
        cors_origins=(),
        allowed_hosts=(),
        queue_url="",
        job_processes=1,
        job_lease_seconds=60,
        jobs_kept_days=30,
        max_import_megabytes=256,
    )


def test_every_field_is_a_setting_and_every_setting_a_field() -> None:
    assert [field.name for field in fields(Settings)] == [setting.field for setting in SETTINGS]


def test_given_values_are_read(tmp_path: Path) -> None:
    settings = Settings.from_env(
        {
            "QUOTH_HOST": "0.0.0.0",
            "QUOTH_PORT": "9",
            "QUOTH_DATABASE_URL": "postgresql+psycopg://u:p@db/quoth",
            "QUOTH_MODEL_DIR": str(tmp_path),
            "QUOTH_LOG_LEVEL": "WARNING",
            "PATH": "/bin",
        }
    )
    assert (settings.host, settings.port, settings.log_level) == ("0.0.0.0", 9, "warning")
    assert settings.database_url == "postgresql+psycopg://u:p@db/quoth"
    assert settings.model_dir == tmp_path


def test_an_empty_value_is_the_default() -> None:
    assert Settings.from_env({"QUOTH_PORT": "", "QUOTH_MODEL_DIR": ""}) == Settings.from_env({})


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("QUOTH_PORT", "0", "got '0', allowed is a whole number from 1 to 65535"),
        ("QUOTH_PORT", "65536", "got '65536'"),
        ("QUOTH_PORT", "8000 ", "got '8000 '"),
        ("QUOTH_PORT", "8_000", "got '8_000'"),
        ("QUOTH_PORT", "٨٠", "got '٨٠'"),
        ("QUOTH_WORKERS", "-1", "got '-1'"),
        ("QUOTH_THREADS", "2", "a whole number from 3 to 64"),
        ("QUOTH_MAX_ARTICLE_CHARS", "1e6", "got '1e6'"),
        ("QUOTH_LOG_LEVEL", "loud", "got 'loud', allowed is one of debug, info, warning, error"),
        ("QUOTH_HOST", "a b", "got 'a b'"),
        ("QUOTH_DATABASE_URL", "mysql://x", "allowed is sqlite:///FILE or postgresql"),
        ("QUOTH_DATABASE_URL", "quoth.db", "allowed is sqlite:///FILE"),
        ("QUOTH_MODEL_DIR", "/no/such/folder", "which is no directory"),
        ("QUOTH_MAX_ARTICLE_CHAR", "5", "is no setting, did you mean QUOTH_MAX_ARTICLE_CHARS?"),
        ("QUOTH_REQUIRE_KEY", "no", "got 'no', allowed is one of auto, always, never"),
        ("QUOTH_RATE_LIMIT_URL", "memcached://x", "allowed is memory:// or redis://HOST:PORT"),
        ("QUOTH_CORS_ORIGINS", "https://a.example cms.example", "got 'cms.example', allowed is a scheme and a host"),
        ("QUOTH_CORS_ORIGINS", "https://a.example/desk", "without a path"),
        ("QUOTH_X", "5", "is no setting, there are: QUOTH_ALLOWED_HOSTS, "),
    ],
)
def test_a_fault_names_the_setting_and_what_is_allowed(name: str, value: str, part: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({name: value})
    assert name in str(caught.value)
    assert part in str(caught.value)
    assert len(caught.value.faults) == 1


@pytest.mark.parametrize(
    ("host", "require", "needed"),
    [
        ("127.0.0.1", "auto", False),
        ("localhost", "auto", False),
        ("::1", "auto", False),
        ("0.0.0.0", "auto", True),
        ("quoth.example", "auto", True),
        ("127.0.0.1", "always", True),
        ("0.0.0.0", "never", False),
    ],
)
def test_a_key_is_needed_where_others_can_reach_the_server(host: str, require: str, needed: bool) -> None:
    assert Settings.from_env({"QUOTH_HOST": host, "QUOTH_REQUIRE_KEY": require}).key_needed is needed


def test_sites_are_parted_by_spaces() -> None:
    settings = Settings.from_env({"QUOTH_CORS_ORIGINS": "https://a.example http://localhost:5173"})
    assert settings.cors_origins == ("https://a.example", "http://localhost:5173")


def test_all_faults_stand_in_one_message() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"QUOTH_PORT": "x", "QUOTH_WORKERS": "y", "QUOTH_NOPE": "z"})
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize("name", ["QUOTH_DATABASE_URL", "QUOTH_RATE_LIMIT_URL"])
def test_a_password_is_not_shown(name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({name: "oracle://u:secret@db/x"})
    assert "secret" not in str(caught.value)


@pytest.mark.skipif("| setting |" not in README.read_text("utf-8"), reason="the README has no table of settings yet")
def test_the_readme_shows_the_table() -> None:
    assert settings_table_markdown() in README.read_text("utf-8")


@pytest.mark.parametrize(
    ("quota", "cores"), [("100000 100000", 1), ("20000 100000", 1), ("max 100000", None), ("", None)]
)
def test_workers_are_as_many_as_the_cores_that_a_container_gives(quota: str, cores: int | None, tmp_path: Path) -> None:
    share = tmp_path / "cpu.max"
    share.write_text(quota)
    assert usable_cores(share) == (cores or usable_cores(tmp_path / "none"))


@pytest.mark.parametrize(("given", "workers"), [("3", 3), ("AUTO", usable_cores())])
def test_workers_are_a_number_or_auto(given: str, workers: int) -> None:
    assert Settings.from_env({"QUOTH_WORKERS": given}).workers == workers
