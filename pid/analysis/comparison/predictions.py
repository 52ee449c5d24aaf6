"""What a model says of each row: labels, probabilities, or those of a fitted model."""

from __future__ import annotations

import inspect
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from pid._types import Codes, Floats
from pid.analysis.names import brief
from pid.core.arrays import as_array, plain
from pid.core.symbols import encode
from pid.discretization.coding import Coding
from pid.discretization.quantiles import assign
from pid.errors import InvalidInput
from pid.io.columns import Variable, listed, places_of_gaps, with_gaps
from pid.io.gaps import Gaps
from pid.io.reading import AS_THEY_ARE
from pid.io.refusals import missing

RESERVED = "data"  # what stands for the data where a model is named
MOST_UNKNOWN = 100  # labels that y does not have
OFF = 1e-3  # that probabilities of a row may be off from 1, as sums of 32-bit numbers are


class Prediction(NamedTuple):
    """What one model says.

    Attributes:
        said: probabilities of each label in each row, sparse, shape (rows, labels); a label that a
            model is sure of has probability 1.
        right: whether the likeliest label is the true one, per row.
        notes: what was done to them.
    """

    said: csr_array
    right: NDArray[np.bool_]
    notes: tuple[str, ...] = ()


def predictions_of(
    models: object, sources: Sequence[Variable], target: Coding, kept: Gaps | None = None
) -> dict[str, Prediction]:
    """The predictions of all models by their names.

    Args:
        models: by name: labels, probabilities of the classes in their order or in columns that are
            named after them, or a fitted model.
        sources: what a fitted model is asked about.
        target: the classes.
        kept: which of the rows that there are predictions of are left; None if all are.

    Raises:
        InvalidInput: no models, or predictions that cannot be used.
    """
    if not isinstance(models, Mapping) or not models:
        raise InvalidInput(
            "models must be a mapping from names to predictions, with one at least, such as "
            f"{{'A': predicted}}; got {type(models).__name__}"
        )
    names = [str(name) for name in models]
    if len(set(names)) < len(names) or RESERVED in names:
        raise InvalidInput(
            f"models need names of their own, other than {RESERVED!r}; got "
            f"{brief(', '.join(names))}"
        )
    found = {}
    for name, given in models.items():
        role = f"model {brief(str(name), 60)!r}"
        if hasattr(given, "predict_proba"):  # which is asked about the rows that are left alone
            found[str(name)] = _prediction(role, _asked(role, given, sources, target), target, None)
        else:
            found[str(name)] = _prediction(role, given, target, kept)
    return found


def _prediction(role: str, given: object, target: Coding, kept: Gaps | None) -> Prediction:
    given = plain(given, role)
    if _width(given) > 1:
        values = given if kept is None else _rows_left(role, np.asarray(given), kept)
        return _soft(role, values, _names_of(given), target)
    labels = with_gaps(given, role, AS_THEY_ARE)
    if kept is not None:
        _rows_left(role, np.arange(len(labels)), kept)
        labels = labels.taken(kept)
    if labels.gaps:
        raise missing(places_of_gaps(labels))
    return _hard(role, labels, target)


def _rows_left(role: str, values: NDArray[Any], kept: Gaps) -> NDArray[Any]:
    if len(values) != len(kept):
        raise InvalidInput(
            f"{role} has {len(values)} predictions, and y {len(kept)} rows; give one for each"
        )
    return values[kept]


def _names_of(given: Any) -> list[str] | None:
    """Names of the columns of a frame; Arrow tables have their columns under that name."""
    names = getattr(given, "column_names", None)
    names = getattr(given, "columns", None) if names is None else names
    return None if names is None else [str(name) for name in names]


def _width(given: Any) -> int:
    """Columns of predictions; labels have one."""
    if isinstance(given, list | tuple):
        rows = given and isinstance(given[0], list | tuple | np.ndarray) and np.ndim(given[0]) == 1
        return len(given[0]) if rows else 1
    shape: tuple[int, ...] = getattr(given, "shape", ())
    return shape[1] if len(shape) == 2 else 1


def _asked(role: str, model: Any, sources: Sequence[Variable], target: Coding) -> object:
    """The probabilities of a fitted model, of all sources, or of these side by side."""
    required = [
        p
        for p in inspect.signature(model.predict_proba).parameters.values()
        if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]
    if any(x.gaps for x in sources):
        raise InvalidInput(f"{role} cannot be asked about gaps; give its predictions instead")
    try:
        columns = [x.matrix() for x in sources]
        inputs = columns if len(required) > 1 else [np.hstack(columns)]
        found = np.asarray(model.predict_proba(*inputs))
    except (ValueError, TypeError, AttributeError) as err:
        raise InvalidInput(
            f"{role} could not be asked about arrays of numbers: {brief(str(err))}; give its "
            "predictions instead"
        ) from err
    classes = getattr(model, "classes_", None)
    if classes is None or target.edges is not None or found.ndim != 2:
        return found
    place = {label: i for i, label in enumerate(target.labels)}
    labels = np.asarray(classes).tolist()
    known = [place[label] for label in labels if label in place]
    if len(known) != len(labels) or len(known) != found.shape[1]:
        raise InvalidInput(
            f"{role} was fitted to {listed(list(map(str, labels)), 'label')}, and y has "
            f"{listed(list(map(str, target.labels)), 'label')}; give its predictions instead"
        )
    full = np.zeros((len(found), len(target.labels)))
    full[:, known] = found
    return full


