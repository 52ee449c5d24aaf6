"""What bounds from half-labelled samples are, and what they rest on, as labels and texts."""

from __future__ import annotations

from collections.abc import Iterator

from pid.analysis.half_labelled.result import ATOMS, HalfLabelled
from pid.analysis.quantification.facts import Fact
from pid.analysis.words import IN_TABLE, called, labels
from pid.core.decomposition import shown


def rows_of(h: HalfLabelled) -> list[list[str]]:
    """Label, value or both ends, and how far sampling may move them, of every quantity."""
    b, a = h.bounds, h.accuracy
    low, high = a.gain
    named = labels([axis.name for axis in h.axes])
    rows = [[named[k], shown(getattr(b, k)), _between(h, k, k)] for k in ATOMS]
    ends = f"{shown(b.lower)} to {shown(b.upper)}"
    rows.append(["synergy", ends, _between(h, "synergy_lower", "synergy_upper")])
    x1, x2, _ = called([axis.name for axis in h.axes], IN_TABLE)
    for name, source, share in (("accuracy_x1", x1, a.unimodal1), ("accuracy_x2", x2, a.unimodal2)):
        ends = _between(h, name, name, percent=True)
        rows.append([f"accuracy, {source} alone", f"{share:.1%}", ends])
    for label, value, name in (
        ("accuracy, both", f"{100 * a.lower:.1f} to {a.upper:.1%}", "accuracy"),
        ("gain from fusing", f"{100 * low:z.1f} to {100 * high:z.1f} points", "gain"),
    ):
        ends = _between(h, f"{name}_lower", f"{name}_upper", percent=True)
        rows.append([label, value, ends])
    return rows


def _between(h: HalfLabelled, low: str, high: str, *, percent: bool = False) -> str:
    if h.interval is None:
        return ""
    ends = h.interval[low][0], h.interval[high][1]
    return " to ".join(f"{100 * e:z.1f}" if percent else shown(e) for e in ends)


def facts_of(h: HalfLabelled) -> Iterator[Fact]:
    """What the bounds rest on."""
    n1, n2, n12 = h.sizes
    yield "samples", f"{n1} of x1 and y, {n2} of x2 and y, {n12} of x1 and x2"
    moved = ", ".join(f"{share:.1%}" for share in h.moved)
    yield "reconciled", f"{moved} of them moved; one population: p = {h.p_value:.2g}"
    b, a = h.bounds, h.accuracy
    exact = (
        f"solver certificate: exact to {max(b.gap, 1e-7):.1e} {b.unit} for the reconciled tables"
    )
    with_sampling = "no interval"
    if h.level is not None:
        with_sampling = f"{shown(h.synergy[0])} to {shown(h.synergy[1])} ({h.level:.0%})"
    accuracy = f"of accuracy to {max(a.gap, 1e-6):.1e}"
    yield "upper end", f"{exact}, {accuracy}; synergy with sampling: {with_sampling}"
    kind = "balanced, the mean over classes" if a.balanced else "share of all samples"
    yield "accuracy", f"{kind}; always the commonest class: {a.majority:.1%}"
    least, most = (f"{100 * share:.1f}" for share in b.accuracy)
    losses = " to ".join(shown(loss) for loss in b.log_loss)
    yield "by information", f"accuracy {least} to {most}%; log-loss of both {losses} {b.unit}"
    best = {
        end: (min if end == "upper" else max)(
            v for k, v in b.published.items() if k.startswith(end) and "full" not in k
        )
        for end in ("lower", "upper")
    }
    ends = f"{shown(best['lower'])} to {shown(best['upper'])}"
    yield "published", f"{ends}: the best bounds of synergy that need no program of all three"
    seed = (
        "" if h.estimator == "table" and h.interval is None else f", random state {h.random_state}"
    )
    yield "estimator", f"{h.estimator}{seed}; {h.seconds:.2f} s"
    if h.reason is not None:
        yield "chosen as", h.reason
    for note in h.notes:
        yield "note", note
