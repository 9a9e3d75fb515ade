"""The web server: gunicorn, few threads, behind a proxy that ends TLS."""

import logging
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # no types
from gunicorn.config import Config  # type: ignore[import-untyped]  # no types
from gunicorn.glogging import Logger as GunicornLogger  # type: ignore[import-untyped]  # no types

from portal.operations.app import create_app
from portal.platform.encryption.hashing_slots import HashingSlots
from portal.platform.settings import Settings

RECYCLED_AFTER = 20_000
"""Requests after which a process is replaced, so that nothing stays in memory for ever."""

QUOTING = {
    "Invalid request from": "request-unreadable",
    "Error handling request": "request-failed",
}
"""How gunicorn's lines begin that quote what was sent, and what is written instead."""


class Logger(GunicornLogger):  # type: ignore[misc]  # gunicorn has no types
    """Sends gunicorn's lines to the program's log, warnings and worse."""

    def setup(self, cfg: Config) -> None:
        """Add no handlers."""
        del cfg
        self.error_log.setLevel(logging.WARNING)
        self.error_log.addFilter(quote_nothing)
        self.error_log.propagate = True
        self.access_log.disabled = True


def quote_nothing(line: logging.LogRecord) -> bool:
    """Replace messages in which gunicorn would quote a request; every line is kept."""
    for start, name in QUOTING.items():
        if str(line.msg).startswith(start):
            line.msg, line.args = name, ()
    return True


def bind_to(settings: Settings) -> str:
    """Return gunicorn's bind address: an IPv6 address in brackets."""
    host = f"[{settings.bind}]" if ":" in settings.bind else settings.bind
    return f"{host}:{settings.port}"


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Runs the portal; each process makes its own app and its own connections."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._hashing_slots = HashingSlots()  # before the fork, so that all processes share them
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn's configuration."""
        chosen: dict[str, Any] = {
            "bind": bind_to(self._settings),
            "workers": self._settings.workers,
            "threads": self._settings.threads,
            "worker_class": "gthread",
            "control_socket_disable": True,
            "max_requests": RECYCLED_AFTER,
            "max_requests_jitter": RECYCLED_AFTER // 10,
            "graceful_timeout": 10,
            "timeout": 30,
            "keepalive": 5,
            "limit_request_line": 4094,
            "limit_request_field_size": 8190,
            "forwarded_allow_ips": "127.0.0.1,::1",
            "logger_class": Logger,
            "proc_name": "portal",
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the app: in each process, after the fork."""
        return create_app(self._settings, hashing_slots=self._hashing_slots)
