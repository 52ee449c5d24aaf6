"""The assumption of contrastive learning, put to the test: ``pid.multiview_redundancy``.

What is told of classes is of ``pid.quantify``, so that its page and this one say the same: what a
source tells beyond the other is what is unique to it and synergy. All else is estimated as by
``pid.estimate_information``.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pid._types import Codes
from pid.analysis.missing import if_missing
from pid.analysis.multiview.result import CALLED, MultiviewRedundancy, Told
from pid.analysis.multiview.verdicts import EPS
from pid.analysis.quantification.quantify import quantify
from pid.analysis.quantification.result import Quantification
from pid.checks import DEVICE, INTERVAL, RANDOM_STATE, UNIT, checked, number, seed_of
from pid.core.information import Unit
from pid.discretization.rows import said_of_rows
from pid.discretization.target import as_text
from pid.errors import InvalidInput
from pid.estimators.base import Variables
from pid.estimators.mutual_information import Estimate, estimate
from pid.estimators.mutual_information.estimate import IN_STRATA
from pid.estimators.mutual_information.sides import FEWEST
from pid.inference.grouping import effective_units, grouping
from pid.inference.intervals import of_few, quantile
from pid.io.columns import Variable
from pid.io.copies import copies
from pid.io.reading import GLOBS, HOW_MISSING, VALUES, Missing, reading
from pid.io.rows import read_rows


@checked(
    eps=number("number of bits", least=0),
    interval=INTERVAL,
    missing=HOW_MISSING,
    missing_values=VALUES,
    symbols=GLOBS,
    numbers=GLOBS,
    unit=UNIT,
    random_state=RANDOM_STATE,
    device=DEVICE,
)
def multiview_redundancy(
    X1: object,
    X2: object,
    y: object,
    *,
    eps: float = EPS,
    interval: float | None = 0.95,
    groups: object = None,
    missing: Missing = "error",
    missing_values: Sequence[object] = (),
    symbols: str | Sequence[str] = (),
    numbers: str | Sequence[str] = (),
    unit: Unit = "bit",
    random_state: int | None = 0,
    device: str | None = None,
) -> MultiviewRedundancy:
    """Whether what X1 and X2 share is what there is to be told of y [1, 2].

    Contrastive learning keeps what two views share. Hardly anything of y is lost by that where
    neither view tells much of y beyond the other: I(X1; Y | X2) and I(X2; Y | X1) are both at most
    eps, which is called multi-view redundancy. Hardly anything else is kept where the views share
    little beyond y: I(X1; X2 | Y) is at most eps. More of the former is *not enough signal*, more
    of the latter *too much noise*, neither is *just right* [2].

    Of classes, what is told of y is that of ``pid.quantify``: I(X1; Y | X2) is unique1 + synergy.
    Where classifiers find it, it is lower in expectation. Numbers y are taken as they are, and not
    cut into classes; all informations are then those of ``pid.estimate_information``.

    Args:
        X1, X2: one row per sample: arrays of shape (n,) or (n, columns), lists, or tables.
        y: the target: one column of classes, or numbers of one column or several.
        eps: what counts as next to nothing, in bits whatever the unit; at 0 a sample can hardly
            show that redundancy holds.
        interval: nominal coverage of each interval, or None for none, and no verdict.
        groups: a label per row: rows of one group depend on each other. What is not found by
            ``pid.quantify`` takes rows for independent, and its intervals are then widened to what
            they are where the rows of a group all say the same.
        missing, missing_values, symbols, numbers: as in ``pid.quantify``.
        unit: "bit" or "nat", of the informations.
        random_state: seed of folds, draws and resampling; None takes another one each time.
        device: where networks are trained; see ``pid.quantify``.

    Returns:
        Six informations with their intervals, a verdict, and whether what is shared is too little,
        too much, or just right.

    Raises:
        InvalidInput: fewer than 20 rows, or so few of most classes, lengths that differ, infinite
            values, nothing that varies, a column of numbers that is in two of x1, x2 and y, symbols
            that number the rows, or an eps below 0.
        SolverFailed: no certified answer.

    Examples:
        >>> import numpy as np
        >>> rng = np.random.default_rng(0)
        >>> y = rng.integers(2, size=1000)
        >>> noisy = (y + (rng.random(1000) < 0.1)) % 2
        >>> found = multiview_redundancy(y, noisy, y)
        >>> found.verdict, found.signal
        ('fails', ('not enough signal',))
        >>> multiview_redundancy(noisy, noisy, y).verdict
        'holds'

    References:
        [1] Tosh, Krishnamurthy & Hsu, Contrastive learning, multi-view redundancy, and linear
        models, ALT 2021. [2] Tian et al., What makes for good views for contrastive learning?,
        NeurIPS 2020.
    """
    begin = time.perf_counter()
    how = reading(missing, missing_values, symbols, numbers)
    read = read_rows({"x1": X1, "x2": X2}, y, how, groups=groups).with_one_target()
    x1, x2, of_y = read.variables
    group = grouping(read.given, groups, None, read.kept, interval=interval is not None)
    asked = Asked(interval, unit, seed_of(random_state), group)
    of_numbers = len(of_y.columns) > 1 or of_y.is_continuous
    if not of_numbers:
        _check_strata(x1, x2, of_y)
    found = _estimated((x1, x2, of_y), asked, of_y=of_numbers)  # which refuse what cannot be, soon
    told, q = ({}, None) if of_numbers else _of_classes((x1, x2, of_y), asked, device)
    said = said_of_rows((x1, x2), of_y, independent=group is None) if q is None else q
    copied = copies(x1, x2, target=[of_y]) if group is None else None
    doubts = () if copied is None else (copied.note(grouped=False),)
    notes = (*read.notes, *said.notes, *_notes(found), *asked.notes)
    return MultiviewRedundancy(
        informations=told | {name: asked.told(each) for name, each in found.items()},
        eps=float(eps),
        level=interval,
        unit=unit,
        names=(x1.label, x2.label, of_y.label),
        quantification=q,
        n=len(x1),
        units=len(x1) if group is None else int(group.max()) + 1,
        notes=tuple(dict.fromkeys(notes)),
        warnings=tuple(dict.fromkeys((*said.warnings, *doubts))),
        random_state=random_state,
        seconds=time.perf_counter() - begin,
    )


class Asked(NamedTuple):
    """What was asked for, as far as it concerns single estimates."""

    interval: float | None
    unit: Unit
    seed: int
    groups: Codes | None

    @property
    def notes(self) -> tuple[str, ...]:
        """What is made of groups, in words."""
        if self.groups is None:
            return ()
        return (
            "estimates take rows for independent: their intervals are widened to what they are "
            "where the rows of a group all say the same",
        )

    def told(self, found: Estimate) -> Told:
        """An estimate, with the interval that groups of rows leave."""
        if found.interval is None or self.interval is None:
            return Told(found.value, None, found.route)
        stretch = 1.0
        if self.groups is not None:
            units = effective_units(self.groups)
            few = of_few(units) * quantile(self.interval, units) / quantile(self.interval)
            stretch = few * math.sqrt(found.n / units)
        low, high = (found.value + stretch * (end - found.value) for end in found.interval)
        return Told(float(found.value), (max(float(low), 0.0), float(high)), found.route)


def _of_classes(
    variables: Variables, asked: Asked, device: str | None
) -> tuple[dict[str, Told], Quantification]:
    """What is told of classes, by the answer of ``pid.quantify`` and what remains of it."""
    q = quantify(
        *variables,
        interval=asked.interval,
        groups=asked.groups,
        unit=asked.unit,
        random_state=asked.seed,
        device=device,
    )
    how = f"quantify, {q.estimator}"
    found = {atom.name: Told(atom.value, atom.interval, how) for atom in q.beyond()}
    left = if_missing(q, interval=asked.interval, random_state=asked.seed).information
    for name, given in (("information1", "x1"), ("information2", "x2")):
        one = left[given]
        ends = None if asked.interval is None else (one.low, one.high)
        found[name] = Told(one.corrected, ends, how)
    return found, q


def _estimated(variables: Variables, asked: Asked, *, of_y: bool) -> dict[str, Estimate]:
    """What sources tell of each other, and, with ``of_y``, of y."""
    x1, x2, y = variables
    known = y if of_y else as_text(y)  # whole numbers that are classes are classes here, too
    pairs: dict[str, tuple[Variable, ...]] = {}
    if of_y:
        pairs |= {"conditional1": (x1, y, x2), "conditional2": (x2, y, x1)}
        pairs |= {"information1": (x1, y), "information2": (x2, y)}
    pairs |= {"shared": (x1, x2), "shared_given_y": (x1, x2, known)}
    return {
        name: estimate(*pair, interval=asked.interval, unit=asked.unit, random_state=asked.seed)
        for name, pair in pairs.items()
    }


def _check_strata(x1: Variable, x2: Variable, y: Variable) -> None:
    """Numbers of both sources are looked at within each class; say so before others do."""
    codes, classes = y.encoded()
    in_few = (np.bincount(codes) < FEWEST)[codes].mean()
    if in_few > 1 - IN_STRATA and not (x1.is_symbolic or x2.is_symbolic):
        raise InvalidInput(
            f"I(X1; X2 | Y) needs {FEWEST} rows or more of each class of {y.label}, that most rows "
            f"are of; {in_few:.0%} of {len(y):,} rows are of the others of its {len(classes)} "
            "classes: take more rows, or merge classes"
        )


def _notes(found: dict[str, Estimate]) -> tuple[str, ...]:
    """What was done, and what there is to mind; of which information, if it is not said of all."""
    every = [text for each in found.values() for text in dict.fromkeys(each.notes)]
    notes = tuple(
        text if every.count(text) == len(found) else f"{CALLED[name]}: {text}"
        for name, each in found.items()
        for text in each.notes
    )
    return notes + tuple(
        f"{CALLED[name]}: {text}" for name, each in found.items() for text in each.warnings
    )
