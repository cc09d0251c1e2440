"""A client generated from ``openapi.yaml`` by openapi-python-client calls the service as its users would."""

from __future__ import annotations

import importlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from service.api import create_app, examples
from service.pipeline import Pipeline
from service.store import Store
from tests.flat_parser import FlatParser

CONTRACT = Path(__file__).parents[2] / "openapi.yaml"
PACKAGE = "quoth_client_of_the_test"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The generated package's folder, on the path."""
    folder = tmp_path_factory.mktemp("generated")
    config = folder / "config.yaml"
    config.write_text(f"package_name_override: {PACKAGE}\nproject_name_override: {PACKAGE}\npost_hooks: []\n")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(CONTRACT)]
    command += ["--meta", "none", "--output-path", str(folder / PACKAGE), "--config", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield folder / PACKAGE


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server listens that keeps the contract's example article."""
    with Store(f"sqlite:///{tmp_path_factory.mktemp('served')}/quoth.db") as store:
        store.upgrade()
        store.save(examples.STORED)
        app = create_app(pipeline=Pipeline(FlatParser(), max_chars=60_000), store=store)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()


def generated(module: str) -> Any:
    return importlib.import_module(f"{PACKAGE}.{module}")


@pytest.mark.usefixtures("package")
def test_the_generated_client_calls_the_service(address: str) -> None:
    with generated("client").Client(base_url=address) as client:
        page = generated("api.quotes.list_quotes").sync(client=client)
        [quote] = page.quotes
        assert quote.id == examples.STORED_QUOTE.quote.id
        assert quote.speaker.name == "Maria Okafor"
        one = generated("api.corrections.get_quote").sync_detailed(quote.id, client=client)
        assert (one.status_code, one.parsed.to_dict()) == (200, quote.to_dict())
        confirmed = generated("models.correction_in_status").CorrectionInStatus.CONFIRMED
        correction = generated("models.correction_in").CorrectionIn(status=confirmed)
        patched = generated("api.corrections.correct_quote").sync_detailed(
            quote.id, client=client, body=correction, if_match=one.headers["ETag"]
        )
        assert (patched.status_code, patched.parsed.review) == (200, "confirmed")
        article = generated("models.article_in").ArticleIn(text='"We will pay for all of it."')
        extraction = generated("api.extract.extract").sync(client=client, body=article)
        assert [found.text for found in extraction.quotes] == ['"We will pay for all of it."']
        missing = generated("api.articles.get_article").sync(client=client, id="none")
        assert (missing.status, missing.type_) == (404, "/problems/not-found")
        stats = generated("api.stats.get_stats").sync(client=client)
        assert stats.quotes == 1
