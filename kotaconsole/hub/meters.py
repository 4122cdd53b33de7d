"""What is counted of a hub's work. Labels name routes, kinds and units; never a person, a case or a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from kotaconsole.domain.clock import Instant

BUCKETS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""Seconds; finest around the tenth of a second that an operator notices."""
SECONDS_HELP: Final = (
    "Seconds from the whole head of a request to its answer, without those a poll waits for news;"
    f" buckets up to {', '.join(f'{bound:g}' for bound in BUCKETS)} s"
)
"""Waiting is what a long poll is for: counted in, half a minute of quiet would look like a hub that hangs."""


@dataclass(frozen=True, slots=True)
class Now:
    """How a hub stands at the moment it is asked.

    Attributes:
        waiting: polls that wait. short: polls answered on the short way so far. beat: the hub's beat.
        queue: jobs that wait for the writer. audit_n: records of the audit log.
        heads: the last seq of each feed. unattended: units that should be and are not watched.
        stuck: cases whose clock does not run. kept_at: when the site's schedule was last carried out.
    """

    waiting: int
    short: int
    beat: int
    queue: int
    audit_n: int
    unattended: int
    stuck: int
    kept_at: Instant
    heads: Mapping[str, int] = field(default_factory=dict)


class Meters:
    """The counters of one hub, in a registry of their own: two hubs in one process count apart.

    Thread: any.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "kotaconsole_requests", "Requests that were answered", ("route", "method", "status"),
            registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "kotaconsole_request_seconds", SECONDS_HELP, ("route",), buckets=BUCKETS, registry=self._registry
        )
        self._commands = Counter(
            "kotaconsole_commands", "Commands that were answered", ("kind", "outcome"), registry=self._registry
        )
        self._flags = Counter("kotaconsole_flags", "Flags that were taken", ("outcome",), registry=self._registry)
        for outcome in ("taken", "defective"):
            self._flags.labels(outcome)

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count an answered request by the pattern of its address; `seconds` without the waiting for news."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def counter_of(self, route: str, method: str, status: int) -> Callable[[float], None]:
        """`request` for answers that are all alike; what it takes to find their labels is paid once."""
        requests, histogram = self._requests.labels(route, method, str(status)), self._seconds.labels(route)

        def count(seconds: float) -> None:
            requests.inc()
            histogram.observe(seconds)

        return count

    def command(self, kind: str, outcome: str) -> None:
        """Count an answered command: applied, superseded, replayed, or the code of its refusal."""
        self._commands.labels(kind, outcome).inc()

    def flag(self, *, defective: bool) -> None:
        """Count a flag that was taken."""
        self._flags.labels("defective" if defective else "taken").inc()

    def text(self, now: Now) -> bytes:
        """Everything in the text format of Prometheus."""
        return generate_latest(self._registry) + generate_latest(_registry_of(now))


class _Standing(Collector):
    def __init__(self, collect: Callable[[], Iterable[Metric]]) -> None:
        self._collect = collect

    @override
    def collect(self) -> Iterable[Metric]:
        """The metrics as they stand."""
        return self._collect()


def _registry_of(now: Now) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Standing(lambda: _families(now)))
    return registry


def _families(now: Now) -> list[Metric]:
    heads = GaugeMetricFamily("kotaconsole_feed_head", "Last seq of a feed", labels=("unit",))
    for unit, head in sorted(now.heads.items()):
        heads.add_metric((unit,), head)
    return [
        GaugeMetricFamily("kotaconsole_waiting_polls", "Polls that wait for news", value=now.waiting),
        CounterMetricFamily(
            "kotaconsole_short_polls", "Polls answered on the short way; they are among the requests too",
            value=now.short,
        ),
        GaugeMetricFamily("kotaconsole_beat", "The hub's beat", value=now.beat),
        GaugeMetricFamily("kotaconsole_writer_queue", "Jobs that wait for the writer", value=now.queue),
        GaugeMetricFamily("kotaconsole_audit_n", "Records of the audit log", value=now.audit_n),
        GaugeMetricFamily("kotaconsole_unattended_units", "Units where nobody listens", value=now.unattended),
        GaugeMetricFamily(
            "kotaconsole_kept_timestamp_seconds", "When what is over was last erased, or the hub began",
            value=int(now.kept_at) / 1000,
        ),
        GaugeMetricFamily("kotaconsole_stuck_cases", "Cases whose clock does not run", value=now.stuck),
        heads,
    ]  # fmt: skip
