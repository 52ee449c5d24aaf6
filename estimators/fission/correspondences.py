"""Finer parts: which looks and which sounds belong to one thing, found without labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.utils import Tags

from pid._types import Codes, Floats
from pid.checks import (
    COVERAGE,
    NONE,
    RANDOM_STATE,
    SIZES,
    check,
    either,
    integer,
    is_a,
    one_of,
    seed_of,
)
from pid.discretization.resolution import Size
from pid.errors import InvalidInput
from pid.estimators.base import NotFitted, PIDEstimator
from pid.estimators.fission.activation import Activations
from pid.estimators.fission.association import Presence, matched, phi
from pid.estimators.fission.gallery import (
    STEPS,
    Gallery,
    Shown,
    check_fits,
    coarser,
    examples_of,
)
from pid.estimators.fission.reading import rows_of, scenes_of
from pid.estimators.fission.sides import Clusters, Given, Nothing, Parts, Side

NUMBERS = (2, 3, 4, 6, 8, 11, 15, 20, 27)  # of parts that are tried
PLATEAU = 0.95  # of the largest sum of phi
PATIENCE = 2  # numbers without a larger sum, after which no more are tried
UNTOLD = 6  # place in NUMBERS of what is taken where nothing goes with anything
ADDITIVE = ("auto", "neither", "first", "second", "both")
LABELS = ("look", "sound", "together", "phi", "p")


class Correspondences(PIDEstimator):
    """Groups activations of two sources by what they are of, and says which groups correspond.

    Looks are clustered by direction, sounds are taken apart into parts that add (NMF): where two
    sounds are heard at once there is no third one. A look and a sound correspond where they are in
    the same scenes: presence, not counts, is correlated (phi), the looks and sounds are assigned to
    each other so that the sum of phi is largest, and a pair has to pass Fisher's exact test, with
    the level divided by the number of all pairs that were tried. What has no partner stays alone.

    How many parts there are follows from the looks: with too few, two sounds share a part and go
    with no look; from the right number on the sum of phi of the pairs stays the same. One step more
    than the first of that plateau is taken, so that sounds without a look have their own, and parts
    that are heard in the same scenes (correlation .5 or more) are one sound. Of looks it is the
    number with the best silhouette.

    Args:
        n_clusters: "auto", a number for both sources, or a pair of these.
        additive: of which source the rows are sums: "first", "second", "both" or "neither"; "auto"
            of those that have several columns and no negative number.
        level: of the test, for all pairs together.
        random_state: seed.

    Attributes:
        labels1_, labels2_: what each row is of. Looks have the numbers from 0; a sound that
            corresponds has the number of its look, the others have numbers beyond all looks.
        pairs_: a data frame, a row per pair, the strongest first: ``look``, ``sound``, ``together``
            (scenes with both), ``phi``, and ``p``, times the number of pairs tried, at most 1.
        n_clusters_: looks and sounds.
        means1_, means2_: by number, the mean row of a look, and of a sound without the others.
        sums_: by number of parts that was tried, the sum of phi of its pairs.
        n_scenes_: scenes, also those without activations.
        notes_: what was decided, in words.
        seed_: the seed, also where none was given.

    Examples:
        >>> from pid.datasets import make_scenes
        >>> from pid.estimators.fission import activations
        >>> found = make_scenes(100, objects=2, distractors=1)
        >>> looks, sounds = activations(found.images), activations(found.sounds)
        >>> model = Correspondences().fit(
        ...     looks.features, looks.scenes, sounds.features, sounds.scenes, n_scenes=100
        ... )
        >>> model.n_clusters_, len(model.pairs_)
        ((3, 3), 2)
    """

    constraints: ClassVar = {
        "n_clusters": SIZES,
        "additive": one_of(*ADDITIVE),
        "level": COVERAGE,
        "random_state": RANDOM_STATE,
    }

    pairs_: pd.DataFrame
    notes_: tuple[str, ...]
    means1_: Mapping[int, Floats]
    means2_: Mapping[int, Floats]
    sums_: Mapping[int, float]
    _is_fitted = False

    def __init__(
        self,
        *,
        n_clusters: Size | tuple[Size, Size] = "auto",
        additive: Literal["auto", "neither", "first", "second", "both"] = "auto",
        level: float = 0.01,
        random_state: int | None = 0,
    ) -> None:
        self.n_clusters = n_clusters
        self.additive = additive
        self.level = level
        self.random_state = random_state

    def fit(
        self,
        A1: ArrayLike,
        scene1: ArrayLike,
        A2: ArrayLike,
        scene2: ArrayLike,
        *,
        n_scenes: int | None = None,
    ) -> Self:
        """Learn from activations of both sources, in any order.

        Args:
            A1, A2: one row per activation, of ``activations`` or any other; a source may have none.
            scene1, scene2: the scene of each row: whole numbers from 0, or names.
            n_scenes: how many scenes there are, also without any activation. If it is left out, as
                many as the largest number says, or as there are names.

        Raises:
            InvalidInput: parameters or data that cannot be used, or fewer than two scenes.
        """
        self.check_parameters()
        self._is_fitted = False
        self.seed_ = seed_of(self.random_state)
        first, second = self._read(A1, scene1, A2, scene2, n_scenes)
        self._find(first, second)
        self._name()
        self._is_fitted = True
        return self

    def predict(
        self, A1: ArrayLike | None = None, A2: ArrayLike | None = None
    ) -> tuple[Codes | None, Codes | None]:
        """What other rows are of, in the numbers of ``labels1_`` and ``labels2_``.

        Raises:
            InvalidInput: not fitted, or columns that are not those of the training rows.
        """
        self._check_fitted()
        found: list[Codes | None] = []
        for i, A in enumerate((A1, A2)):
            if A is None:
                found.append(None)
                continue
            rows = self._rows(A, i)
            given = Given(rows, np.zeros(len(rows), dtype=np.intp), 1)
            found.append(self._named(i, self._sides[i].tell(given).labels))
        return found[0], found[1]

    def score(
        self,
        A1: ArrayLike,
        scene1: ArrayLike,
        A2: ArrayLike,
        scene2: ArrayLike,
        *,
        n_scenes: int | None = None,
    ) -> float:
        """Mean phi of the pairs in other scenes; 0 if there are no pairs."""
        self._check_fitted()
        rows = self._rows(A1, 0), self._rows(A2, 1)
        *scenes, n = scenes_of(scene1, scene2, (len(rows[0]), len(rows[1])), n_scenes)
        first, second = (
            side.tell(Given(A, scene, n)).there
            for side, A, scene in zip(self._sides, rows, scenes, strict=True)
        )
        strength = phi(first, second)
        found = [strength[pair.look, pair.sound] for pair in self._pairs]
        return float(np.mean(found)) if found else 0.0

    def gallery(self, looks: Activations, sounds: Activations, *, examples: int = 2) -> Gallery:
        """The pairs with their mean looks, spectra, and maps of scenes that have both.

        Args:
            looks, sounds: the activations that it was fitted on.
            examples: scenes of each pair, at most.

        Raises:
            InvalidInput: not fitted, or other activations.
        """
        self._check_fitted()
        of = is_a("an answer of activations", Activations)
        given = {"looks": looks, "sounds": sounds, "examples": examples}
        check({"looks": of, "sounds": of, "examples": integer(0)}, given.items())
        check_fits(looks, self.labels1_, 1, pictures=True)
        check_fits(sounds, self.labels2_, 2, pictures=False)
        return Gallery(
            pairs=tuple(self._shown(i, looks, sounds, examples) for i in range(len(self.pairs_))),
            n_scenes=self.n_scenes_,
            n_clusters=self.n_clusters_,
            activations=(len(looks), len(sounds)),
            level=self.level,
            notes=self.notes_,
        )

    def _shown(self, i: int, looks: Activations, sounds: Activations, examples: int) -> Shown:
        rows = np.flatnonzero(self.labels1_ == i), np.flatnonzero(self.labels2_ == i)
        pair = self.pairs_.iloc[i]
        assert sounds.frequencies is not None
        return Shown(
            look=i,
            sound=i,
            together=int(pair.together),
            phi=float(pair.phi),
            p=float(pair.p),
            mean=looks.features[rows[0]].mean(axis=0).reshape(looks.form),
            spectrum=coarser(self.means2_[i], STEPS),
            frequencies=coarser(sounds.frequencies, STEPS),
            examples=examples_of(looks, sounds, rows, examples),
        )

    def _read(
        self,
        A1: ArrayLike,
        scene1: ArrayLike,
        A2: ArrayLike,
        scene2: ArrayLike,
        n_scenes: int | None,
    ) -> tuple[Given, Given]:
        check({"n_scenes": either(integer(), NONE)}, [("n_scenes", n_scenes)])
        rows = [rows_of(A, f"A{i + 1}") for i, A in enumerate((A1, A2))]
        first, second, n = scenes_of(scene1, scene2, (len(rows[0]), len(rows[1])), n_scenes)
        if n < 2:
            raise InvalidInput(
                f"what corresponds shows in what comes together in scenes, of which at least 2 "
                f"are needed; got {n}"
            )
        self.n_scenes_ = n
        self.notes_ = ()
        if n_scenes is None and np.asarray(scene1).dtype.kind not in "iuf":
            self.notes_ += (
                f"n_scenes was not given, so there are {n:,} scenes, those that are named: if some "
                "have no activation, what is never there counts for less than it should",
            )
        self.n_features_in_ = (rows[0].shape[1], rows[1].shape[1])
        self.notes_ += tuple(
            f"there are no activations of source {i + 1}, so nothing corresponds"
            for i in range(2)
            if not len(rows[i])
        )
        return Given(rows[0], first, n), Given(rows[1], second, n)

    def _rows(self, A: ArrayLike, source: int) -> Floats:
        found = rows_of(A, f"A{source + 1}")
        columns = self.n_features_in_[source]
        if len(found) and found.shape[1] != columns:
            raise InvalidInput(
                f"A{source + 1} must have the {columns} columns of the training rows; got "
                f"{found.shape[1]}"
            )
        if isinstance(self._sides[source], Parts):
            self._check_amplitudes(found, source)
        return found if len(found) else np.zeros((0, columns))

    def _check_fitted(self) -> None:
        if not self._is_fitted:
            raise NotFitted("this Correspondences is not fitted yet; call fit first")

    def _find(self, *given: Given) -> None:
        """Both sides, and the pairs of them."""
        sizes = (
            self.n_clusters if isinstance(self.n_clusters, list | tuple) else [self.n_clusters] * 2
        )
        wanted = [None if size == "auto" else int(size) for size in sizes]
        sums = [self._is_sum(i, of.rows) for i, of in enumerate(given)]
        sides: list[Side] = [Nothing(of) for of in given]
        for i, of in enumerate(given):
            # of two sources of sums, one begins as clusters, to tell how many parts the other has
            if len(of.rows) and (not sums[i] or (all(sums) and i == 0)):
                sides[i] = Clusters(of, wanted[i], self.seed_)
        self._sums: dict[int, float] = {}
        self.sums_ = self._sums
        self._tested = sides[0].count * sides[1].count
        for i in (1, 0):
            if sums[i]:
                sides[i] = self._parts(given[i], sides[1 - i].told.there, wanted[i])
        for i, side in enumerate(sides):
            if side.count:
                kind = "sums of parts" if sums[i] else "clusters"
                self.notes_ += (f"source {i + 1} has {side.count}, found as {kind}",)
            if side.count < (wanted[i] or 0):
                self.notes_ += (f"no {wanted[i]}, as its activations have no more distinct rows",)
        self._sides = tuple(sides)
        first, second = (side.told.there for side in sides)
        self._pairs = matched(first, second, self.level / max(self._tested, 1))

    def _is_sum(self, source: int, rows: Floats) -> bool:
        """Whether rows are taken as sums of parts."""
        if not len(rows) or self.additive == "neither":
            return False
        if self.additive == "auto":
            return rows.shape[1] > 1 and bool((rows >= 0).all())
        asked = self.additive in (("first", "second")[source], "both")
        if asked:
            self._check_amplitudes(rows, source)
        return asked

    def _check_amplitudes(self, rows: Floats, source: int) -> None:
        if (rows < 0).any():
            raise InvalidInput(
                f"parts that add must not be negative, and A{source + 1} has a number below 0; "
                "take additive='neither', or give amplitudes"
            )

    def _parts(self, of: Given, other: Presence, k: int | None) -> Parts:
        """Of numbers of parts, the one after the first on the plateau of the sum of phi."""
        tried: list[Parts] = []
        sums: list[float] = []
        for number in NUMBERS if k is None else (k, *(m for m in NUMBERS if m > k)):
            parts = Parts(of, number, k, self.seed_)
            if tried and parts.size == tried[-1].size:
                break  # as rows or columns have no more
            there = parts.told.there
            tests = there.shape[1] * other.shape[1]
            self._tested += tests
            tried.append(parts)
            sums.append(sum(p.phi for p in matched(other, there, self.level / max(tests, 1))))
            self._sums[parts.size] = sums[-1]
            before = max(sums[:-PATIENCE], default=0.0)
            if before > 0 and max(sums) <= before / PLATEAU:
                break
        best = max(sums)
        if best == 0:
            return tried[min(UNTOLD, len(tried) - 1)]
        place = next(i for i, value in enumerate(sums) if value >= PLATEAU * best)
        after = place + 1
        return tried[after if after < len(sums) and sums[after] >= PLATEAU * best else place]

    def _name(self) -> None:
        """Numbers of looks and sounds: pairs first, alike in both; and the table of pairs."""
        counts = self._sides[0].count, self._sides[1].count
        self.n_clusters_ = counts
        of_pairs = [p.look for p in self._pairs], [p.sound for p in self._pairs]
        self._names = tuple(
            _numbered(own, count, rest)
            for own, count, rest in zip(
                of_pairs, counts, (len(self._pairs), counts[0]), strict=True
            )
        )
        self.labels1_, self.labels2_ = (
            self._named(i, side.told.labels) for i, side in enumerate(self._sides)
        )
        self.means1_, self.means2_ = (
            dict(zip(names.tolist(), side.means, strict=True))
            for names, side in zip(self._names, self._sides, strict=True)
        )
        rows = [
            (i, i, pair.together, pair.phi, min(1.0, pair.p * self._tested))
            for i, pair in enumerate(self._pairs)
        ]
        self.pairs_ = pd.DataFrame(rows, columns=list(LABELS))

    def _named(self, source: int, labels: Codes) -> Codes:
        """By their new numbers; -1 of a source that had no activations."""
        names = self._names[source]
        return names[labels] if len(names) else labels

    def __sklearn_is_fitted__(self) -> bool:
        """Attributes of a fit that failed are no sign of one."""
        return self._is_fitted

    def __sklearn_tags__(self) -> Tags:
        """As of all estimators here, but there is no target."""
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        tags.target_tags.one_d_labels = False
        return tags


def _numbered(pairs: list[int], count: int, rest: int) -> Codes:
    """New numbers: of those in pairs their place, of the others from ``rest`` on."""
    names = np.full(count, -1, dtype=np.intp)
    names[pairs] = np.arange(len(pairs))
    names[names < 0] = rest + np.arange(count - len(pairs))
    return names