def _soft(role: str, given: object, names: list[str] | None, target: Coding) -> Prediction:
    """Probabilities of classes."""
    k = len(target.labels)
    try:
        values = as_array(given, role, np.float64)
    except (TypeError, ValueError) as err:
        raise InvalidInput(f"{role} has several columns, which are not all numbers: {err}") from err
    if values.shape != (len(target.codes), k):
        raise InvalidInput(
            f"{role} must have a probability for each of {len(target.codes)} rows and {k} classes; "
            f"got shape {values.shape}"
        )
    notes: tuple[str, ...] = ()
    order = None if names is None else _order(role, names, target)
    if order is not None:
        values = values[:, order]
    elif names is not None:
        notes = (f"{role}: columns are taken in the order of the classes, which they do not name",)
    _check_probabilities(role, values)
    values = np.maximum(values, 0.0)
    values /= values.sum(axis=1, keepdims=True)
    return Prediction(csr_array(values), values.argmax(axis=1) == target.codes, notes)


def _order(role: str, names: list[str], target: Coding) -> list[int] | None:
    """Columns in the order of the classes, if each names one, at its end; None if none does.

    Raises:
        InvalidInput: some do, and some do not.
    """
    spelled = {text: i for i, label in enumerate(target.labels) for text in _spellings(label)}
    of: dict[int, int] = {}
    for column, name in enumerate(names):
        ends = [text for text in spelled if name == text or name.endswith(_after_a_mark(text))]
        if ends:
            of[spelled[max(ends, key=len)]] = column  # "new_york" rather than "york"
    if not of:
        return None
    if len(of) < len(names):
        raise InvalidInput(
            f"{role} has columns {brief(', '.join(names))}, which name only some of the classes "
            f"{_some(target.labels)}; end each name with its class"
        )
    return [of[i] for i in range(len(names))]


def _spellings(label: Hashable) -> set[str]:
    """A class as a column may name it: 1 for 1.0 and True."""
    found = {str(label)}
    if isinstance(label, float | bool) and label == int(label):
        found.add(str(int(label)))
    return found


def _after_a_mark(text: str) -> tuple[str, ...]:
    return tuple(mark + text for mark in "_-. :=")


def _check_probabilities(role: str, values: Floats) -> None:
    sums = values.sum(axis=1)
    bad = ~np.isfinite(values).all(axis=1) | (values < -OFF).any(axis=1) | (abs(sums - 1) > OFF)
    if bad.any():
        row = int(bad.argmax())
        what = (
            f"holds {values[row].min():.6g}"
            if np.isfinite(sums[row]) and (values[row] < -OFF).any()
            else f"sums to {sums[row]:.6g}"
        )
        raise InvalidInput(
            f"{role}, data row {row + 1}, {what}; probabilities of all classes must be at least 0 "
            "and sum to 1, so drop rows without predictions, and turn scores into probabilities"
        )


def _hard(role: str, given: Variable, target: Coding) -> Prediction:
    """Labels; those that y does not have are labels of their own."""
    n, k = len(target.codes), len(target.labels)
    if len(given) != n:
        raise InvalidInput(
            f"{role} has {len(given)} predictions, and y {n} rows; give one for each"
        )
    if len(given.columns) > 1:
        raise InvalidInput(f"{role} has {len(given.columns)} columns of labels; give one")
    column = given.columns[0]
    notes: tuple[str, ...] = ()
    if target.edges is not None:
        if column.dtype.kind not in "iuf":
            raise InvalidInput(
                f"{role} must predict numbers, as y are numbers that are cut in bins"
            )
        codes = assign(column.astype(np.float64), target.edges).astype(np.intp)
    else:
        codes, unknown = _matched(role, column, target)
        if len(unknown) > MOST_UNKNOWN:
            raise InvalidInput(
                f"{role} has {len(unknown)} labels that y does not have, such as "
                f"{_some(tuple(unknown))}; give classes, or let y be cut into bins"
            )
        if unknown:
            named = listed([brief(str(label), 40) for label in unknown], "label")
            notes = (f"{role}: {named} not in y, and never right",)
            k += len(unknown)
    return surely(codes, target.codes, k)._replace(notes=notes)


def surely(codes: Codes, truth: Codes, labels: int) -> Prediction:
    """The prediction of one label in each row."""
    n = len(codes)
    said = csr_array((np.ones(n), (np.arange(n), codes)), shape=(n, labels))
    return Prediction(said, codes == truth)


def _matched(role: str, column: NDArray[Any], target: Coding) -> tuple[Codes, list[Hashable]]:
    """Codes of labels as in y, and labels that y does not have, whose codes follow."""
    codes, labels = encode(column, role)
    place = {label: i for i, label in enumerate(target.labels)}
    unknown = [label for label in labels if label not in place]
    if len(unknown) == len(labels):
        shares = all(isinstance(label, float) and 0 <= label <= 1 for label in labels)
        raise InvalidInput(
            f"no label of {role} occurs in y: it has {_some(labels)}, and y has "
            f"{_some(target.labels)}; "
            + (
                "probabilities need a column for each class"
                if shares
                else "give labels of the same type and spelling"
            )
        )
    place |= {label: len(target.labels) + i for i, label in enumerate(unknown)}
    return np.array([place[label] for label in labels], dtype=np.intp)[codes], unknown


def _some(labels: tuple[Hashable, ...]) -> str:
    shown = ", ".join(repr(label)[:40] for label in labels[:3])
    return shown + (", ..." if len(labels) > 3 else "")
