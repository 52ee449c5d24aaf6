"""Exact decomposition of tables: one, many, or counted from samples.

The union information min_q I_q(Y; X1, X2) over all q with the marginals p(x1, y) and p(x2, y) is
solved by ``pid.core.solver``; everything else here is bookkeeping around that one number.
"""

from __future__ import annotations

import itertools
import warnings
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import Literal, overload

import numpy as np
from numpy.typing import ArrayLike

from pid._types import Counts, Floats
from pid.checks import FLAG, NONE, TEXT, TOL, UNIT, checked, each, either, is_a, one_of, that
from pid.core import solver
from pid.core.arrays import as_array, plain
from pid.core.batch import DecompositionBatch, join
from pid.core.cost import MOST_CELLS
from pid.core.decomposition import Decomposition, SolverFailed, Status
from pid.core.information import Unit
from pid.core.joint import AXES, as_masses, as_table_of_sources, as_tables, count_samples
from pid.core.solver.certificate import Certified
from pid.core.sources.cost import check_affordable
from pid.core.sources.decompose import decompose_sources
from pid.core.sources.result import SourcesDecomposition
from pid.core.stack import slices, solve_stack
from pid.errors import InvalidDistribution, InvalidInput

OnFail = Literal["raise", "return"]

METHOD, ON_FAIL = one_of(*solver.METHODS), one_of("raise", "return")

# Methods that were asked for, or had to be, although they stop at a looser gap
# (Status.NEAR_OPTIMAL).
LOOSE = ("cone", "first-order")

TWO_SOURCES = 3  # axes of their tables

FEWEST_SAMPLES = 20  # of fewer, many symbols are no sign of a mistake


@overload
def decompose(
    p: ArrayLike,
    *,
    unit: Unit = "bit",
    tol: float = 1e-9,
    method: solver.Method = "auto",
    start: Decomposition | None = None,
    on_fail: OnFail = "raise",
    keep_coupling: bool = True,
    names: None = None,
) -> Decomposition: ...


@overload
def decompose(
    p: ArrayLike, *, names: Sequence[str], unit: Unit = "bit", tol: float = 1e-9
) -> SourcesDecomposition: ...


@checked(
    unit=UNIT,
    tol=TOL,
    method=METHOD,
    start=either(is_a("a Decomposition", Decomposition), NONE),
    on_fail=ON_FAIL,
    keep_coupling=FLAG,
    names=either(that("a list of texts, one a source,", each(TEXT).holds), NONE),
)
@np.errstate(under="ignore")
def decompose(
    p: ArrayLike,
    *,
    unit: Unit = "bit",
    tol: float = 1e-9,
    method: solver.Method = "auto",
    start: Decomposition | None = None,
    on_fail: OnFail = "raise",
    keep_coupling: bool = True,
    names: Sequence[str] | None = None,
) -> Decomposition | SourcesDecomposition:
    """Decompose I(Y; X1, X2) of a discrete joint distribution exactly; or that of more sources.

    Minimises I_q(Y; X1, X2) over all joints q with q(x1, y) = p(x1, y) and q(x2, y) = p(x2, y) [1].
    A table of more sources has an axis for each, and a ``SourcesDecomposition`` for an answer,
    whose certificate says how far each number is proved (type checkers know it by ``names``).

    Args:
        p: probabilities or counts, shape (n1, n2, k), axes (x1, x2, y); finite and >= 0. Of more
            sources, shape (n1, ..., nm, k).
        unit: "bit" or "nat", of the result.
        tol: certified duality gap, in nats, below which the answer counts as optimal.
        method: "auto" solves tables of two binary sources by one equation for an odds ratio, tables
            of two classes or that leave one joint by closed forms, others by the "interior-point"
            method, and what is left above ``tol`` in extended precision and then as a "cone"
            program (cvxpy with Clarabel). For tables whose matrices do not fit in memory it takes
            "first-order", interior-point steps by conjugate gradients.
            An answer by "cone" or "first-order" is accepted up to a gap of 1e-4 nats.
        start: the decomposition of a similar table of the same shape, with its coupling, to
            start from.
        on_fail: "raise", or "return" the best certified interval with its status.
        keep_coupling: make the optimal coupling, an array as large as p, and the multipliers that
            prove it. Without them a y of two classes takes no search, and the gap is that of
            rounding.
        names: of three sources or more, which take ``unit`` and ``tol`` only of the other options;
            x1, x2, ... if left out. Texts that differ, of printable characters.

    Returns:
        The atoms in ``unit``, with coupling and certificate.

    Raises:
        InvalidDistribution: wrong shape, negative, non-finite or without mass.
        InvalidInput: an unknown option.
        TooLarge: more memory or time than there is; the message has an estimate.
        SolverFailed: no method got there; the best interval is in ``err.best``.

    Examples:
        >>> import numpy as np
        >>> xor = np.zeros((2, 2, 2))
        >>> xor[[0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0]] = 1
        >>> round(decompose(xor).synergy, 6)
        1.0
        >>> parity = np.indices((2, 2, 2)).sum(axis=0) % 2
        >>> decompose(np.eye(2)[parity], names=["text", "audio", "video"])
                        alone    only it   lost without it
        text           0.0000     0.0000            1.0000
        audio          0.0000     0.0000            1.0000
        video          0.0000     0.0000            1.0000
        shared by several       0.0000   no one of them is needed for it
        two together            0.0000
        all three together      1.0000
        total                   1.0000 bit of 1.0000   certified gap 1.0e-12

    References:
        [1] Bertschinger et al., Quantifying Unique Information, Entropy 16(4), 2014.
    """
    if isinstance(p, np.ndarray) and p.ndim == 3 and p.size > MOST_CELLS and p.dtype.kind in "biuf":
        check_size(p, method)  # before so much is copied and looked through
    if names is not None or _axes(p) > TWO_SOURCES:
        if start is not None or (method, on_fail, keep_coupling) != ("auto", "raise", True):
            raise InvalidInput(
                "start, method, on_fail and keep_coupling are for two sources; p has more, or "
                "there are names for more"
            )
        return _of_sources(p, names, unit, tol)
    masses = as_masses(p)
    warm = None if start is None else _as_start(start, masses.shape)
    result = solve_stack(masses[None], tol, method, keep=keep_coupling, start=warm).row(0, unit)
    certificate = result.certificate
    assert certificate is not None
    if on_fail == "raise" and not _kept_promise(certificate.status, certificate.method):
        raise _failure(result, tol)
    return result


