"""Tables and picture of the study of estimators for continuous sources, from its lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from pid._types import Floats
from pid.core.decomposition import ATOMS
from scripts import hard_problems, page
from scripts.cloud_problems import CHANGES
from scripts.continuous_runs import ESTIMATORS, NAMES, ORACLE, OTHERS, PROBLEMS

ROUNDING = 1e-6
BESIDE = ("20 clusters", "alignment, published", "alignment, mended")
SAMPLE = ["problem", "n", "seed"]


def summary(frame: pd.DataFrame, held: pd.DataFrame) -> str:
    """The tables of the page, from all fits, and from those whose memory was measured."""
    tables = (
        (errors, frame),
        (floors, frame),
        (coverages, frame),
        (hard, frame),
        (invariance, frame),
        (smallest, frame),
        (memory, held),
    )
    return "\n\n".join([page.machine(), *(table(of) for table, of in tables if len(of))])


def error(rows: pd.DataFrame, suffix: str = "", beside: str = "_truth") -> float:
    """Mean absolute error over the four atoms."""
    off = [(rows[f"{atom}{suffix}"] - rows[f"{atom}{beside}"]).abs().mean() for atom in ATOMS]
    return float(np.mean(off)) if len(rows) else np.nan


def with_exact(frame: pd.DataFrame) -> pd.DataFrame:
    """Lines with the answer of the exact posteriors of the same rows, ``<atom>_exact``."""
    exact = frame[frame.estimator == ORACLE][[*SAMPLE, *ATOMS]]
    renamed = exact.rename(columns={atom: f"{atom}_exact" for atom in ATOMS})
    return frame.merge(renamed.drop_duplicates(SAMPLE), on=SAMPLE, how="left")


def answered(rows: pd.DataFrame) -> pd.DataFrame:
    """Those that were not refused; what could not be corrected stays as it is."""
    of = rows.dropna(subset=["total"]).copy()
    for name in NAMES:
        of[f"{name}_corrected"] = of[f"{name}_corrected"].fillna(of[name])
    return of


def inside(rows: pd.DataFrame) -> Floats:
    """Whether intervals contain the truth, (fits that have any, names)."""
    of = rows.dropna(subset=["total_low"])
    columns = [
        (of[f"{name}_low"] <= of[f"{name}_truth"] + ROUNDING)
        & (of[f"{name}_truth"] - ROUNDING <= of[f"{name}_high"])
        for name in NAMES
    ]
    return np.asarray(np.stack(columns, axis=1), dtype=np.float64).reshape(-1, len(NAMES))


def held(found: Floats) -> str:
    """A share with the range in which that of the population is, with chance .95."""
    if not len(found):
        return "–"
    low, high = binomtest(int(found.sum()), len(found)).proportion_ci()
    return f"{found.mean():.2f} ({low:.2f}–{high:.2f})"


def errors(frame: pd.DataFrame) -> str:
    """Of all estimators on the first samples of the seven, so that all are asked the same."""
    five = frame[frame.problem.isin(PROBLEMS) & (frame.seed < OTHERS)]
    rows = []
    for n, of in five.groupby("n"):
        quick = of[of.estimator == "posterior, no interval"]
        posterior = of[of.estimator == "posterior"]
        rows.append(
            [
                f"{n:,}",
                *(_shown(of[of.estimator == name]) for name in BESIDE),
                f"{error(posterior):.4f} ({quick.seconds.mean():.1f} s)",
                f"{error(posterior, '_corrected'):.4f} ({posterior.seconds.mean():.1f} s)",
            ]
        )
    header = ["n", "20 clusters", "alignment", "mended", "posterior"]
    return page.markdown_table([*header, "corrected, with intervals"], rows)


def _shown(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "–"
    few = "" if len(rows) >= OTHERS * len(PROBLEMS) else f", {len(rows)} fit{'s' * (len(rows) > 1)}"
    return f"{error(rows):.3f} ({rows.seconds.mean():.1f} s{few})"


def floors(frame: pd.DataFrame) -> str:
    """Errors of all samples of the seven, and how far they are from what exact posteriors give."""
    of = with_exact(frame[frame.problem.isin(PROBLEMS)])
    of = of[of.estimator == "posterior"]
    rows = [
        [
            f"{n:,}",
            str(some.seed.nunique()),
            f"{error(some):.4f}",
            f"{error(some, '_corrected'):.4f}",
            page.number(error(some, "_exact"), ".4f"),
            page.number(error(some, "", "_exact"), ".4f"),
            page.number(error(some, "_corrected", "_exact"), ".4f"),
            f"{some.seconds.mean():.1f}",
            page.number(float(some.cpu.mean()), ".1f"),
        ]
        for n, some in of.groupby("n")
    ]
    header = ["n", "samples of each", "posterior", "corrected", "exact posteriors"]
    return page.markdown_table(
        [*header, "distance", "distance, corrected", "seconds", "of CPU"], rows
    )


def coverages(frame: pd.DataFrame) -> str:
    """How often intervals hold the truth of the seven."""
    of = frame[(frame.estimator == "posterior") & frame.problem.isin(PROBLEMS)]
    rows = []
    for n, some in of.groupby("n"):
        each = {
            (problem, name): column
            for problem, part in some.groupby("problem")
            for name, column in zip(NAMES, inside(part).T, strict=True)
            if len(column)
        }
        worst = min(each, key=lambda key: each[key].mean()) if each else None
        rows.append(
            [
                f"{n:,}",
                str(some.seed.nunique()),
                *(held(column) for column in inside(some).T),
                "–" if worst is None else f"{worst[0]!s}, {worst[1]}: {held(each[worst])}",
            ]
        )
    return page.markdown_table(["n", "samples of each", *NAMES, "least of all"], rows)


def hard(frame: pd.DataFrame, estimators: Sequence[str] = ("posterior",)) -> str:
    """Error, mean deviation of each atom, and coverage of each hard problem."""
    of = with_exact(frame)
    of = of[of.estimator.isin(estimators)]
    rows = []
    for name in hard_problems.NAMES:
        if name in hard_problems.SMALL:
            continue
        for n, some in of[of.problem == name].groupby("n"):
            rows.append([f"{name}{' *' * (name in hard_problems.FRESH)}", f"{n:,}", *line(some)])
    return page.markdown_table(["problem", "n", *LINE], rows) if rows else ""


LINE = (
    *("samples", "error", "exact posteriors", "distance", *NAMES),
    *("coverage", "least", "lost", "seconds", "of CPU"),
)


def line(rows: pd.DataFrame) -> list[str]:
    """One problem: see ``LINE``; the atoms are mean deviations of what is corrected."""
    of = answered(rows)
    off = [(of[f"{name}_corrected"] - of[f"{name}_truth"]).mean() for name in NAMES]
    found = inside(of)
    least = found[:, found.mean(axis=0).argmin()] if len(found) else found
    return [
        f"{len(of)}{f' of {len(rows)}' * (len(of) < len(rows))}"
        + f", {len(found)} intervals" * (len(found) < len(of)),
        page.number(error(of, "_corrected"), ".4f"),
        page.number(error(of, "_exact"), ".4f"),
        page.number(error(of, "_corrected", "_exact"), ".4f"),
        *(page.number(float(x), "+.3f") for x in off),
        page.number(float(found.mean()) if len(found) else np.nan, ".3f"),
        held(least),
        page.number(float(rows.lost.mean()), ".3f"),
        f"{rows.seconds.mean():.1f}",
        page.number(float(rows.cpu.mean()), ".1f"),
    ]


def invariance(frame: pd.DataFrame) -> str:
    """How far each atom is from that of the same rows before their columns were changed."""
    of = answered(frame[frame.estimator == "posterior"])
    plain = of[of.problem == "clean"].set_index(["n", "seed"])
    rows = []
    for name in CHANGES:
        changed = of[of.problem == name].set_index(["n", "seed"])
        both = changed.join(plain, rsuffix=" of clean", how="inner")
        if both.empty:
            continue
        off = [
            (both[f"{atom}_corrected"] - both[f"{atom}_corrected of clean"]).abs() for atom in NAMES
        ]
        rows.append(
            [
                name,
                *(f"{x.mean():.4f}" for x in off),
                f"{max(x.max() for x in off):.4f}",
                f"{inside(changed).mean():.3f}",
            ]
        )
    header = ["change", *NAMES, "largest", "coverage"]
    return page.markdown_table(header, rows) if rows else ""


def smallest(frame: pd.DataFrame) -> str:
    """Few rows, and few rows of a class."""
    rows = []
    for name in hard_problems.SMALL:
        for n, some in with_exact(frame[frame.problem == name]).groupby("n"):
            for estimator in ("posterior", "clusters"):
                of = some[some.estimator == estimator]
                if len(of):
                    rows.append([f"{name}, {estimator}", f"{n:,}", *line(of)])
    return page.markdown_table(["problem", "n", *LINE], rows) if rows else ""


def memory(held: pd.DataFrame) -> str:
    """What a fit adds to the process, on "mixture"."""
    table = held.pivot_table("mebibytes", "n", "estimator")
    names = [name for name in ESTIMATORS if name in table]
    rows = [
        [f"{n:,}", *(page.number(float(row[name]), ".0f") for name in names)]
        for n, row in table.iterrows()
    ]
    return page.markdown_table(["MiB, n", *names], rows)
