"""One measured figure, its bar and its peer, and the table that people read."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """
    A measured median, lower is better.

    `bar` is what it must not exceed, `peer` another program that answers the same
    question in the same run, `peer_median` what that one needs; each None where there is none.
    """

    name: str
    median: float
    unit: str
    bar: float | None = None
    peer: str | None = None
    peer_median: float | None = None
    runs: int = 1

    def as_row(self) -> dict[str, Any]:
        """Return the figure as a JSON object, numbers with four digits."""
        return {
            key: float(f"{value:.4g}") if isinstance(value, float) else value
            for key, value in asdict(self).items()
        }


def figure(
    name: str,
    values: Sequence[float],
    unit: str,
    *,
    bar: float | None = None,
    peer: str | None = None,
    peer_values: Sequence[float] = (),
) -> Figure:
    """Return the figure of the measured `values`, beside those of a peer."""
    peer_median = float(statistics.median(peer_values)) if peer_values else None
    median = float(statistics.median(values))
    return Figure(name, median, unit, bar, peer, peer_median, len(values))


def table_text(figures: Sequence[Figure]) -> str:
    """Return the figures as a table in plain text, one line each."""
    head = ("name", "median", "unit", "bar", "", "peer", "peer median", "runs")
    lines = [head, *(_cells(row) for row in figures)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    left = (0, 2, 4, 5)
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at in left else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _cells(row: Figure) -> tuple[str, ...]:
    bar = "" if row.bar is None else f"{row.bar:g}"
    verdict = "" if row.bar is None else ("met" if row.median <= row.bar else "MISSED")
    peer = "" if row.peer_median is None else _number(row.peer_median)
    return (
        row.name, _number(row.median), row.unit, bar, verdict, row.peer or "", peer, str(row.runs),
    )  # fmt: skip


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
