"""Small real tables with two modalities: measurements of digits, cells, wines, flowers, patients.

The files in ``data/`` are made from scikit-learn's copies (``pid.datasets._make``). The diabetes
table comes without a stated licence: it is not in ``data/``, but read from scikit-learn on demand.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from pid.checks import NONE, TEXT, checked, either, one_of
from pid.datasets._make import make
from pid.errors import InvalidInput

if TYPE_CHECKING:
    import pandas as pd

_CC_BY = "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)"
_UCI = "UCI Machine Learning Repository, https://doi.org/10.24432/"


@dataclass(frozen=True, slots=True, kw_only=True)
class RealInfo:
    """What there is to know of a real table without reading it.

    Attributes:
        name: what ``load(name)`` calls it.
        title: what the rows and columns are.
        rows, columns: size of the file, the target included.
        groups: prefixes of the columns' names, with what these columns measure; the first two
            groups are the default modalities.
        target: name of the column to be told, y.
        provenance: who made it, where it is published, what was changed here.
        licence: terms of the publisher.
        bundled: whether the file is part of this package.
        options: of ``pid quantify``, for an answer that can be trusted.
    """

    name: str
    title: str
    rows: int
    columns: int
    groups: Mapping[str, str]
    target: str
    provenance: str
    licence: str
    bundled: bool = True
    options: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RealTable:
    """Two modalities and a target, one row per sample: ``X1`` and ``X2`` frames, ``y`` a series."""

    info: RealInfo
    frame: pd.DataFrame
    group1: str
    group2: str

    @property
    def X1(self) -> pd.DataFrame:
        """Columns of the first modality, shape (rows, d1)."""
        return self._columns(self.group1)

    @property
    def X2(self) -> pd.DataFrame:
        """Columns of the second modality, shape (rows, d2)."""
        return self._columns(self.group2)

    @property
    def y(self) -> pd.Series:
        """The target, length rows."""
        return self.frame[self.info.target]

    def _columns(self, group: str) -> pd.DataFrame:
        return self.frame[[name for name in self.frame if str(name).startswith(f"{group}_")]]


REAL: Mapping[str, RealInfo] = {
    info.name: info
    for info in (
        RealInfo(
            name="digits",
            title="images of handwritten digits, 8x8 pixels of 0 to 16, in left and right half",
            rows=1797,
            columns=65,
            groups={"left": "pixels of columns 0 to 3", "right": "pixels of columns 4 to 7"},
            target="digit",
            provenance="E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, "
            f"1998, {_UCI}C50P49; the test set; columns renamed by half, row and column",
            licence=_CC_BY,
        ),
        RealInfo(
            name="breast_cancer",
            title="cell nuclei of breast masses in fine-needle images; mean, standard error (se) "
            "and largest values (worst) of ten features",
            rows=569,
            columns=31,
            groups={
                "size": "radius, perimeter, area",
                "texture": "standard deviation of grey values",
                "shape": "smoothness, compactness, concavity, symmetry, fractal dimension",
            },
            target="diagnosis",
            provenance="W. Wolberg, O. Mangasarian, N. Street and W. Street, Breast Cancer "
            f"Wisconsin (Diagnostic), 1993, {_UCI}C5DW2B; columns renamed by group",
            licence=_CC_BY,
        ),
        RealInfo(
            name="wine",
            title="chemical analysis of wines of one Italian region, from three cultivars",
            rows=178,
            columns=14,
            groups={
                "phenol": "phenolic compounds, and what they show as: colour, hue, OD280/OD315",
                "basic": "alcohol, acid, ash and its alkalinity, magnesium, proline",
            },
            target="cultivar",
            provenance="S. Aeberhard and M. Forina, Wine, 1992, "
            f"{_UCI}C5PC7J; columns renamed by group",
            licence=_CC_BY,
        ),
        RealInfo(
            name="iris",
            title="length and width of sepals and petals of three species of iris, in cm",
            rows=150,
            columns=5,
            groups={"sepal": "length and width of sepals", "petal": "length and width of petals"},
            target="species",
            provenance=f"R. A. Fisher, Iris, 1936, {_UCI}C56C76; two samples as in Fisher's paper, "
            "where the repository's file differs",
            licence=_CC_BY,
        ),
        RealInfo(
            name="diabetes",
            title="diabetes patients; disease progression after a year is a number, not a class",
            rows=442,
            columns=11,
            groups={"body": "age, sex, body mass index, blood pressure", "serum": "blood serum"},
            target="progression",
            provenance="B. Efron, T. Hastie, I. Johnstone and R. Tibshirani, Least Angle "
            "Regression, Annals of Statistics 32(2), 2004; scikit-learn's copy, in raw "
            "units, columns renamed by group",
            licence="none stated by its authors; not part of this package, read from scikit-learn",
            bundled=False,
            options="--target-bins 2",
        ),
    )
}


@checked(name=one_of(*REAL), x1=either(TEXT, NONE), x2=either(TEXT, NONE))
def load(name: str, *, x1: str | None = None, x2: str | None = None) -> RealTable:
    """Read a real table.

    Args:
        name: one of ``REAL``.
        x1, x2: groups of columns to take as modalities; the table's first two if not given.

    Returns:
        The whole table, with the columns of each modality, and where it comes from.

    Raises:
        InvalidInput: no table or group of this name, or one group asked for twice.

    Examples:
        >>> table = load("breast_cancer", x2="shape")
        >>> table.X1.shape, table.X2.shape, sorted(set(table.y))
        ((569, 9), (569, 18), ['benign', 'malignant'])
    """
    import pandas as pd

    info = REAL[name]
    first, second, *_ = info.groups
    group1, group2 = x1 or first, x2 or second
    for group in (group1, group2):
        if group not in info.groups:
            raise InvalidInput(
                f"{name} has no group of columns {group!r}; choose from {', '.join(info.groups)}"
            )
    if group1 == group2:
        raise InvalidInput(f"x1 and x2 of {name} are both {group1!r}; give two different groups")
    return RealTable(
        info=info, frame=pd.read_csv(io.StringIO(text(name))), group1=group1, group2=group2
    )


@checked(name=one_of(*REAL))
def text(name: str) -> str:
    """CSV text of a real table: a header, then one sample a line, the target last."""
    if not REAL[name].bundled:
        return make(name)
    return (resources.files("pid.datasets") / "data" / f"{name}.csv").read_text(encoding="utf-8")
