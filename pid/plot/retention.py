"""What codes keep, atom by atom: before and after as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pid.analysis.retention.probe import rows_of
from pid.analysis.retention.result import Retention
from pid.checks import checked, is_a, one_of
from pid.plot.style import AXES, COLOURS, GREY, HATCHES, INK, axes_of, bare, printable, whisker

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT, FAINT = 0.36, 0.45  # of a bar; how much colour those before have


@checked(
    found=is_a("an answer of pid.retained", Retention),
    ax=AXES,
    probe=one_of("networks", "linear"),
)
def retention(found: Retention, ax: Axes | None = None, *, probe: str = "networks") -> Axes:
    """A pair of bars for each atom and for the total: before in pale, and after below it.

    Args:
        found: of ``pid.retained``; of a joint code the total alone has a bar after.
        ax: Axes to draw on.
        probe: by which classifiers, "networks" or "linear".

    Raises:
        MissingExtra: there is no matplotlib.
    """
    ax = axes_of(ax, height=2.8)
    asked = found.networks if probe == "networks" else found.linear
    rows = rows_of(asked, found.names)
    told = None if found.level is None else {"total": asked.told[2:]}
    for place, row in zip(reversed(range(len(rows))), rows, strict=True):
        bars = (
            (row.before, asked.interval_before, HEIGHT / 2, FAINT),
            (row.after, asked.interval_after or told, -HEIGHT / 2, 1.0),
        )
        for value, interval, up, alpha in bars:
            if value is None:
                continue
            ax.barh(
                place + up,
                value,
                height=HEIGHT,
                color=COLOURS.get(row.atom, GREY),
                hatch=HATCHES.get(row.atom, ""),
                alpha=alpha,
                edgecolor="white",
                linewidth=0,
            )
            if interval is not None:
                whisker(ax, place + up, *interval[row.atom])
    ax.axvline(0, color=INK, linewidth=0.8)
    labels = [printable(row.label) for row in rows]
    ax.set_yticks(range(len(rows)), labels[::-1])
    ax.set_xlabel(f"{found.unit}, before (pale) and after")
    bare(ax)
    return ax
