"""The call that says what a representation keeps: ``pid.retained``."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Literal, Unpack, overload

import numpy as np
from sklearn.linear_model import LogisticRegression

from pid.analysis.retention.codes import JOINT, OF_X1, OF_X2, PARTED, parted
from pid.analysis.retention.options import RetainedOptions
from pid.analysis.retention.probe import Probe
from pid.analysis.retention.probing import Asked, Shown, losses, lost, probed, profiles
from pid.analysis.retention.result import NO_PARTS, NO_SHARES, Retention
from pid.analysis.retention.rows import Read, check_halves, few, seen_through
from pid.analysis.retention.several import beside, codes_of, retained_of_several
from pid.analysis.retention.sources import SourcesRetention
from pid.analysis.several.quantify import check_sources
from pid.analysis.training import Task, Trained, sets_of, trained
from pid.analysis.valuation.losses import LEVEL
from pid.analysis.words import called
from pid.checks import (
    BLOCKS,
    CLIENT,
    DEVICE,
    INTERVAL,
    NONE,
    PROGRESS,
    RANDOM_STATE,
    RESUME,
    TARGET_BINS,
    TOL,
    UNIT,
    checked,
    either,
    named,
    number,
    seed_of,
)
from pid.core.information import Unit, entropy
from pid.errors import InvalidInput
from pid.estimators.base import Options
from pid.estimators.posterior.estimator import PosteriorPID
from pid.inference.grouping import check_grouping, grouping
from pid.io.reading import GLOBS, HOW_MISSING, VALUES, Missing, reading
from pid.io.rows import read_rows
from pid.parallel.work import Work, check_seeded, working

LONGEST = 1_000  # steps of the linear probe


@overload
def retained(
    Z: object, X1: object, X2: object, y: object, **options: Unpack[RetainedOptions]
) -> Retention: ...


@overload
def retained(
    Z: Mapping[str, object],
    *,
    sources: Mapping[str, object],
    y: object,
    **options: Unpack[RetainedOptions],
) -> Retention | SourcesRetention: ...


@checked(
    sources=either(named("columns"), NONE),
    noise=number(least=0),
    blocks=BLOCKS,
    target_bins=TARGET_BINS,
    interval=INTERVAL,
    missing=HOW_MISSING,
    missing_values=VALUES,
    symbols=GLOBS,
    numbers=GLOBS,
    unit=UNIT,
    tol=TOL,
    random_state=RANDOM_STATE,
    device=DEVICE,
    client=CLIENT,
    resume=RESUME,
    progress=PROGRESS,
)
def retained(
    Z: object,
    X1: object = None,
    X2: object = None,
    y: object = None,
    *,
    sources: Mapping[str, object] | None = None,
    noise: float = 0.1,
    groups: object = None,
    blocks: int | None = None,
    target_bins: int | Literal["auto"] | None = "auto",
    interval: float | None = 0.95,
    missing: Missing = "error",
    missing_values: Sequence[object] = (),
    symbols: str | Sequence[str] = (),
    numbers: str | Sequence[str] = (),
    unit: Unit = "bit",
    tol: float = 1e-6,
    random_state: int | None = 0,
    device: str | None = None,
    client: object = None,
    resume: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Retention | SourcesRetention:
    """What a representation keeps of what X1 and X2 say about y, and what it loses of each.

    Classifiers of the sources and of the codes learn from the same rows in the same folds: X1 and
    X2 are decomposed, and Z1 and Z2, once by small networks and once by logistic regression. Of
    each source it says what all of the representation has lost: the unique information of the
    source beside it.

    The atoms after are no shares of those before [1]: with y in both sources, and Z2 constant, all
    of the redundancy becomes unique to x1. What no processing of the sources can raise is the
    total, what each source tells, and redundancy and unique information together.

    Of three sources and more, each with a code: all numbers of ``pid.quantify`` before and after,
    and of each source what it tells beside all of the codes, I(Y; Xi | Z), which has what shows
    only in the source and codes together, too. Networks are the only kind of classifiers.

    The representation must not have been fitted on these rows: what it has learned by heart would
    count as kept. And it must be a function of these sources alone.

    Args:
        Z: a pair (Z1, Z2), the code of each source; or one joint code of both, which has no parts,
            so that there is the total and what is lost, but no profile after. One row per sample,
            as of ``pid.quantify``. Beside ``sources``, the code of each, by the same names.
        X1, X2: the sources that the codes are made of, the same rows in the same order.
        y: the target: classes, or numbers that are cut into quantile bins.
        sources: in place of X1 and X2, two sources or more by their names.
        noise: deviation of Gaussian noise on every column of a code, as a multiple of the
            root-mean-square, over its columns, of their deviations: what is written smaller is
            lost. With 0 a code without noise of its own loses hardly anything, as classifiers read
            amplitudes however small. Symbols and sources have none.
        groups: a label per row, such as a speaker or patient: rows of one group depend on each
            other, and are in one fold. Without, rows that are copies of others in X1 and X2 are a
            group, with the same noise.
        blocks: likewise for time series: so many rows in a row.
        target_bins: as in ``pid.quantify``.
        interval: nominal coverage of the intervals, or None for none, and no flags.
        missing, missing_values, symbols, numbers: as in ``pid.quantify``.
        unit: "bit" or "nat".
        tol: certified gap of each solved table, in nats: far below what rows can tell. A source
            beside its own code makes tables that are nearly degenerate, not all of which get to
            1e-9.
        random_state: seed of noise, folds and classifiers; None takes another one each time.
        device, client, resume, progress: as in ``pid.quantify``.

    Returns:
        Profiles before and after by both kinds of classifiers, changes with paired intervals, the
        share of the total, and what is lost of each source. Of three sources and more a
        ``pid.SourcesRetention``.

    Raises:
        InvalidInput: data or options that cannot be used; a class of fewer than 4 rows or groups.
        SolverFailed: no certified answer.

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> s, a, b = rng.integers(2, size=(3, 400))
        >>> X1, X2 = np.stack([s, a], axis=1), np.stack([s, b], axis=1)
        >>> found = retained((X1, 0 * b), X1, X2, s)
        >>> found.flags, round(found.total.corrected, 2), round(found.lost2.corrected, 2)
        (('redundancy became unique to x1',), 1.0, 0.0)

    References:
        [1] Bertschinger et al., Quantifying unique information, Entropy 16(4), 2014.
    """
    begin = time.perf_counter()
    check_seeded(random_state, resume)
    check_grouping(groups, blocks)
    seed = seed_of(random_state)
    columns, names = _columns(Z, X1, X2, sources)
    if y is None:
        raise InvalidInput("give y, the target: classes or numbers, one for each row")
    how = reading(missing, missing_values, symbols, numbers)
    rows = read_rows(columns, y, how, groups=groups).with_one_target()
    of_rows = grouping(rows.given, groups, blocks, rows.kept, interval=interval is not None)
    read = seen_through(rows, of_rows, target_bins, float(noise), seed, names)
    level = LEVEL if interval is None else float(interval)
    shown = Shown(level, interval is not None, unit)
    options = Options(level, True, "auto", "nat", tol, seed, device)
    with working(client, resume, progress) as work:
        found = _found(read, shown, options, work)
    return replace(found, noise=float(noise), seconds=time.perf_counter() - begin)


def _columns(
    Z: object, X1: object, X2: object, sources: Mapping[str, object] | None
) -> tuple[dict[str, object], tuple[str, ...] | None]:
    """Sources and codes by their roles, and the names of sources that have some."""
    if sources is None:
        if X1 is None or X2 is None:
            raise InvalidInput("give Z, X1, X2 and y; or y, sources and codes by their names")
        return {"x1": X1, "x2": X2, **parted(Z)}, None
    given = {"X1": X1, "X2": X2}
    check_sources(sources, [name for name, value in given.items() if value is not None])
    codes = codes_of(Z, list(sources))
    if len(sources) > len(given):
        return beside(codes, sources), tuple(sources)
    pair = dict(zip(("x1", "x2"), sources.values(), strict=True))
    return {**pair, **parted(tuple(codes.values()))}, tuple(sources)


def _found(read: Read, shown: Shown, options: Options, work: Work) -> Retention | SourcesRetention:
    """Train and conclude; of two sources straight lines, too."""
    if len(read.sources) > 2:
        return retained_of_several(read, options._replace(unit=shown.unit), shown, work)
    parts = PARTED if len(read.codes) > 1 else JOINT
    asked = Asked(shown.level, shown.ends, shown.unit, parts)
    learned, straight = _learned(read, asked, options, work)
    return _answer(read, learned, straight, asked)


def _learned(read: Read, asked: Asked, options: Options, work: Work) -> tuple[Trained, Trained]:
    """Networks of both profiles and of what is lost; straight lines of the profiles alone."""
    networks = PosteriorPID.asked(options)
    prepared = copy(networks).prepare(read.variables, read.classes.y, read.groups)
    check_halves(prepared, read.names[2])
    linear = PosteriorPID.asked(options._replace(device=None))
    linear.set_params(classifier=LogisticRegression(max_iter=LONGEST))
    both = profiles(asked.parts)
    every = [*both, *losses(asked.parts)]

    def learned(est: PosteriorPID, tasks: Sequence[Task], name: str) -> Trained:
        sets, targets = {"y": sets_of(tasks)}, {"y": read.classes.y}
        return trained(read.variables, targets, sets, read.groups, est, work, name)["y"]

    return learned(networks, every, "posteriors"), learned(linear, both, "linear posteriors")


def _answer(read: Read, learned: Trained, straight: Trained, asked: Asked) -> Retention:
    """Everything but the noise and the time it took."""
    networks, doubts = probed("networks", learned, asked)
    linear, _ = probed("linear", straight, asked)
    codes = learned.training.codes
    first, second, y = read.names
    names = first, second, y
    roles = [variable.role for variable in read.variables]
    beside = learned.notes(roles, y)
    warnings = (*read.warnings, *few(read, codes), *doubts, *_more(networks, names))
    return Retention(
        networks=networks,
        linear=linear,
        lost1=lost(learned, OF_X1, asked),
        lost2=lost(learned, OF_X2, asked),
        noise=0.0,
        joint=asked.parts.joint,
        names=names,
        classes=tuple(map(str, learned.template.classes_)),
        target_entropy=entropy(np.bincount(codes) / len(codes), unit=asked.unit),
        unit=asked.unit,
        level=asked.level if asked.ends else None,
        n=len(codes),
        units=read.units,
        classifier=learned.template.classifier_,
        random_state=learned.template.seed_,
        notes=(
            NO_PARTS if asked.parts.joint else NO_SHARES,
            *read.notes,
            *learned.template.notes_,
            *beside,
        ),
        warnings=warnings,
        device=learned.template.device_,
    )


def _more(networks: Probe, names: tuple[str, str, str]) -> tuple[str, ...]:
    """Whether the codes tell more than what they are made of, together or each by itself."""
    if networks.change["total"].low > 0:
        return (
            "the codes tell more than the sources, which no function of them can: they were fitted "
            "on these rows, or have seen more than these sources, or the classifiers of the "
            "sources know too little; take other rows, or more of them",
        )
    grown = [i for i in "12" if f"information{i}" in networks.change]
    return tuple(
        f"z{i} tells more than {label}, which no function of {label} alone can: if the codes are "
        "in another order than the sources, turn them round; if one is made of both sources, give "
        "both as one joint code, side by side"
        for i, label in zip(grown, called(names), strict=False)
        if networks.change[f"information{i}"].low > 0
    )
