"""What is in the heads of a factorised code, as stacked bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pid.checks import checked, is_a
from pid.estimators.fission.audited import Audit
from pid.plot.style import AXES, COLOURS, HATCHES, INK, axes_of, bare

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT = 0.7  # of a bar


@checked(found=is_a("an audit of a FactorizedContrastive", Audit), ax=AXES)
def audit(found: Audit, ax: Axes | None = None) -> Axes:
    """A bar for each source and head: what the other source tells, too, and what it does not.

    Amounts below 0, which are none, are not drawn.

    Args:
        found: of ``FactorizedContrastive.audit``.
        ax: Axes to draw on.

    Raises:
        MissingExtra: there is no matplotlib.
    """
    ax = axes_of(ax, height=2.4)
    rows = found.rows()
    for place, (name, told) in zip(reversed(range(len(rows))), rows, strict=True):
        left = 0.0
        for kind, measure in (("redundancy", told.shared), (f"unique{name[-1]}", told.own)):
            width = max(measure.corrected, 0.0)
            ax.barh(
                place,
                width,
                left=left,
                height=HEIGHT,
                color=COLOURS[kind],
                hatch=HATCHES[kind],
                edgecolor="white",
                linewidth=0,
            )
            left += width
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.set_yticks(range(len(rows)), [name for name, _ in rows][::-1])
    ax.set_xlabel("bits about y, by both (dark) or one alone")
    bare(ax)
    return ax
