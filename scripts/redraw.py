"""Draw the pictures of studies anew from what these found, without running them.

    python -m scripts.redraw               # all of them, in a minute
    python -m scripts.redraw bias_study    # one

Reads OUT/figures/NAME.csv and writes OUT/figures/NAME.png. The points of `reproduce_bounds` are in
no file and are computed again. Three are drawn by their studies alone: `study_posteriors` trains
for it, `profiles` is of `scripts.readme_figure`, and `reproduce_model_selection` asks its models.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from scripts.benchmark_tables import Entry
from scripts.instances import Instance
from scripts.race import Outcome

KINDS = {"AND": "and", "Y = max": "max", "Dirichlet": "dirichlet", "histogram": "histogram"}


def frame(found: pd.DataFrame) -> pd.DataFrame:
    """As it was read."""
    return found


def records(found: pd.DataFrame) -> list[dict[str, Any]]:
    """A mapping a line; a cell that is empty is an empty text, as in the file."""
    return found.astype(object).where(found.notna(), "").to_dict("records")  # type: ignore[return-value]


def entries(found: pd.DataFrame) -> dict[str, list[Entry]]:
    """What the solver's benchmark draws, by part: kind and shape of each table, and seconds."""
    parts: dict[str, list[Entry]] = {}
    for (part, name), lines in found.groupby(["part", "table"], sort=False):
        kind, size = str(name).split(",")[0].rsplit(" ", 1)
        n1, n2, k = map(int, size.split("x"))
        outcomes = {
            str(line.method): Outcome(
                status=str(line.status),  # type: ignore[arg-type]
                seconds=(float(str(line.seconds)),),
                limit=float(str(line.stopped_after)),
            )
            for line in lines.itertuples()
        }
        instance = Instance(KINDS[kind], (n1, n2, k))  # type: ignore[arg-type]
        parts.setdefault(str(part), []).append(Entry(str(part), instance, outcomes))
    return parts


def computed(_: pd.DataFrame) -> pd.DataFrame:
    """Bounds of all binary tables of `reproduce_bounds`."""
    from scripts.reproduce_bounds import BINARY, CHUNK, binary_part

    parts = [binary_part((seed, CHUNK)) for seed in range(BINARY // CHUNK)]
    return pd.concat(parts, ignore_index=True)


PICTURES: dict[str, tuple[str, Callable[[pd.DataFrame], Any]]] = {
    "benchmark_coupling": ("benchmark_coupling", frame),
    "benchmark_scale": ("benchmark_scale", records),
    "benchmark_solver": ("benchmark_figure", entries),
    "bias_study": ("bias_study", frame),
    "coverage_study": ("coverage_study", frame),
    "infonce_bound": ("infonce_bound", records),
    "reproduce_bounds": ("reproduce_bounds", computed),
    "reproduce_tables": ("reproduce_tables", records),
    "study_continuous": ("continuous_figure", frame),
    "study_information": ("study_information", frame),
    "test_study": ("test_study", frame),
}  # by name: the module that draws it, and what it wants


def main(arguments: list[str] | None = None) -> None:
    """Read and draw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[[], *PICTURES], metavar="NAME")
    parser.add_argument("--data", type=Path, default=Path("docs"), metavar="FOLDER")
    parser.add_argument("--out", type=Path, default=Path("docs"), metavar="FOLDER")
    options = parser.parse_args(arguments)
    for name in options.names or PICTURES:
        module, as_wanted = PICTURES[name]
        path = options.data / "figures" / f"{name}.csv"
        # "null" is a method
        found = pd.read_csv(path, low_memory=False, keep_default_na=False, na_values=["", "nan"])
        import_module(f"scripts.{module}").draw(
            as_wanted(found), options.out / "figures" / f"{name}.png"
        )


if __name__ == "__main__":
    main()
