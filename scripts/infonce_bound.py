"""How far log N - L, the bound of a contrastive loss L with N rows, is from the truth.

    python -m scripts.infonce_bound           # a minute
    python -m scripts.infonce_bound --quick   # seconds; shows that it works

Two Gaussian columns of known information, and the critic that is best, log p(y | x) / p(y): nothing
is trained, so that what is missing is the bound's own. Writes OUT/figures/infonce_bound.csv, a
picture of it, and its marked section of OUT/mutual-information.md. Needs the extra report.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from scipy.special import logsumexp

from pid._types import Floats
from scripts import page
from scripts.palette import OF_METHODS

BITS = np.log(2)
TRUTHS = (0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0, 12.0)  # bits
ROWS = (16, 64, 256, 1024, 4096)
Row = dict[str, float]


def scores(truth: float, n: int, rng: np.random.Generator) -> Floats:
    """The exact log ratios of all pairs of n rows, with so many bits of information."""
    left = 4.0**-truth
    r = np.sqrt(1 - left)
    x = rng.standard_normal(n)
    y = r * x + np.sqrt(left) * rng.standard_normal(n)
    away = (y - r * x[:, None]) ** 2 / left
    return np.asarray((y**2 - away - np.log(left)) / 2)


def measured(truth: float, n: int, pairs: int) -> Row:
    """Mean of log N - L over batches that have so many rows in all, in bits."""
    rng = np.random.default_rng(n)
    found = []
    for _ in range(max(1, pairs // n)):
        each = scores(truth, n, rng)
        found.append(np.log(n) + float((np.diag(each) - logsumexp(each, axis=1)).mean()))
    value = float(np.mean(found)) / BITS
    return {
        "truth": truth,
        "n": n,
        "value": value,
        "ceiling": float(np.log2(n)),
        "gap": truth - value,
    }


def draw(rows: list[Row], path: Path) -> None:
    """The bound against the truth, with its ceilings, and what is missing against N."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.8), layout="constrained")
    for axis in (left, right):
        axis.set_prop_cycle(color=OF_METHODS)
    for n in dict.fromkeys(row["n"] for row in rows):
        some = [row for row in rows if row["n"] == n]
        (line,) = left.plot(
            [r["truth"] for r in some],
            [r["value"] for r in some],
            marker=".",
            label=f"N = {n:,.0f}",
        )
        left.axhline(some[0]["ceiling"], color=line.get_color(), linestyle=":", linewidth=0.8)
    truths = list(dict.fromkeys(row["truth"] for row in rows))
    left.plot(truths, truths, color="black", linewidth=0.8)
    left.set(xlabel="truth, bit", ylabel="log N − L, bit; dotted: log N")
    left.legend(frameon=False)
    for truth in truths:
        some = [row for row in rows if row["truth"] == truth]
        right.plot(
            [r["n"] for r in some], [r["gap"] for r in some], marker=".", label=f"{truth:g} bit"
        )
    right.set(xscale="log", xlabel="N", ylabel="missing, bit")
    right.legend(frameon=False, ncols=2)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)
    plt.close(figure)


def summary(rows: list[Row]) -> str:
    """The table of the page: a line for each truth, a column for each N."""
    sizes = list(dict.fromkeys(row["n"] for row in rows))
    found = {(row["truth"], row["n"]): row for row in rows}
    truths = list(dict.fromkeys(row["truth"] for row in rows))
    head = ["truth, bit", *(f"N = {n:,.0f}" for n in sizes)]
    lines = [[f"{t:g}", *(f"{found[t, n]['value']:.2f}" for n in sizes)] for t in truths]
    ceiling = ["ceiling log N", *(f"{np.log2(n):.0f}" for n in sizes)]
    return (
        f"{page.markdown_table(head, [*lines, ceiling])}\n\n"
        "![log N − L against the truth, and what is missing](figures/infonce_bound.png)"
    )


def main() -> None:
    """Measure, draw, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small N")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    args = parser.parse_args()
    truths, sizes = (TRUTHS[1:8:3], ROWS[:2]) if args.quick else (TRUTHS, ROWS)
    rows = [measured(t, n, 500 if args.quick else 20_000) for n in sizes for t in truths]
    page.write_csv(args.out / "figures" / "infonce_bound.csv", rows)
    draw(rows, args.out / "figures" / "infonce_bound.png")
    page.write_section(args.out / "mutual-information.md", "infonce bound", summary(rows))


if __name__ == "__main__":
    main()
