"""How a mirror is doing, for machines: Prometheus' text format at ``/metrics``, a health check at ``/healthz``."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bridge import __version__
from bridge.sync.actions import VERBS
from converters.errors import ConfigError

OUTCOMES = ("published", "unchanged", "conflicts", "failed", "unreachable", "stopped")
OVERDUE_S = 300.0
"""Ours: a run that is this late means that the process hangs. A run itself may take as long as it needs."""
SILENT_S = 6 * 3600.0
"""Ours: a run that takes longer than a first sync of thousands of reports hangs, too."""


class Meters:
    """The figures of one mirror. ``ran`` and ``next_run`` are called by the loop, the rest by the server's threads."""

    def __init__(self, target: str, repository: str, clock: Callable[[], float] = time.time) -> None:
        try:
            import prometheus_client as prometheus
        except ImportError as error:
            hint = "pip install nbwiki[metrics]"
            raise ConfigError("--metrics-port needs the prometheus-client package", hint=hint) from error
        # a second series for each counter, which nobody draws
        prometheus.disable_created_metrics()  # type: ignore[no-untyped-call]
        self._clock = clock
        self._encode = prometheus.generate_latest
        self.content_type = prometheus.CONTENT_TYPE_LATEST
        self.registry = registry = prometheus.CollectorRegistry()

        def gauge(name: str, text: str, labels: tuple[str, ...] = ()) -> Any:
            return prometheus.Gauge(f"nbwiki_mirror_{name}", text, labels, registry=registry)

        def counter(name: str, text: str, labels: tuple[str, ...] = ()) -> Any:
            return prometheus.Counter(f"nbwiki_mirror_{name}", text, labels, registry=registry)

        info = prometheus.Info("nbwiki_mirror", "What is mirrored, and by which version.", registry=registry)
        info.info({"version": __version__, "target": target, "repository": repository})
        self._last_run = gauge("last_run_timestamp_seconds", "When the last run ended.")
        self._last_success = gauge("last_success_timestamp_seconds", "When a run last ended without a failure.")
        self._duration = gauge("last_run_duration_seconds", "How long the last run took.")
        self._succeeded = gauge("last_run_success", "1 if the last run had no failure (conflicts are none), else 0.")
        self._next = gauge("next_run_timestamp_seconds", "When the next run is due.")
        self._failures = gauge("consecutive_failures", "Runs that failed since the last one that did not.")
        self._reports = gauge("reports", "Reports by state, as the last run left them.", ("state",))
        self._runs = counter("runs", "Runs by how they ended.", ("outcome",))
        self._actions = counter("actions", "What was done (or could not be) to pages, by verb.", ("verb",))
        self._requests = counter("requests", "HTTP requests to the wiki.", ("kind",))
        self._retries = counter("request_retries", "Further attempts of the same request.")
        for outcome in OUTCOMES:
            self._runs.labels(outcome)
        for verb in VERBS:
            self._actions.labels(verb)
        for kind in ("read", "write"):
            self._requests.labels(kind)
        self._failed_runs = 0
        self._due: float | None = None
        self._began = clock()

    def begins(self) -> None:
        """A run is under way."""
        self._due, self._began = None, self._clock()

    def ran(
        self, outcome: str, seconds: float, report: Mapping[str, Any] | None, states: Mapping[str, int] | None
    ) -> None:
        """A run has ended. ``report`` is what ``sync --json`` prints, where it came so far."""
        now = self._clock()
        good = outcome in {"published", "unchanged", "conflicts"}
        self._failed_runs = 0 if good else self._failed_runs + 1
        self._last_run.set(now)
        if good:
            self._last_success.set(now)
        self._succeeded.set(good)
        self._duration.set(seconds)
        self._failures.set(self._failed_runs)
        self._runs.labels(outcome).inc()
        if report is not None:
            for verb, number in report["counts"].items():
                self._actions.labels(verb).inc(number)
            for kind in ("read", "write"):
                self._requests.labels(kind).inc(report["requests"][kind])
            self._retries.inc(report["requests"]["retried"])
        if states is not None:
            self._reports.clear()
            for state, number in states.items():
                self._reports.labels(state).set(number)

    def next_run(self, seconds: float) -> None:
        """The next run comes in so many seconds."""
        self._due = self._clock() + seconds
        self._next.set(self._due)

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return bytes(self._encode(self.registry))

    def health(self) -> tuple[bool, dict[str, Any]]:
        """Whether the loop is alive. A wiki that is away is no reason to restart us: alerts look at ``last_success``."""
        now, due = self._clock(), self._due
        late = now - due > OVERDUE_S if due is not None else now - self._began > SILENT_S
        state = "overdue" if late else "waiting" if due is not None else "running"
        return not late, {"status": state, "consecutive_failures": self._failed_runs}


class MetricsServer:
    """Serves the meters until it is closed. Raises ConfigError where it can't listen."""

    def __init__(self, meters: Meters, host: str, port: int) -> None:
        try:
            self._http = _Server((host, port), meters)
        except (OSError, OverflowError) as error:
            text = f"can't listen on {host}:{port} for --metrics-port: {error}"
            raise ConfigError(text, hint="choose another port") from error
        self._thread = threading.Thread(target=self._http.serve_forever, name="metrics", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(timeout=5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], meters: Meters) -> None:
        self.meters = meters
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a reader that went away is no event."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "nbwiki"
    sys_version = ""
    timeout = 10

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/metrics":
            self._send(200, self.server.meters.content_type, self.server.meters.text())
        elif path in {"/healthz", "/health"}:
            well, found = self.server.meters.health()
            self._send(200 if well else 503, "application/json", json.dumps(found).encode() + b"\n")
        else:
            self._send(404, "text/plain; charset=utf-8", b"/metrics or /healthz\n")

    do_HEAD = do_GET  # noqa: N815

    def _send(self, status: int, kind: str, body: bytes) -> None:
        with suppress(ConnectionError):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
        """Nothing: the log is about runs."""
