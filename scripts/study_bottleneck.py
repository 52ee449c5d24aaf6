"""What an information bottleneck of two sources keeps as its price rises; write a table.

    OMP_NUM_THREADS=1 python -m scripts.study_bottleneck            # three minutes
    OMP_NUM_THREADS=1 python -m scripts.study_bottleneck --quick    # seconds; shows that it works

Both sources have a bit, each has one of its own, and there is one of an exclusive or; y asks for
all four. On rows that were held out: bits of y that the code tells, and bits that it holds beyond
what one source determines. Small networks tell each of the four bits from codes of other rows. Goes
on where it was interrupted. Writes OUT/figures/study_bottleneck.csv and its section of
OUT/fission.md. Needs the extra neural.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from pid.estimators.fission import InformationBottleneck
from scripts import page
from scripts.coordination_data import bits
from scripts.coordination_runs import Row, Task, done_once, options, spread
from scripts.factor_probes import told

PRICES = (0.01, 0.03, 0.1, 0.3, 0.6, 1.0, 3.0)
NAMES = ("R", "U1", "U2", "S")
SIZES, FEW = (5_000, 3_000), (400, 200)  # rows to learn from, and to tell; of a quick run


def measured(task: Task, quick: bool) -> Iterable[Row]:
    """At one price."""
    n, n_test = FEW if quick else SIZES
    steps = 20 if quick else 900
    data = bits(n + n_test, task.seed)
    classes = [data.bits[name] for name in NAMES]
    y = classes[0] * 8 + classes[1] * 4 + classes[2] * 2 + classes[3]
    model = InformationBottleneck(
        price=float(task.name.split()[1]), steps=steps, random_state=task.seed
    )
    kept = model.fit(data.X1[:n], data.X2[:n], y[:n]).kept_
    found, _ = told(
        [model.transform(data.X1, data.X2)], classes, n, task.seed, steps=min(500, steps)
    )
    of_bits = dict(zip(NAMES, found[0], strict=True))
    yield {"y": kept.told["y"], "beyond1": kept.beyond1, "beyond2": kept.beyond2, **of_bits}


def main() -> None:
    """Run the study and write what it says."""
    args = options(__doc__ or "")
    tasks = [Task(f"price {price:g}", seed) for seed in args.seeds for price in PRICES]
    path = args.out / "figures" / "study_bottleneck.csv"
    frame = done_once(path, tasks, partial(measured, quick=args.quick))
    columns = ("y", *NAMES, "beyond1", "beyond2")
    lines = []
    for price in PRICES:
        rows = frame[frame.task == f"price {price:g}"]
        lines.append([f"{price:g}", *(spread(rows[of], "z.2f") for of in columns)])
    seeds = len(args.seeds)
    text = (
        f"Bits, of 4 of y and 1 of each other, means of {seeds} seed{'s' * (seeds > 1)} with the "
        "least and the largest (`python -m scripts.study_bottleneck`):\n\n"
    )
    header = ["price", "y", "R", "U1", "U2", "S", "beyond x1", "beyond x2"]
    table = page.markdown_table(header, lines)
    page.write_section(args.out / "fission.md", "study bottleneck", text + table)


if __name__ == "__main__":
    main()
