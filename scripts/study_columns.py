"""Whether ordinary columns and rows are answered rightly: zeros, codes, copies; write a table.

    OMP_NUM_THREADS=1 python -m scripts.study_columns            # 6 minutes on two cores
    OMP_NUM_THREADS=1 python -m scripts.study_columns --quick    # seconds; shows that it works

Zeros: y is whether an amount is above 0; what quantile bins keep of it, for both signs. Codes: 40
shops, of each of which y has its own probability; the error of what is unique to them, as whole
numbers, categories and text. Copies: noise with every row three times; the total, which is 0.
Writes OUT/figures/study_columns.csv and its marked section of OUT/columns.md.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

import pid
from scripts import page, study
from scripts.study import Row, Task

SAMPLES, SIZES = 3, (0,)  # each problem has its own number of rows
ZEROS = (0.3, 0.5, 0.7, 0.9, 0.95)
SHOPS, VISITS = 40, 1500
FIELDS = ("value", "truth", "low", "high", "said")
FORMS: dict[str, Callable[[pd.Series], object]] = {
    "whole numbers": lambda shop: shop,
    "category": lambda shop: shop.astype("category"),
    "text": lambda shop: shop.astype(str),
}


def zeros(share: float, bins: int, sign: int, seed: int) -> float:
    """The share of what an amount tells of y = [amount > 0] that its bins keep."""
    rng = np.random.default_rng(seed)
    amount = np.where(rng.random(2000) < share, 0.0, rng.gamma(2, 10, size=2000))
    y, other = (amount > 0).astype(int), rng.normal(size=2000)
    q = pid.quantify(
        sign * amount,
        other,
        y,
        estimator="bins",
        bins=(bins, bins),
        target_bins="auto",
        interval=None,
        correction="none",
    )
    return q.decomposition.information1 / pid.entropy_samples(y)


def codes(form: str, seed: int) -> tuple[float, float]:
    """What is unique to shops that come in some form, and the truth."""
    rng = np.random.default_rng(seed)
    closed = rng.random(SHOPS) < 0.5
    shop = rng.integers(0, SHOPS, VISITS)
    y = (rng.random(VISITS) < np.where(closed[shop], 0.1, 0.9)).astype(int)
    q = pid.quantify(FORMS[form](pd.Series(shop, name="shop")), rng.normal(size=VISITS), y)
    share = closed.mean()
    mean = 0.1 * share + 0.9 * (1 - share)
    told = pid.entropy([mean, 1 - mean]) - pid.entropy([0.1, 0.9])
    return q.best.unique1, told


def copies(seed: int) -> tuple[float, tuple[float, float], bool]:
    """The total of noise with every row three times, its interval, and whether it is said."""
    rng = np.random.default_rng(seed)
    X1, X2, y = rng.normal(size=(200, 5)), rng.normal(size=(200, 5)), rng.integers(0, 2, 200)
    q = pid.quantify(*(np.repeat(one, 3, axis=0) for one in (X1, X2, y)))
    assert q.interval is not None
    said = any("copies of others" in note for note in q.notes)
    return q.best.total, q.interval["total"], said


def measured(task: Task) -> list[Row]:
    """A row for every sample of a problem."""
    name, _, samples = task
    kind, *rest = name.split(", ")
    rows: list[Row] = []
    for seed in range(samples):
        row: Row = {"problem": name, "sample": seed} | dict.fromkeys(FIELDS)
        if kind == "zeros":
            share, bins, sign = float(rest[0]), int(rest[1]), int(rest[2])
            row |= {"value": zeros(share, bins, sign, seed)}
        elif kind == "codes":
            value, truth = codes(rest[0], seed)
            row |= {"value": value, "truth": truth}
        else:
            value, (low, high), said = copies(seed)
            row |= {"value": value, "low": low, "high": high, "said": said}
        rows.append(row)
    return rows


def written(rows: list[Row]) -> str:
    """The table and what it is of."""
    frame = pd.DataFrame(rows)
    kind = frame.problem.str.partition(", ")[0]
    lines = []
    of_zeros = frame[kind == "zeros"]
    if len(of_zeros):
        least, seen = of_zeros.value.min(), len(of_zeros)
        lines.append([f"zeros: share kept, least of {seen}", f"{least:.1%}"])
    for form in FORMS:
        some = frame[frame.problem == f"codes, {form}"]
        if len(some):
            away = (some.value - some.truth).abs()
            what = f"40 codes as {form}: error of unique, mean and largest of {len(some)}"
            lines.append([what, f"{away.mean():.3f}, {away.max():.3f} bit"])
    some = frame[kind == "copies"]
    if len(some):
        holds = ((some.low <= 0) & (some.high >= 0)).sum()
        lines.append(
            [
                f"noise with every row three times: total, mean and largest of {len(some)}",
                f"{some.value.mean():.3f}, {some.value.max():.3f} bit; said in {some.said.sum()}; "
                f"interval with 0 in {holds}",
            ]
        )
    table = page.markdown_table(["what", "measured"], lines)
    return f"Measured (`python -m scripts.study_columns`):\n\n{table}"


def main() -> None:
    """Run the study and write what it says."""
    args = study.options(__doc__ or "", SAMPLES, SIZES)
    ways = [(share, bins, sign) for share in ZEROS for bins in (4, 8) for sign in (1, -1)]
    names = [f"zeros, {share}, {bins}, {sign}" for share, bins, sign in ways]
    names += [*(f"codes, {form}" for form in FORMS), "copies"]
    rows = study.collect(measured, args, names, ("zeros, 0.7, 4, 1", "zeros, 0.95, 8, -1"))
    page.write_csv(args.out / "figures" / "study_columns.csv", rows)
    page.write_section(args.out / "columns.md", "study columns", written(rows))


if __name__ == "__main__":
    main()
