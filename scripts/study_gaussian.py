"""Gaussian vectors: exactness of the closed form, bias and coverage from samples, bent coordinates.

    python -m scripts.study_gaussian           # about ten minutes on two cores
    python -m scripts.study_gaussian --quick   # seconds; shows that it works

Writes OUT/figures/study_gaussian.csv and its marked section of OUT/how-to-choose.md. Needs the
extra neural.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

import pid
from pid.core.decomposition import ATOMS
from pid.datasets import linear
from pid.estimators import FlowPID, GaussianPID
from scripts import page

NAMES = (*ATOMS, "total")
Row = dict[str, object]


def doubling(sizes: list[int]) -> list[Row]:
    """Blocks with known atoms many times over, turned at random (case 3 of Flow-PID)."""
    rows: list[Row] = []
    for d in sizes:
        rng = np.random.default_rng(0)
        turns = [np.linalg.qr(rng.normal(size=(d, d)))[0] for _ in range(3)]
        H1 = turns[0] @ np.diag(np.tile([3.0, 1.0], d // 2)) @ turns[2]
        H2 = turns[1] @ np.diag(np.tile([1.0, np.sqrt(2)], d // 2)) @ turns[2]
        H = np.vstack([H1, H2])
        sigma = np.block([[H @ H.T + np.eye(2 * d), H], [H.T, np.eye(d)]])
        begin = time.perf_counter()
        found = pid.decompose_gaussian(sigma, (d, d, d), unit="nat")
        seconds = time.perf_counter() - begin
        truth = d / 4 * np.log([4, 5, 1.5])
        off = np.abs([getattr(found, atom) for atom in ATOMS[:3]] - truth).max()
        assert found.certificate is not None
        gap = found.certificate.gap
        rows.append({"part": "doubling", "d": d, "error": off, "gap": gap, "seconds": seconds})
        print(rows[-1], file=sys.stderr, flush=True)
    return rows


def samples(shapes: list[tuple[int, int, int]], ratios: list[float], repeats: int) -> list[Row]:
    """Bias and coverage of samples of so many times as many rows as columns."""
    rows: list[Row] = []
    for sizes in shapes:
        for ratio in ratios:
            n = round(ratio * sum(sizes))
            raw, corrected, inside = [], [], []
            for seed in range(repeats):
                data = linear.gaussian(*sizes, n=n, strength=0.5, shared=0.5, random_state=seed)
                truth = np.array([*data.atoms.values(), sum(data.atoms.values())])
                est = GaussianPID(random_state=seed).fit(data.X1, data.X2, data.Y)
                assert est.interval_ is not None
                ends = np.array([est.interval_[name] for name in NAMES])
                inside.append((ends[:, 0] <= truth) & (truth <= ends[:, 1]))
                raw.append([getattr(est.decomposition_, name) for name in NAMES] - truth)
                corrected.append([getattr(est.corrected_, name) for name in NAMES] - truth)
            rows.append(
                {
                    "part": "samples",
                    "sizes": " x ".join(map(str, sizes)),
                    "n": n,
                    "raw": np.abs(np.mean(raw, axis=0)[:4]).mean(),
                    "corrected": np.abs(np.mean(corrected, axis=0)[:4]).mean(),
                    "coverage": np.mean(inside),
                    "worst": np.mean(inside, axis=0).min(),
                }
            )
            print(rows[-1], file=sys.stderr, flush=True)
    return rows


def bent(cases: list[tuple[str, tuple[int, int, int]]], n: int) -> list[Row]:
    """Atoms found in bent coordinates, by flows, by ranks, and as if they were straight."""
    rows: list[Row] = []
    for coordinates, sizes in cases:
        data = linear.gaussian(*sizes, n=n, coordinates=coordinates, random_state=1)
        truth = np.array([*data.atoms.values()])
        row: Row = {"part": coordinates, "sizes": " x ".join(map(str, sizes)), "n": n}
        row["truth"] = _atoms(truth)
        for name, est in (
            ("flow", FlowPID(interval=None)),
            ("ranks", FlowPID(interval=None, transforms=0)),
            ("straight", GaussianPID(interval=None)),
        ):
            begin = time.perf_counter()
            est.fit(data.X1, data.X2, data.Y)
            row[f"{name}_seconds"] = time.perf_counter() - begin
            best = est.corrected_ or est.decomposition_
            found = np.array([getattr(best, atom) for atom in ATOMS])
            row[name] = _atoms(found)
            row[f"{name}_low"] = 1 - found.sum() / truth.sum()
        rows.append(row)
        print(row, file=sys.stderr, flush=True)
    return rows


def _atoms(values: np.ndarray) -> str:
    return " ".join(f"{value:z.2f}" for value in values)


def summary(rows: list[Row]) -> str:
    """The tables of the page."""
    exact = page.markdown_table(
        ["d1 = d2 = dy", "largest error, nats", "gap, nats", "seconds"],
        [
            [f"{r['d']}", f"{r['error']:.0e}", f"{r['gap']:.0e}", f"{r['seconds']:.3f}"]
            for r in rows
            if r["part"] == "doubling"
        ],
    )
    few = page.markdown_table(
        ["d1 x d2 x dy", "n", "bias raw, bit", "corrected", "coverage", "worst atom"],
        [
            [
                str(r["sizes"]),
                str(r["n"]),
                f"{r['raw']:.3f}",
                f"{r['corrected']:.3f}",
                f"{r['coverage']:.2f}",
                f"{r['worst']:.2f}",
            ]
            for r in rows
            if r["part"] == "samples"
        ],
    )
    curved = page.markdown_table(
        [
            "coordinates",
            "d1 x d2 x dy",
            "truth: R U1 U2 S",
            "FlowPID",
            "ranks alone",
            "GaussianPID",
        ],
        [
            [
                str(r["part"]),
                str(r["sizes"]),
                str(r["truth"]),
                *(f"{r[k]} ({r[f'{k}_low']:+.0%})" for k in ("flow", "ranks", "straight")),
            ]
            for r in rows
            if r["part"] in linear.COORDINATES
        ],
    )
    return f"{page.machine()}\n\n{exact}\n\n{few}\n\n{curved}"


def main() -> None:
    """Run all parts, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small sizes, few samples")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    args = parser.parse_args()
    if args.quick:
        rows = doubling([2, 16]) + samples([(2, 2, 1)], [5], 4)
        rows += bent([("monotone", (2, 2, 2))], 400)
    else:
        rows = doubling([2, 16, 128, 512, 1024])
        rows += samples([(5, 5, 2), (10, 10, 5), (20, 20, 2)], [1.5, 3, 10], 60)
        monotone = [(2, 2, 2), (10, 5, 2), (100, 60, 2), (256, 256, 2)]
        cases = [("monotone", sizes) for sizes in monotone] + [("across", (4, 4, 2))]
        rows += bent([*cases, ("straight", (4, 4, 2))], 10_000)
    keys = dict.fromkeys(key for row in rows for key in row)
    whole = [{key: row.get(key, "") for key in keys} for row in rows]
    page.write_csv(args.out / "figures" / "study_gaussian.csv", whole)
    page.write_section(args.out / "how-to-choose.md", "gaussian study", summary(rows))


if __name__ == "__main__":
    main()