def _axes(p: ArrayLike) -> int:
    try:
        return as_array(p, "p").ndim
    except InvalidInput:  # of what is no table, which is said below
        return TWO_SOURCES


def _of_sources(
    p: ArrayLike,
    names: Sequence[str] | None,
    unit: Unit,
    tol: float,
) -> SourcesDecomposition:
    """Of three sources or more."""
    if isinstance(p, np.ndarray) and p.size > MOST_CELLS:
        check_affordable(p.shape)  # before so much is copied and looked through
    masses = as_table_of_sources(p)
    k = masses.ndim - 1
    if masses.ndim == TWO_SOURCES:
        raise InvalidInput(
            f"names are for three sources or more; p has two, of shape {masses.shape}"
        )
    if names is not None:
        _check_names(names, k)
    return decompose_sources(masses, names, unit, tol)


def _check_names(names: Sequence[str], k: int) -> None:
    """Names that people can read, and that tell all sources and pairs of them apart."""
    readable = all(name.strip() and name.isprintable() for name in names)
    if len(names) != k or len(set(names)) < k or not readable:
        raise InvalidInput(
            f"names must be {k} that differ, of printable characters, one a source of p; got "
            f"{list(names)}"
        )
    pairs = [", ".join(pair) for pair in itertools.combinations(names, 2)]
    if len(set(pairs)) < len(pairs):
        raise InvalidInput(
            f"names must tell pairs of sources apart, so leave out their commas; got {list(names)}"
        )


@checked(unit=UNIT, tol=TOL, method=METHOD, on_fail=ON_FAIL, keep_coupling=FLAG)
@np.errstate(under="ignore")
def decompose_batch(
    P: ArrayLike | Sequence[ArrayLike],
    *,
    unit: Unit = "bit",
    tol: float = 1e-9,
    method: solver.Method = "auto",
    on_fail: OnFail = "raise",
    keep_coupling: bool = False,
) -> DecompositionBatch:
    """Decompose many tables at once, far faster than one by one when they are small.

    Args:
        P: shape (B, n1, n2, k), or a sequence of B tables of any shapes; see ``decompose``.
        unit, tol, method: as for ``decompose``.
        on_fail: "raise" if any table misses ``tol``, or "return" its row with its status.
        keep_coupling: make every optimal coupling and its multipliers, so that rows can be checked.
            It takes much longer where y has two classes, see ``decompose``.

    Returns:
        The fields of ``Decomposition`` and ``Certificate`` as arrays of length B, in the order
        given.

    Raises:
        InvalidDistribution: a table is not a distribution; the message names its position.
        SolverFailed: as for ``decompose``; ``best`` is the first table that failed.

    Examples:
        >>> import numpy as np
        >>> copies = [np.eye(2)[:, :, None] * np.eye(2), np.eye(3)[:, :, None] * np.eye(3)]
        >>> decompose_batch(copies).redundancy.round(4)
        array([1.   , 1.585])
    """
    P = plain(P, "P")
    if isinstance(P, np.ndarray) and P.dtype != object:
        stack = as_tables(P)
        groups = {P.shape[1:]: (list(range(len(P))), stack)} if len(P) else {}
    else:
        groups = _grouped(P)
    parts = [
        (positions[rows], solve_stack(stack[rows], tol, method, keep=keep_coupling))
        for positions, stack in groups.values()
        for rows in slices(stack.shape)
    ]
    batch = DecompositionBatch(join(parts), unit)
    if on_fail == "raise":
        _raise_first_failure(batch, tol)
    return batch


