"""What the activations of one source are of: clusters of rows, or parts of which rows are sums."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, Protocol

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.cluster import KMeans
from sklearn.decomposition import NMF, non_negative_factorization
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import silhouette_samples

from pid._types import Codes, Floats
from pid.estimators.fission.association import Presence
from pid.estimators.fission.levels import threshold

COMPONENTS = 20  # principal ones, of rows that are clustered
STARTS = 5  # of k-means
DIGITS = 9  # by which rows must differ
MOST = 20  # clusters that are tried
JUDGED = 1_000  # rows that silhouettes are of
LEAST_SILHOUETTE = 0.25  # below which all rows are one cluster
LEARNED = 3_000  # rows that parts are learned from
ITERATIONS = 100
ROUNDS = 2  # of spectra and what rows have of them
SPECTRA = 3  # of a sound
TINY = 1e-300
SAME = 1e-6  # deviation, over the largest, of a part that is as loud in all scenes
FAINTEST = 1e-2  # of the largest energy of a sound, that is worth telling from nothing
ONE = 0.5  # correlation of parts over scenes, from which they are one sound


class Given(NamedTuple):
    """Activations of a source, and how many scenes there are."""

    rows: Floats
    scenes: Codes
    n: int


class Told(NamedTuple):
    """What each row is of, or mostly of, and what is in each scene."""

    labels: Codes
    there: Presence


class Side(Protocol):
    """What a source is made of.

    Attributes:
        count: of what.
        told: of the rows that it was learned from.
        means: what each is like, shape (count, columns).
    """

    count: int
    told: Told
    means: Floats

    def tell(self, given: Given) -> Told:
        """Of other rows."""


def _of_none(given: Given, count: int) -> Told:
    """What no rows tell."""
    return Told(np.zeros(0, dtype=np.intp), np.zeros((given.n, count), dtype=bool))


class Nothing:
    """A source without activations."""

    count = 0

    def __init__(self, given: Given) -> None:
        self.told = self.tell(given)
        self.means = np.zeros((0, given.rows.shape[1]))

    def tell(self, given: Given) -> Told:
        """Nothing, in every scene."""
        nothing = np.full(len(given.rows), -1, dtype=np.intp)
        return _of_none(given, 0)._replace(labels=nothing)


class Clusters:
    """k-means of the directions of rows, as size says how bright or near something is.

    Args:
        given: the activations.
        k: clusters, or None for the number with the best silhouette (Rousseeuw 1987).
        seed: of k-means.
    """

    def __init__(self, given: Given, k: int | None, seed: int) -> None:
        _, _, axes = np.linalg.svd(_of_size_1(given.rows), full_matrices=False)
        self._axes = axes[:COMPONENTS].T
        rows = self._directions(given.rows)
        self._means = _best(rows, seed) if k is None else _kmeans(rows, k, seed)
        self.count = len(self._means.cluster_centers_)
        self.told = self.tell(given)
        labels = self.told.labels
        self.means = np.stack([given.rows[labels == c].mean(axis=0) for c in range(self.count)])

    def tell(self, given: Given) -> Told:
        """The cluster of each row, and whether a scene has a row of it."""
        if not len(given.rows):
            return _of_none(given, self.count)
        labels = np.asarray(self._means.predict(self._directions(given.rows)), dtype=np.intp)
        there = np.zeros((given.n, self.count), dtype=bool)
        there[given.scenes, labels] = True
        return Told(labels, there)

    def _directions(self, A: Floats) -> Floats:
        rows = _of_size_1(A) @ self._axes
        lengths = np.sqrt((rows**2).sum(axis=1, keepdims=True))
        return np.asarray(rows / np.where(lengths > 0, lengths, 1))


def _of_size_1(A: Floats) -> Floats:
    """With 1 as the largest number of each row, so that no square is too large or too small."""
    most = np.abs(A).max(axis=1, keepdims=True)
    return A / np.where(most > 0, most, 1)


def _kmeans(rows: Floats, k: int, seed: int) -> KMeans:
    distinct = len(np.unique(rows.round(DIGITS), axis=0))
    return KMeans(min(k, distinct), n_init=STARTS, random_state=seed).fit(rows)


def _best(rows: Floats, seed: int) -> KMeans:
    """The number of clusters with the best silhouette, or one if none is good."""
    judged = np.random.default_rng(seed).permutation(len(rows))[:JUDGED]
    best, most = _kmeans(rows, 1, seed), LEAST_SILHOUETTE
    for k in range(2, min(MOST, len(np.unique(rows[judged].round(DIGITS), axis=0)) - 1) + 1):
        found = _kmeans(rows, k, seed)
        labels = found.labels_[judged]
        if 1 < len(np.unique(labels)) < len(labels):
            each = silhouette_samples(rows[judged], labels)
            # of clusters, not rows: what lies far out is no cluster, however far
            value = float(np.mean([each[labels == c].mean() for c in np.unique(labels)]))
            if value > most:
                best, most = found, value
    return best


class Parts:
    """Sounds that add up to rows, each of which has spectra of its own.

    Non-negative parts are found by NMF (Lee & Seung 1999). A sound may take several, such as one
    that glides; they are in the same scenes, and are put together by that. A part may also be what
    two sounds have in common. So spectra of a sound are then learned from the rows that have most
    of it, and rows taken apart by these. A Wiener filter says what energy of a row each sound has.

    Args:
        given: the activations, not negative.
        parts: how many.
        k: sounds, or None to put together what is correlated.
        seed: of the choice of rows to learn from.
    """

    def __init__(self, given: Given, parts: int, k: int | None, seed: int) -> None:
        chosen = np.sort(np.random.default_rng(seed).permutation(len(given.rows))[:LEARNED])
        learned = Given(given.rows[chosen], given.scenes[chosen], given.n)
        self.size = min(parts, *learned.rows.shape)
        nmf = NMF(self.size, init="nndsvda", max_iter=ITERATIONS, random_state=seed)
        with _unsettled():
            amounts = nmf.fit_transform(learned.rows)
        lengths = np.sqrt((nmf.components_**2).sum(axis=1))
        self._sounds = _together(np.sqrt(_loudest(amounts * lengths, learned)), k)
        self._spectra = nmf.components_
        self.count = int(self._sounds.max()) + 1
        energies = self._energies(learned.rows, amounts)
        for _ in range(ROUNDS):
            self._learn(learned.rows, energies, seed)
            energies = self._energies(learned.rows)
        energies = self._energies(given.rows)
        loudest = _loudest(energies, given)
        self._least = np.array([threshold(column, floor=FAINTEST) for column in loudest.T])
        self.told = Told(energies.argmax(axis=1), loudest > self._least)
        self.means = np.stack(
            [self._spectra[self._sounds == s].mean(axis=0) for s in range(self.count)]
        )

    def tell(self, given: Given) -> Told:
        """The sound that each row has most of, and whether a scene has it as loud as usual."""
        if not len(given.rows):
            return _of_none(given, self.count)
        energies = self._energies(given.rows)
        return Told(energies.argmax(axis=1), _loudest(energies, given) > self._least)

    def _learn(self, rows: Floats, energies: Floats, seed: int) -> None:
        """Spectra of each sound, from the half of its rows that have least of others."""
        labels = energies.argmax(axis=1)
        shares = energies.max(axis=1) / np.maximum(energies.sum(axis=1), TINY)
        spectra, sounds = [], []
        for s in np.unique(labels):
            own = np.flatnonzero(labels == s)
            pure = rows[own[shares[own] >= np.median(shares[own])]]
            lengths = np.sqrt((pure**2).sum(axis=1, keepdims=True))
            directions = pure / np.maximum(lengths, TINY)
            k = min(SPECTRA, len(np.unique(directions.round(DIGITS), axis=0)))
            found = KMeans(k, n_init=1, random_state=seed).fit(directions).cluster_centers_
            spectra.append(np.maximum(found, 0))  # rounding may go below
            sounds += [len(spectra) - 1] * k
        self._spectra, self._sounds = np.concatenate(spectra), np.array(sounds)
        self.count = len(spectra)

    def _energies(self, rows: Floats, amounts: Floats | None = None) -> Floats:
        """Of each sound in each row."""
        if amounts is None:
            with _unsettled():
                amounts, _, _ = non_negative_factorization(
                    rows,
                    H=self._spectra,
                    n_components=len(self._spectra),
                    init="custom",
                    update_H=False,
                    max_iter=ITERATIONS,
                )
        made = [
            (amounts[:, self._sounds == s] @ self._spectra[self._sounds == s]) ** 2
            for s in range(self.count)
        ]
        whole = np.sum(made, axis=0)
        gain = np.divide(rows**2, whole, out=np.zeros_like(whole), where=whole > 0)
        return np.stack([(gain * energy).sum(axis=1) for energy in made], axis=1)


@contextmanager
def _unsettled() -> Iterator[None]:
    """Parts are clear long before no digit of them changes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def _loudest(amounts: Floats, given: Given) -> Floats:
    """The largest of each scene, shape (scenes, columns)."""
    found = np.zeros((given.n, amounts.shape[1]))
    np.maximum.at(found, given.scenes, amounts)
    return found


def _together(loudest: Floats, k: int | None) -> Codes:
    """The sound of each part: by average linkage of correlations over scenes."""
    if loudest.shape[1] == 1:
        return np.zeros(1, dtype=np.intp)
    varies = loudest.std(axis=0) > SAME * loudest.max(axis=0)
    alike = np.eye(len(varies))
    if varies.sum() > 1:
        alike[np.ix_(varies, varies)] = np.corrcoef(loudest[:, varies].T)
    distances = np.maximum(1 - alike, 0)
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform(distances, checks=False), "average")
    cut = (1 - ONE, "distance") if k is None else (k, "maxclust")
    return np.asarray(fcluster(tree, *cut), dtype=np.intp) - 1
