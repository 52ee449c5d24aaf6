"""The call that says what a representation keeps: ``pid.retained``."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
from sklearn.linear_model import LogisticRegression

from pid._types import Codes
from pid.analysis.quantification.choose import FEWEST, SMALLEST_CLASS
from pid.analysis.retention.codes import JOINT, OF_X1, OF_X2, PARTED, parted
from pid.analysis.retention.probe import Probe
from pid.analysis.retention.probing import Asked, losses, lost, probed, profiles
from pid.analysis.retention.result import NO_PARTS, NO_SHARES, Retention
from pid.analysis.retention.rows import Read, seen_through
from pid.analysis.training import Task, Trained, sets_of, trained
from pid.analysis.valuation.losses import LEVEL
from pid.analysis.words import called
from pid.checks import (
    BLOCKS,
    CLIENT,
    DEVICE,
    INTERVAL,
    PROGRESS,
    RANDOM_STATE,
    RESUME,
    TARGET_BINS,
    TOL,
    UNIT,
    checked,
    number,
    seed_of,
)
from pid.core.information import Unit, entropy
from pid.errors import InvalidInput
from pid.estimators.base import Options
from pid.estimators.posterior.estimator import PosteriorPID
from pid.inference.grouping import check_grouping, grouping
from pid.inference.order import few_units
from pid.io.reading import GLOBS, HOW_MISSING, VALUES, Missing, reading
from pid.io.rows import read_rows
from pid.parallel.work import Work, check_seeded, working

LONGEST = 1_000  # steps of the linear probe


@checked(
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
    X1: object,
    X2: object,
    y: object,
    *,
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
) -> Retention:
    """What a representation keeps of what X1 and X2 say about y, and what it loses of each.

    Classifiers of the sources and of the codes learn from the same rows in the same folds: X1 and
    X2 are decomposed, and Z1 and Z2, once by small networks and once by logistic regression. Of
    each source it says what all of the representation has lost: the unique information of the
    source beside it.

    The atoms after are no shares of those before [1]: with y in both sources, and Z2 constant, all
    of the redundancy becomes unique to x1. What no processing of the sources can raise is the
    total, what each source tells, and redundancy and unique information together.

    The representation must not have been fitted on these rows: what it has learned by heart would
    count as kept. And it must be a function of these sources alone.

    Args:
        Z: a pair (Z1, Z2), the code of each source; or one joint code of both, which has no parts,
            so that there is the total and what is lost, but no profile after. One row per sample,
            as of ``pid.quantify``.
        X1, X2: the sources that the codes are made of, the same rows in the same order.
        y: the target: classes, or numbers that are cut into quantile bins.
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
        share of the total, and what is lost of each source.

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
    columns = {"x1": X1, "x2": X2, **parted(Z)}
    how = reading(missing, missing_values, symbols, numbers)
    rows = read_rows(columns, y, how, groups=groups)
    of_rows = grouping(rows.given, groups, blocks, rows.kept, interval=interval is not None)
    read = seen_through(rows, of_rows, target_bins, float(noise), seed)
    level = LEVEL if interval is None else float(interval)
    asked = Asked(PARTED if len(read.codes) > 1 else JOINT, level, interval is not None, unit)
    options = Options(level, True, "auto", "nat", tol, seed, device)
    with working(client, resume, progress) as work:
        learned, straight = _learned(read, asked, options, work)
    answer = _answer(read, learned, straight, asked)
    return replace(answer, noise=float(noise), seconds=time.perf_counter() - begin)


def _learned(read: Read, asked: Asked, options: Options, work: Work) -> tuple[Trained, Trained]:
    """Networks of both profiles and of what is lost; straight lines of the profiles alone."""
    networks = PosteriorPID.asked(options)
    _check_halves(networks, read)
    linear = PosteriorPID.asked(options._replace(device=None))
    linear.set_params(classifier=LogisticRegression(max_iter=LONGEST))
    both = profiles(asked.parts)
    every = [*both, *losses(asked.parts)]

    def learned(est: PosteriorPID, tasks: Sequence[Task], name: str) -> Trained:
        sets, targets = {"y": sets_of(tasks)}, {"y": read.classes.y}
        return trained(read.variables, targets, sets, read.groups, est, work, name)["y"]

    return learned(networks, every, "posteriors"), learned(linear, both, "linear posteriors")


def _check_halves(est: PosteriorPID, read: Read) -> None:
    """Before anything is trained."""
    if len(copy(est).prepare(read.variables, read.classes.y, read.groups).samples) == 1:
        raise InvalidInput(
            "changes are judged by what halves of the rows lose, with rows of every class in two "
            f"folds of each half; a class of {read.names[2]} has too few rows or groups for that: "
            "merge rare classes, or leave them out"
        )


def _answer(read: Read, learned: Trained, straight: Trained, asked: Asked) -> Retention:
    """Everything but the noise and the time it took."""
    networks, doubts = probed("networks", learned, asked)
    linear, _ = probed("linear", straight, asked)
    codes, groups = learned.training.codes, learned.training.groups
    names = read.names
    roles = [variable.role for variable in read.variables]
    beside = learned.notes(roles, names[2])
    warnings = (*read.warnings, *_few(read, codes), *doubts, *_more(networks, names))
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
        units=len(codes) if groups is None else int(groups.max()) + 1,
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


def _few(read: Read, codes: Codes) -> tuple[str, ...]:
    """Whether classifiers have too few rows to learn from, or intervals too few groups."""
    found = []
    smallest = int(np.bincount(codes).min())
    if len(codes) < FEWEST or smallest < SMALLEST_CLASS:
        found.append(
            f"{len(codes)} samples, {smallest} of the smallest class, are few to train on; of "
            f"fewer than {FEWEST} and {SMALLEST_CLASS}, much may be missed"
        )
    if read.groups is not None and not read.copied:
        found += few_units(int(read.groups.max()) + 1)
    return tuple(found)


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
