"""An answer at each place along an axis: trials x time, one time after the other."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from pid.analysis.quantification.count import Asked
from pid.analysis.quantification.look import look, only_counting
from pid.analysis.quantification.result import Quantification
from pid.analysis.quantification.tested import has_p_value
from pid.analysis.quantification.trajectory import Trajectory, as_label, check_axis
from pid.checks import NONE, TEXT, either, is_integer, that
from pid.discretization.resolution import Resolution
from pid.errors import InvalidInput
from pid.io.long import Long, read_long
from pid.io.reading import reading
from pid.io.trials import Trials, read_trials
from pid.parallel.checkpoints import Store

AXIS = either(
    TEXT,
    that("an integer", is_integer),
    that(
        "a label for each row",
        lambda value: hasattr(value, "__array__") or isinstance(value, list | tuple),
    ),
    NONE,
)
SOURCES, OF_TRIALS = {"X1": "x1", "X2": "x2"}, ("y", "groups", "weights", "given")


def along(quantify: Callable[..., Quantification], options: dict[str, Any]) -> Trajectory:
    """See ``pid.quantify``, which is asked of each place.

    Args:
        quantify: that function.
        options: all that it was asked.

    Raises:
        InvalidInput: arrays without such an axis, options that are of one answer, or what cannot be
            used at one place, which is said.
    """
    begin = time.perf_counter()
    axis, progress = options.pop("axis"), options.pop("progress")
    if options.pop("sources") is not None:
        raise InvalidInput("axis is of two sources, X1 and X2; give these in place of sources")
    sources = {role: options.pop(name) for name, role in SOURCES.items()}
    if any(values is None for values in (*sources.values(), options["y"])):
        raise InvalidInput("give X1, X2 and y, the target")
    of_trials = {role: options.pop(role) for role in OF_TRIALS}
    trials: Trials | Long
    if isinstance(axis, str | int | np.integer):
        trials = read_trials(sources, of_trials, axis if isinstance(axis, str) else int(axis))
    else:
        trials = read_long(sources | of_trials, axis)
    check_axis(trials.axis)
    estimator, notes = _same_for_all(trials, options)
    options |= {"estimator": estimator}
    if _is_auto(options["n_clusters"]):  # which other estimators do not take by this name
        del options["n_clusters"]
    found = []
    with _folders(options.pop("resume")) as folder_of:
        for place, position in enumerate(trials.positions):
            with _said_where(trials.axis, position):
                columns = trials.at(place) | {"resume": folder_of(place)}
                x1, x2, y = (columns.pop(role) for role in ("x1", "x2", "y"))
                found.append(quantify(x1, x2, y, **columns, **options))
            if progress is not None:
                progress(place + 1, len(trials.positions))
    return Trajectory(
        results=tuple(found),
        axis=trials.axis,
        positions=trials.positions,
        seconds=time.perf_counter() - begin,
        remarks=(*trials.notes, *notes, *_of_many(found, options["interval"])),
    )


def _is_auto(value: object) -> bool:
    return isinstance(value, str) and value == "auto"


def _same_for_all(trials: Trials | Long, options: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """One estimator for all places, as answers would not be alike otherwise; a note where chosen.

    Sources may be symbols at one place, as counts of few spikes are, and numbers at another.
    """
    if options["estimator"] != "auto":
        return options["estimator"], ()
    how = reading(*(options[name] for name in ("missing", "missing_values", "symbols", "numbers")))
    everywhere = dict.fromkeys(OF_TRIALS) | dict(trials.columns)
    counting = only_counting(options | everywhere)
    interval = options["interval"] is not None
    asked = Asked("auto", Resolution(), options["target_bins"], interval, options["classes"])
    chosen: Counter[str] = Counter()
    for place, position in enumerate(trials.positions):
        with _said_where(trials.axis, position):
            columns = everywhere | trials.at(place)
            looked = look(columns, options["blocks"], how, asked, counting)
            chosen[looked.choice.estimator] += 1
    if len(chosen) == 1:
        return "auto", ()
    estimator = "cluster" if "cluster" in chosen else "posterior"
    places = ", ".join(f"{name!r} at {times}" for name, times in chosen.items())
    return estimator, (
        f"estimator {estimator!r} at all places along {trials.axis!r}, so that they can be "
        f"compared; each by itself would have {places}",
    )


def _of_many(found: Sequence[Quantification], level: float | None) -> tuple[str, ...]:
    """That each interval is of one place, where there are many."""
    places = len(found)
    if places == 1 or level is None:
        return ()
    together = 1 - (1 - level) / places
    tests = ", and significance() adjusts p-values for their number"
    return (
        f"each of {places} places is judged by itself, and of so many {level:.0%} intervals some "
        f"miss: interval={together:.6g} makes those that hold together"
        f"{tests if all(map(has_p_value, found)) else ''}",
    )


@contextmanager
def _folders(resume: str | Path | None) -> Iterator[Callable[[int], Path | None]]:
    """Of each place one for its finished parts, in a folder that is this run's alone."""
    if resume is None:
        yield lambda place: None
        return
    with Store.locked(resume) as store:
        yield lambda place: store.path / str(place)


@contextmanager
def _said_where(axis: str, position: object) -> Iterator[None]:
    try:
        yield
    except InvalidInput as err:
        raise InvalidInput(f"at {axis} {as_label(position)}: {err}") from err
