"""When a long run has to end: its time limit, and whoever watches it."""

from __future__ import annotations

import time

from geo.errors import ArgumentError
from geo.siting.problem import Progress, Status, Watch


class Deadline:
    """
    The end of a run: after `time_limit_s` seconds, or as soon as `watch` asks for it.

    The one place of the siting models that looks at a clock. A run that neither ends by time
    nor is stopped does not depend on it.
    """

    def __init__(self, time_limit_s: float | None = None, watch: Watch | None = None) -> None:
        if time_limit_s is not None and not time_limit_s > 0:
            raise ArgumentError(
                "bad_argument", name="time_limit_s", value=time_limit_s, reason="应大于 0"
            )
        self._end = None if time_limit_s is None else time.monotonic() + time_limit_s
        self._watch = watch
        self.status: Status = "optimal"

    @property
    def remaining_s(self) -> float:
        """Return the seconds left, infinite without a limit."""
        return float("inf") if self._end is None else max(0.0, self._end - time.monotonic())

    @property
    def over(self) -> bool:
        """Return whether the run has to end."""
        return self.status != "optimal"

    def run_out(self) -> None:
        """Say that the time is over, as a solver found."""
        self.status = "time" if self.status == "optimal" else self.status

    def tell(self, objective: float, bound: float, step: str) -> bool:
        """Tell the watcher where the run stands, and return whether it has to end."""
        if self.status == "optimal" and self._watch is not None:
            self.status = "stopped" if self._watch(Progress(objective, bound, step)) else "optimal"
        if self.status == "optimal" and self.remaining_s <= 0:
            self.status = "time"
        return self.over
