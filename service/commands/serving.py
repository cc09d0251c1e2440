"""``quoth serve``: the HTTP service under gunicorn.

The master process checks what can be checked without the models (settings, pack, database) and says what is wrong in
one line. The models load in each worker, after the fork: threads that torch may have started do not survive one.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

import click

from service.commands import parts
from service.settings import Settings


@click.command()
@click.option("--host", metavar="H", help="Address to listen on; default: QUOTH_HOST.")
@click.option("--port", metavar="N", help="Port to listen on; default: QUOTH_PORT.")
@click.option("--workers", metavar="N", help="Processes, each with its models; default: QUOTH_WORKERS.")
def serve(host: str | None, port: str | None, workers: str | None) -> None:
    """Serve the HTTP API.

    SIGINT or SIGTERM ends it; requests that are being answered are finished first.
    """
    chosen = parts.settings(QUOTH_HOST=host, QUOTH_PORT=port, QUOTH_WORKERS=workers)
    _check(chosen)
    if not is_loopback(chosen.host):
        click.echo(
            f"warning: {chosen.host} can be reached from other machines, and Quoth asks nobody for a key: anyone who "
            "can reach it can read, add and delete articles. Use 127.0.0.1, or a proxy that asks who is calling.",
            err=True,
        )
    parts.one_thread()
    _run(chosen)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address; a name other than ``localhost`` counts as reachable.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _check(chosen: Settings) -> None:
    """Raises PackError or StoreUnavailable for what would keep every worker from starting."""
    from service.parse.pack import Pack  # noqa: PLC0415

    Pack.open(chosen.model_dir)
    with parts.store(chosen) as store:
        store.check()


def gunicorn_options(chosen: Settings) -> dict[str, Any]:
    """gunicorn's settings for ours."""
    host = f"[{chosen.host}]" if ":" in chosen.host and not chosen.host.startswith("[") else chosen.host
    return {
        "bind": f"{host}:{chosen.port}",
        "workers": chosen.workers,
        "worker_class": "gthread",
        "threads": chosen.threads,
        "preload_app": False,
        # gthread workers report while a request runs, so this only ends a worker that hangs altogether; loading the
        # models, when it does not report, takes seconds
        "timeout": 120,
        # as long as a request may wait for its turn
        "graceful_timeout": chosen.request_timeout_seconds,
        "proc_name": "quoth",
        # a socket in the home directory that nothing here uses
        "control_socket_disable": True,
        "loglevel": chosen.log_level,
        "accesslog": None,
    }


def _run(chosen: Settings) -> None:
    from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped] # noqa: PLC0415

    class Server(BaseApplication):  # type: ignore[misc]
        """gunicorn with our settings in place of its command line and its environment."""

        def load_config(self) -> None:
            for name, value in gunicorn_options(chosen).items():
                self.cfg.set(name, value)

        def load(self) -> Callable[..., Any]:
            from service.wsgi import create  # noqa: PLC0415

            return create()

    Server().run()
