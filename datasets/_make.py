"""The CSV of each real table from scikit-learn's copy; a test makes the files in ``data/`` again.

Columns carry the name of their group as a prefix: a glob such as ``size_*`` picks a modality.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from types import ModuleType

_PHENOLS = (
    "total_phenols",
    "flavanoids",
    "nonflavanoid_phenols",
    "proanthocyanins",
    "color_intensity",
    "hue",
    "od280/od315_of_diluted_wines",
)
_SIZES = ("radius", "perimeter", "area")
_KINDS = {"mean": "mean", "error": "se", "worst": "worst"}
_CLINICAL = {  # scikit-learn's names of these measurements say nothing
    "bp": "body_blood_pressure",
    "s1": "serum_total_cholesterol",
    "s2": "serum_ldl",
    "s3": "serum_hdl",
    "s4": "serum_cholesterol_hdl_ratio",
    "s5": "serum_log_triglycerides",
    "s6": "serum_glucose",
}


def make(name: str) -> str:
    """The CSV text of one real table, from scikit-learn's copy."""
    return _MAKERS[name]()


def _bundled() -> ModuleType:
    import sklearn.datasets

    return sklearn.datasets  # type: ignore[no-any-return]


def _digits() -> str:
    data = _bundled().load_digits()
    columns = [
        f"{'left' if col < 4 else 'right'}_r{row}c{col}" for row in range(8) for col in range(8)
    ]
    rows = ([int(v) for v in x] for x in data.data)
    return _text(columns, "digit", rows, (int(v) for v in data.target))


def _breast_cancer() -> str:
    data = _bundled().load_breast_cancer()
    columns = [_cell_column(name) for name in data.feature_names]
    return _text(columns, "diagnosis", data.data.tolist(), data.target_names[data.target])


def _cell_column(name: str) -> str:
    """'mean radius' -> 'size_radius_mean', 'texture error' -> 'texture_se'."""
    words = name.split()
    kind = words.pop(0) if words[0] in _KINDS else words.pop()
    feature = "_".join(words)
    group = "size_" if feature in _SIZES else "" if feature == "texture" else "shape_"
    return f"{group}{feature}_{_KINDS[kind]}"


def _wine() -> str:
    data = _bundled().load_wine()
    columns = [
        ("phenol_" if name in _PHENOLS else "basic_")
        + name.removesuffix("_of_diluted_wines").replace("/", "_")
        for name in data.feature_names
    ]
    return _text(
        columns, "cultivar", data.data.tolist(), (f"cultivar_{v + 1}" for v in data.target)
    )


def _iris() -> str:
    data = _bundled().load_iris()
    columns = [name.removesuffix(" (cm)").replace(" ", "_") for name in data.feature_names]
    return _text(columns, "species", data.data.tolist(), data.target_names[data.target])


def _diabetes() -> str:
    data = _bundled().load_diabetes(scaled=False)
    columns = [_CLINICAL.get(name, f"body_{name}") for name in data.feature_names]
    return _text(columns, "progression", data.data.tolist(), (int(v) for v in data.target))


def _text(
    columns: list[str],
    target: str,
    rows: Iterable[Iterable[float]],
    labels: Iterable[object],
) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*columns, target])
    for row, label in zip(rows, labels, strict=True):
        writer.writerow([*(int(v) if v == int(v) else v for v in row), label])
    return out.getvalue()


_MAKERS: dict[str, Callable[[], str]] = {
    "digits": _digits,
    "breast_cancer": _breast_cancer,
    "wine": _wine,
    "iris": _iris,
    "diabetes": _diabetes,
}
