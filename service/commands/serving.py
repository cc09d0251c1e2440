"""``quoth serve``: the HTTP service under gunicorn.

The master process checks what can be checked without the models (settings, pack, database) and says what is wrong in
one line. The models load in each worker, after the fork: threads that torch may have started do not survive one.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click
from gunicorn.systemd import SD_LISTEN_FDS_START, listen_fds  # type: ignore[import-untyped]

from service.commands import parts
from service.commands.measures_folder import measures_folder
from service.commands.working import worker_beside
from service.settings import Settings, is_loopback


@click.command()
@click.option("--host", metavar="H", help="Address to listen on; default: QUOTH_HOST.")
@click.option("--port", metavar="N", help="Port to listen on; default: QUOTH_PORT.")
@click.option("--workers", metavar="N", help="Processes, each with its models; default: QUOTH_WORKERS.")
def serve(host: str | None, port: str | None, workers: str | None) -> None:
    """Serve the HTTP API.

    SIGINT or SIGTERM ends it; requests that are being answered are finished first. A worker beside it reads the
    articles of imports, unless QUOTH_JOB_PROCESSES=0 says that workers run elsewhere.
    """
    chosen = _as_bound(parts.settings(QUOTH_HOST=host, QUOTH_PORT=port, QUOTH_WORKERS=workers))
    _check(chosen)
    parts.one_thread()
    _run(chosen)


def _as_bound(chosen: Settings) -> Settings:
    """The settings with the address of the sockets that systemd gives, where it gives any: who may call depends on it.

    Of several, one that other machines can reach counts.
    """
    given = [_address_of(socket.socket(fileno=os.dup(fd))) for fd in _sockets_given()]
    hosts = [address for address in given if address is not None]
    if not hosts:
        return chosen
    return replace(chosen, host=next((host for host in hosts if not is_loopback(host)), hosts[0]))


def _sockets_given() -> range:
    """The file descriptors of the sockets that systemd holds for this process, see sd_listen_fds(3)."""
    # read by gunicorn too, which takes the variables away
    count = listen_fds(unset_environment=False)
    return range(SD_LISTEN_FDS_START, SD_LISTEN_FDS_START + int(count))


def _address_of(given: socket.socket) -> str | None:
    """The host that a socket listens on; None for one in the file system, which only this machine reaches."""
    with given:
        return str(given.getsockname()[0]) if given.family in (socket.AF_INET, socket.AF_INET6) else None


def _check(chosen: Settings) -> None:
    """Look for what would keep every worker from starting or serving.

    Raises PackError, StoreUnavailable, KeysNeeded or NoListening.
    """
    from service.parse.pack import Pack  # noqa: PLC0415

    Pack.open(chosen.model_dir)
    with parts.store(chosen) as store:
        store.check()
        if chosen.key_needed and not store.has_keys():
            raise KeysNeeded(chosen.host)
    # a socket that systemd holds for gunicorn is there already, and is meant to be
    if not _sockets_given():
        _check_address(chosen.host.strip("[]"), chosen.port)


def _check_address(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as tried:
        # as gunicorn does: what is left of a server's connections that has ended is in nobody's way
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            raise NoListening(host, port, error) from None


class KeysNeeded(click.ClickException):
    """The server would be there for everybody, or for nobody: there is no API key yet."""

    def __init__(self, host: str) -> None:
        reached = "" if is_loopback(host) else f"{host} can be reached from other machines, "
        super().__init__(
            f"the server does not start: {reached}calls need an API key, and there is none yet. Make one with "
            "`quoth keys create NAME --scope write`, listen on 127.0.0.1, or, where a proxy asks who is calling, set "
            "QUOTH_REQUIRE_KEY=never"
        )


class NoListening(click.ClickException):
    """The port is taken, or the address is none that this process may listen on."""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        if error.errno == errno.EADDRINUSE:
            got, help = f"port {port} of {host} is taken by another program", "a port that is free"
            todo = f"end that program, or give another port: `quoth serve --port {port % 65_535 + 1}`, or QUOTH_PORT"
        elif error.errno == errno.EACCES:
            got, help = f"port {port} of {host} is kept for the system", "a port from 1024 on"
            todo = "give one: `quoth serve --port 8000`, or QUOTH_PORT"
        else:
            got, help = f"got {host!r} to listen on ({error.strerror})", "an address of this machine"
            todo = "give one: `quoth serve --host 127.0.0.1`, or QUOTH_HOST"
        super().__init__(f"the server does not start: {got}; allowed is {help}; {todo}")


def gunicorn_options(chosen: Settings) -> dict[str, Any]:
    """gunicorn's settings for ours."""
    from service.api.crowd import threads_for  # noqa: PLC0415 - loads Flask
    from service.commands.balancing import BalancedWorker  # noqa: PLC0415

    host = f"[{chosen.host}]" if ":" in chosen.host and not chosen.host.startswith("[") else chosen.host
    return {
        "bind": f"{host}:{chosen.port}",
        "workers": chosen.workers,
        "worker_class": BalancedWorker,
        # more than may be at work: for those that wait, and for what never waits
        "threads": threads_for(chosen.threads),
        "preload_app": False,
        # against what might grow without end; a worker that leaves answers what it has begun first
        "max_requests": chosen.max_requests,
        "max_requests_jitter": chosen.max_requests // 10,
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
        # GET /compat/citron/quotes has a text in its address
        "limit_request_line": 8190,
        "child_exit": _forget,
    }


def _forget(_server: object, worker: Any) -> None:
    """Take what a worker that ended was holding (its queue, its memory) out of the measures."""
    from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def _run(chosen: Settings) -> None:
    from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped] # noqa: PLC0415
    from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped] # noqa: PLC0415

    class Overseer(Arbiter):  # type: ignore[misc]
        """gunicorn's master, which looks after the worker beside it as it does after its own, every second."""

        def manage_workers(self) -> None:
            """Replace those that have ended."""
            super().manage_workers()
            look()

    class Server(BaseApplication):  # type: ignore[misc]
        """gunicorn with our settings in place of its command line and its environment."""

        def load_config(self) -> None:
            for name, value in gunicorn_options(chosen).items():
                self.cfg.set(name, value)

        def load(self) -> Callable[..., Any]:
            from service.commands.malformed import with_sound_bodies  # noqa: PLC0415
            from service.wsgi import create  # noqa: PLC0415

            # the environment does not know what the options say: of a --host, who may call depends on it
            app = create(chosen)
            app.wsgi_app = with_sound_bodies(app.wsgi_app)  # type: ignore[assignment, method-assign]
            return app

    # one worker is asked for the measures of all, so they count in files that all of them see
    with measures_folder() as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        with worker_beside(chosen) as look:
            Overseer(Server()).run()
