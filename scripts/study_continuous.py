"""Errors, coverage and seconds of every estimator on continuous problems with known atoms.

    python -m scripts.study_continuous           # about an hour on two cores; goes on where it was
    python -m scripts.study_continuous --quick   # a minute; shows that it works
    python -m scripts.study_continuous --only twenty,five --n 1000 --seeds 5   # only prints

Every fit is a line of OUT/figures/study_continuous.csv as soon as it is finished, and lines that
are there are not run again, but for those of another version of the estimator. Then writes
OUT/figures/study_continuous.png and its marked section of OUT/how-to-choose.md. Needs the extras
neural and report.

``--only`` takes names of problems, or "seven", "hard", "changes", "small", "fresh" and "all", and
prints the line of each as soon as it is known.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from scripts import hard_problems, page
from scripts.cloud_problems import CHANGES
from scripts.continuous_figure import draw
from scripts.continuous_runs import (
    ESTIMATORS,
    FEW,
    ORACLE,
    PROBLEMS,
    SEEDS,
    Run,
    measure,
    memory,
    plan,
    run,
    usual_size,
)
from scripts.continuous_tables import LINE, invariance, line, summary, with_exact

KEY = list(Run._fields)
ALSO: Mapping[str, tuple[str, ...]] = {
    "seven": PROBLEMS,
    "hard": tuple(name for name in hard_problems.NAMES if name not in hard_problems.SMALL),
    "changes": ("clean", *CHANGES),
    "small": hard_problems.SMALL,
    "fresh": hard_problems.FRESH,
    "all": (*PROBLEMS, *hard_problems.NAMES),
}


def collect(
    runs: list[Run], path: Path, measure: Callable[[Run], dict[str, object]] = measure
) -> pd.DataFrame:
    """Lines of all runs; those in the file are taken from it, the others added as they end.

    Lines of the file that are not asked for are kept in it, and not returned.
    """
    done = pd.read_csv(path) if path.exists() else pd.DataFrame(columns=KEY)
    if "version" not in done:  # lines from before there were versions
        done["version"] = 1
    there = set(done[KEY].itertuples(index=False, name=None))
    missing = [each for each in runs if tuple(each) not in there]
    for i, each in enumerate(missing):
        print(f"{i + 1} of {len(missing)}: {each}", file=sys.stderr, flush=True)
        row = pd.DataFrame([measure(each)])
        done = row if done.empty else pd.concat([done, row], ignore_index=True)
        page.write_whole(path, done.to_csv(index=False))
    wanted = pd.DataFrame(runs, columns=KEY).drop_duplicates()
    return done.merge(wanted, on=KEY, how="inner")


def try_out(names: Sequence[str], estimator: str, n: int | None, seeds: int) -> pd.DataFrame:
    """Measure some problems, and print what is found of each."""
    print("problem, n, " + ", ".join(LINE))
    rows = []
    for name in names:
        sizes = [n] if n else FEW if name == "few" else [usual_size(name)]
        for size in sizes:
            runs = [run(e, name, size, seed) for e in (estimator, ORACLE) for seed in range(seeds)]
            rows += [measure(each) for each in runs]
            of = with_exact(pd.DataFrame(rows[-len(runs) :]))
            found = line(of[of.estimator == estimator])
            print(f"{name:16} {size:6,}  " + "  ".join(found), flush=True)
    return pd.DataFrame(rows)


def _chosen(text: str) -> list[str]:
    names = [name for part in text.split(",") for name in ALSO.get(part.strip(), (part.strip(),))]
    unknown = sorted(set(names) - set(ALSO["all"]))
    if unknown:
        raise argparse.ArgumentTypeError(
            f"{unknown} are no problems; there are {[*ALSO, *ALSO['all']]}"
        )
    return list(dict.fromkeys(names))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a fit or two of each estimator")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    parser.add_argument("--only", type=_chosen, help="problems to try, with commas between")
    parser.add_argument("--estimator", default="posterior", choices=list(ESTIMATORS))
    parser.add_argument("--n", type=int, help="rows; the usual ones if left out")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--lines", type=Path, help="CSV file for the lines of --only")
    return parser.parse_args()


def main() -> None:
    """Run what is missing, and write the page; or try some problems."""
    args = _arguments()
    if args.only:
        frame = try_out(args.only, args.estimator, args.n, args.seeds)
        print(invariance(frame))
        if args.lines:
            page.write_whole(args.lines, frame.to_csv(index=False))
        return
    figures = args.out / "figures"
    frame = collect(plan(quick=args.quick), figures / "study_continuous.csv")
    sizes = (300,) if args.quick else (1000, max(SEEDS))
    seen = frame[frame.n.isin(sizes) & frame.problem.isin(PROBLEMS)]
    pairs = seen[["estimator", "n"]].drop_duplicates().itertuples(index=False, name=None)
    fits = [run(str(name), "mixture", int(n), 0) for name, n in pairs if name != ORACLE]
    held = collect(fits[:1] if args.quick else fits, figures / "study_memory.csv", memory)
    draw(frame, figures / "study_continuous.png")
    page.write_section(args.out / "how-to-choose.md", "continuous study", summary(frame, held))


if __name__ == "__main__":
    main()
