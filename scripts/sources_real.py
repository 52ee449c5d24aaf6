"""Three sources in real tables: pid.quantify beside plain logistic models; docs/sources.md.

    OMP_NUM_THREADS=1 python -m scripts.sources_real            # two minutes
    OMP_NUM_THREADS=1 python -m scripts.sources_real --quick    # seconds: the first table

The models are scikit-learn's logistic regressions of standardised columns, one for each set of
sources, each row predicted out of five folds, with the penalty that folds of the others choose.
What a set tells is the information of its soft answers. For two classes what several tell alone is
that of the hull of their ROC curves, where the curves of parts join those of a set, which can do
what its parts can; for more classes only numbers of single sets are compared. Writes
OUT/figures/sources_real.csv and its section of OUT/sources.md.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import pid
from pid.core.sources.curves import curve, information, join
from scripts import page

Floats = NDArray[np.float64]
Sources = tuple[str, ...]
PENALTIES = (0.01, 0.1, 1.0, 10.0, 100.0)  # inverse strengths, of which folds choose
FOLDS = 5
TWO = 2


class Table(NamedTuple):
    """Columns of three sources by their names, and classes."""

    sources: Mapping[str, Any]
    y: NDArray[Any]


GROUPS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "breast_cancer": {"size": ["size_"], "texture": ["texture_"], "shape": ["shape_"]},
    "diabetes": {
        "body": ["body_"],
        "fats": ["serum_t", "serum_l", "serum_h", "serum_c"],
        "glucose": ["serum_g"],
    },
    "wine": {
        "phenols": ["phenol_t", "phenol_f", "phenol_n", "phenol_p"],
        "looks": ["phenol_c", "phenol_h", "phenol_o"],
        "basic": ["basic_"],
    },
}


def tables() -> Iterator[tuple[str, Table]]:
    """Of cell nuclei, of patients, whose progress is above the median or not, and of wines."""
    for name, groups in GROUPS.items():
        frame = pid.datasets.load(name).frame
        *columns, target = map(str, frame)
        y = frame[target].to_numpy()
        if name == "diabetes":
            y = np.where(y > np.median(y), "more", "less")
        sources = {
            group: frame[[c for c in columns if c.startswith(tuple(starts))]]
            for group, starts in groups.items()
        }
        yield name, Table(sources, y)


class Models:
    """What logistic models of sets of sources say of rows that they had not seen."""

    def __init__(self, table: Table) -> None:
        self.names: Sources = tuple(table.sources)
        codes = np.unique(table.y, return_inverse=True)[1]
        self.p_y: Floats = np.bincount(codes) / len(codes)
        self.masses = {of: self._soft(table, of, codes) for of in _parts(self.names)}

    def told(self, *sets: Sources) -> float:
        """What the sets tell, each seen alone, in bits."""
        if len(self.p_y) > TWO:
            (of,) = sets
            return float(pid.mutual_information(self.masses[of], 0, 1))
        parts = {part for of in sets for part in _parts(of)}
        curves = [curve(self.masses[part], self.p_y) for part in sorted(parts)]
        return information(join(curves)) / float(np.log(2))

    def numbers(self) -> dict[str, float]:
        """By the names of ``pid.quantify``; of more than two classes those of single sets alone."""
        every, singles = self.names, [(name,) for name in self.names]
        total = self.told(every)
        rest = {name: tuple(other for other in every if other != name) for name in every}
        found = {"total": total}
        found |= {f"single {name}": self.told((name,)) for name in every}
        found |= {f"loss {name}": total - self.told(rest[name]) for name in every}
        if len(self.p_y) > TWO:
            return found
        union, pairs = self.told(*singles), self.told(*rest.values())
        without = [self.told(*(one for one in singles if one != (name,))) for name in every]
        unique = [union - other for other in without]
        found |= {f"unique {name}": value for name, value in zip(every, unique, strict=True)}
        return found | {
            "shared": union - sum(unique),
            "synergy 2": pairs - union,
            "synergy 3": total - pairs,
        }

    def _soft(self, table: Table, of: Sources, codes: NDArray[np.int_]) -> Floats:
        """Rows as symbols, with the shares of the classes that the whole table has."""
        from sklearn.linear_model import LogisticRegressionCV
        from sklearn.model_selection import StratifiedKFold, cross_val_predict
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        x = np.hstack([table.sources[name] for name in of])
        chosen = LogisticRegressionCV(Cs=PENALTIES, scoring="neg_log_loss", max_iter=1000)
        model = make_pipeline(StandardScaler(), chosen)
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
        said = cross_val_predict(model, x, codes, cv=folds, method="predict_proba")
        return np.asarray(said * (self.p_y / said.sum(axis=0)))


def _parts(of: Sources) -> list[Sources]:
    """All sets within a set, but the empty one."""
    sizes = range(1, len(of) + 1)
    return [part for size in sizes for part in itertools.combinations(of, size)]


def compared(name: str, table: Table) -> Iterator[dict[str, object]]:
    """A row for each number: ours, with its interval, and that of plain models."""
    q = pid.quantify(sources=table.sources, y=table.y)
    theirs = Models(table).numbers()
    for number in q.summary():
        if number.name in theirs:
            assert number.interval is not None
            low, high = number.interval
            plain = theirs[number.name]
            yield {
                "table": name,
                "number": number.name,
                "pid": number.value,
                "low": low,
                "high": high,
                "logistic": plain,
                "inside": low <= plain <= high,
            }


WORDS = {"single": "{} alone", "unique": "only {}", "loss": "lost without {}"}
ORDERS = {
    "shared": "shared by several",
    "synergy 2": "two together",
    "synergy 3": "all three together",
}


def in_words(number: str) -> str:
    """A number as the terminal calls it."""
    what, _, name = number.partition(" ")
    return ORDERS.get(number) or WORDS.get(what, number).format(name)


def main(argv: Sequence[str] | None = None) -> None:
    """Decompose the tables both ways, and write the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder (default: docs)")
    parser.add_argument("--quick", action="store_true", help="the first table alone")
    args = parser.parse_args(argv)
    found: list[dict[str, object]] = []
    for name, table in itertools.islice(tables(), 1 if args.quick else None):
        found += compared(name, table)
    page.write_csv(args.out / "figures" / "sources_real.csv", found)
    inside = sum(bool(row["inside"]) for row in found)
    body = (
        f"{inside} of {len(found)} numbers of logistic models are within the intervals, in bits "
        "(`python -m scripts.sources_real`):\n\n"
        + page.markdown_table(
            ["table and number", "pid", "95% interval", "by logistic models"], map(_row, found)
        )
    )
    page.write_section(args.out / "sources.md", "sources_real", body)
    print(body)


def _row(row: Mapping[str, object]) -> list[str]:
    value, low, high, plain = (f"{row[key]:z.3f}" for key in ("pid", "low", "high", "logistic"))
    outside = "" if row["inside"] else " (outside)"
    return [
        f"{row['table']}: {in_words(str(row['number']))}",
        value,
        f"{low} to {high}",
        plain + outside,
    ]


if __name__ == "__main__":
    main()
