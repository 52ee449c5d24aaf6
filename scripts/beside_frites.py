"""What ``frites.conn.conn_pid`` says of signals whose atoms are known, beside ``pid.quantify``.

    pip install frites==0.4.6                    # in an environment of its own, with this package
    python -m scripts.beside_frites              # a minute

Two signals of trials x time follow features of the stimulus (``scripts.spikes.of_features``): the
logarithms of the rates there, with normal noise. Writes OUT/figures/beside_frites.csv and its
marked section of OUT/time.md.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

import numpy as np
from scipy.stats import norm

import pid
from pid._types import Codes, Floats
from pid.core.decomposition import ATOMS
from scripts import page
from scripts.spikes import TIMES, of_features
from scripts.study import Row
from scripts.study_time import minimum

TRIALS, SAMPLES = 400, 20
AT = (0.15, 0.55)  # seconds: one feature in both, and a feature each
EDGES = np.linspace(-6, 6, 121)  # of cells, so fine that they lose nothing that shows


def means(at: float) -> Floats:
    """Of both signals for each of four stimuli, (2, 4)."""
    place = int(np.argmin(np.abs(TIMES - at)))
    return np.log(of_features()[:, :, 0, place])


def exact(at: float) -> Floats:
    """p(x1, x2, y) of both signals in fine cells."""
    cells = np.diff(norm.cdf(EDGES[:, None, None] - means(at)), axis=0)  # (cells, 2, 4)
    cells /= cells.sum(axis=0)
    return np.asarray(np.einsum("ay,by->aby", cells[:, 0], cells[:, 1]) / 4)


def signals(n: int, rng: np.random.Generator) -> tuple[Floats, Codes]:
    """Both at these times, (n, 2, times), and the stimulus of each trial."""
    y = rng.integers(4, size=n)
    mean = np.array([means(at)[:, y] for at in AT])  # (times, 2, n)
    return mean.transpose(2, 1, 0) + rng.normal(size=(n, 2, len(AT))), y


def by_frites(x: Floats, y: Codes) -> list[dict[str, float]]:
    """What it says at each time, in bit."""
    conn = importlib.import_module("frites.conn")
    _, unique, shared, synergy = conn.conn_pid(
        x, y, roi=["x1", "x2"], times=np.array(AT), mi_type="cd", verbose=False
    )
    of_pair = (shared.values[0], *unique.values, synergy.values[0])
    return [dict(zip(ATOMS, map(float, at), strict=True)) for at in zip(*of_pair, strict=True)]


def by_pid(x: Floats, y: Codes) -> list[dict[str, float]]:
    """What is said here."""
    found = pid.quantify(x[:, 0], x[:, 1], y, axis="time", estimator="posterior", interval=None)
    return [q.best.atoms for q in found]


def compare(samples: int, n: int) -> list[Row]:
    """Means and spreads of both, and the truth by both definitions."""
    found: dict[str, list[list[dict[str, float]]]] = {"conn_pid": [], "quantify": []}
    for seed in range(samples):
        x, y = signals(n, np.random.default_rng(seed))
        found["conn_pid"].append(by_frites(x, y))
        found["quantify"].append(by_pid(x, y))
    rows: list[Row] = []
    for i, at in enumerate(AT):
        p = exact(at)
        rows += [
            {"at": at, "what": "truth", **pid.decompose(p, tol=1e-6).atoms},
            {"at": at, "what": "truth, minimum", **minimum(p)},
        ]
        for name, all_of in found.items():
            values = {a: float(np.mean([one[i][a] for one in all_of])) for a in ATOMS}
            rows.append({"at": at, "what": name, **values})
    return rows


def main() -> None:
    """Run both, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--samples", type=int, default=SAMPLES)
    parser.add_argument("--out", type=Path, default=Path("docs"))
    args = parser.parse_args()
    rows = compare(args.samples, TRIALS)
    page.write_csv(args.out / "figures" / "beside_frites.csv", rows)
    lines = [
        [f"{row['at']} s", str(row["what"]), *(f"{row[atom]:z.3f}" for atom in ATOMS)]
        for row in rows
    ]
    table = page.markdown_table(["at", "by", "R", "U1", "U2", "S"], lines)
    page.write_section(args.out / "time.md", "beside frites", table)


if __name__ == "__main__":
    main()