@checked(unit=UNIT, tol=TOL, method=METHOD, on_fail=ON_FAIL)
def decompose_samples(
    x1: Iterable[Hashable],
    x2: Iterable[Hashable],
    y: Iterable[Hashable],
    *,
    unit: Unit = "bit",
    tol: float = 1e-9,
    method: solver.Method = "auto",
    on_fail: OnFail = "raise",
) -> Decomposition:
    """Decompose the empirical distribution of samples of symbols.

    Args:
        x1, x2, y: one symbol per sample, any hashable; all of one length.
        unit, tol, method, on_fail: as for ``decompose``.

    Returns:
        The decomposition of the table of counts. It is that of the sample: with few samples per
        cell the synergy of the population is overestimated, and a UserWarning says where more than
        half of the samples have a symbol of their own.

    Raises:
        InvalidInput: lengths differ, nothing there, or symbols that are missing or not hashable.

    Examples:
        >>> round(decompose_samples("aabb", "abab", [0, 1, 1, 0]).synergy, 6)
        1.0
    """
    counts = count_samples(x1, x2, y).counts
    _warn_of_identifiers(counts)
    return decompose(counts, unit=unit, tol=tol, method=method, on_fail=on_fail)


def _warn_of_identifiers(counts: Counts) -> None:
    n = int(counts.sum())
    for name, symbols in zip(AXES, counts.shape, strict=True):
        if n >= FEWEST_SAMPLES and symbols > n / 2:
            warnings.warn(
                f"{name} has {symbols:,} symbols in {n:,} samples; those that occur once tell "
                "everything, whatever they are: cut numbers into bins, as pid.quantify does, and "
                "leave out what names single samples",
                UserWarning,
                stacklevel=4,
            )


def _grouped(P: Sequence[ArrayLike] | ArrayLike) -> dict[tuple[int, ...], tuple[list[int], Floats]]:
    """Tables of any shapes, stacked by shape, with their positions."""
    try:
        listed = list(P)  # type: ignore[arg-type]
    except Exception as err:  # of other libraries' sequences
        raise InvalidDistribution(
            f"P must be a sequence of tables; got a {type(P).__name__}"
        ) from err
    tables: dict[tuple[int, ...], list[Floats]] = defaultdict(list)
    positions: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for position, p in enumerate(listed):
        try:
            table = as_masses(p)
        except InvalidDistribution as err:
            raise InvalidDistribution(f"P[{position}]: {err}") from err
        tables[table.shape].append(table)
        positions[table.shape].append(position)
    return {shape: (positions[shape], np.stack(stack)) for shape, stack in tables.items()}


def check_size(table: Counts | Floats, method: str = "auto") -> None:
    """Raise TooLarge if ``decompose`` would for this table (n1, n2, k), before any other work."""
    a, b = (np.add.reduce(table, axis=axis).T[..., None] for axis in (1, 0))
    solver.check_size(a[a.any(axis=(1, 2))], b[b.any(axis=(1, 2))], method)


def _as_start(start: Decomposition, shape: tuple[int, ...]) -> Certified:
    """A previous result as the solver's starting point."""
    certificate = start.certificate
    if certificate is None or certificate.multipliers is None or start.coupling is None:
        raise InvalidInput("start must be a decomposition with its coupling (keep_coupling=True)")
    if start.coupling.shape != shape:
        raise InvalidInput(f"start is for shape {start.coupling.shape}, p has shape {shape}")
    alpha, beta = certificate.multipliers
    unknown = np.zeros(1)
    q = start.coupling.transpose(2, 0, 1)[..., None]
    return Certified(q, alpha.T[..., None], beta.T[..., None], unknown, unknown)


def _kept_promise(status: Status, used: str) -> bool:
    """Whether the status is what the method that was used promises."""
    return status is Status.OPTIMAL or (status is Status.NEAR_OPTIMAL and used in LOOSE)


def _raise_first_failure(batch: DecompositionBatch, tol: float) -> None:
    for i in np.flatnonzero(batch.status != Status.OPTIMAL):
        if not _kept_promise(batch.status[i], batch.method[i]):
            raise _failure(batch[i], tol, f"P[{i}]: ")


def _failure(best: Decomposition, tol: float, which: str = "") -> SolverFailed:
    found = ""
    if best.certificate is not None:
        c = best.certificate
        found = f"; the best interval for min I_q is [{c.dual:.9g}, {c.primal:.9g}] {best.unit}"
    return SolverFailed(
        f"{which}no certified answer within {tol:g} nats{found}. Raise tol, or use "
        "on_fail='return' and read the certificate",
        best,
    )
