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
from sklearn.decomposition import NMF
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import silhouette_score

from pid._types import Codes, Floats
from pid.estimators.fission.association import Presence
from pid.estimators.fission.levels import threshold

COMPONENTS = 20  # principal ones, of rows that are clustered
STARTS = 5  # of k-means
MOST = 20  # clusters that are tried
JUDGED = 1_000  # rows that silhouettes are of
LEAST_SILHOUETTE = 0.2  # below which all rows are one cluster
LEARNED = 2_000  # rows that parts are learned from
ITERATIONS = 100
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


class Nothing:
    """A source without activations."""

    count = 0

    def __init__(self, given: Given) -> None:
        self.told = self.tell(given)
        self.means = np.zeros((0, given.rows.shape[1]))

    def tell(self, given: Given) -> Told:
        """Nothing, in every scene."""
        labels = np.full(len(given.rows), -1, dtype=np.intp)
        return Told(labels, np.zeros((given.n, 0), dtype=bool))


class Clusters:
    """k-means of the directions of rows, as size says how bright or near something is.

    Args:
        given: the activations.
        k: clusters, or None for the number with the best silhouette (Rousseeuw 1987).
        seed: of k-means.
    """

    def __init__(self, given: Given, k: int | None, seed: int) -> None:
        _, _, axes = np.linalg.svd(given.rows, full_matrices=False)
        self._axes = axes[:COMPONENTS].T
        rows = self._directions(given.rows)
        self._means = _best(rows, seed) if k is None else _kmeans(rows, k, seed)
        self.count = self._means.n_clusters
        self.told = self.tell(given)
        labels = self.told.labels
        self.means = np.stack([given.rows[labels == c].mean(axis=0) for c in range(self.count)])

    def tell(self, given: Given) -> Told:
        """The cluster of each row, and whether a scene has a row of it."""
        labels = np.asarray(self._means.predict(self._directions(given.rows)), dtype=np.intp)
        there = np.zeros((given.n, self.count), dtype=bool)
        there[given.scenes, labels] = True
        return Told(labels, there)

    def _directions(self, A: Floats) -> Floats:
        rows = A @ self._axes
        lengths = np.sqrt((rows**2).sum(axis=1, keepdims=True))
        return rows / np.where(lengths > 0, lengths, 1)


def _kmeans(rows: Floats, k: int, seed: int) -> KMeans:
    distinct = len(np.unique(rows, axis=0))
    return KMeans(min(k, distinct), n_init=STARTS, random_state=seed).fit(rows)


def _best(rows: Floats, seed: int) -> KMeans:
    """The number of clusters with the best silhouette, or one if none is good."""
    judged = np.random.default_rng(seed).permutation(len(rows))[:JUDGED]
    best, most = _kmeans(rows, 1, seed), LEAST_SILHOUETTE
    for k in range(2, min(MOST, len(np.unique(rows[judged], axis=0)) - 1) + 1):
        found = _kmeans(rows, k, seed)
        labels = found.labels_[judged]
        if 1 < len(np.unique(labels)) < len(labels):
            value = silhouette_score(rows[judged], labels)
            if value > most:
                best, most = found, value
    return best


class Parts:
    """Non-negative parts that add up to rows; those that are heard together are of one sound.

    Parts are found by NMF (Lee & Seung 1999). A sound may take several: one that glides, one for
    its beginning; such parts are in the same scenes, and are put together by that. Each sound has
    the share of a row's energy that a Wiener filter gives it.

    Args:
        given: the activations, not negative.
        parts: how many.
        k: sounds, or None to put together what is correlated.
        seed: of the choice of rows to learn from.
    """

    def __init__(self, given: Given, parts: int, k: int | None, seed: int) -> None:
        learned = given.rows[np.random.default_rng(seed).permutation(len(given.rows))[:LEARNED]]
        self.size = min(parts, *learned.shape)
        self._nmf = NMF(self.size, init="nndsvda", max_iter=ITERATIONS, random_state=seed)
        with _unsettled():
            self._nmf.fit(learned)
        amounts = self._amounts(given.rows)
        lengths = np.sqrt((self._nmf.components_**2).sum(axis=1))
        self._sounds = _together(np.sqrt(_loudest(amounts * lengths, given)), k)
        self.count = int(self._sounds.max()) + 1
        energies = self._energies(given.rows, amounts)
        loudest = _loudest(energies, given)
        self._least = np.array([threshold(column, floor=FAINTEST) for column in loudest.T])
        self.told = Told(energies.argmax(axis=1), loudest > self._least)
        self.means = np.stack([self._mean(amounts, s) for s in range(self.count)])

    def tell(self, given: Given) -> Told:
        """The sound that each row has most of, and whether a scene has it as loud as usual."""
        energies = self._energies(given.rows, self._amounts(given.rows))
        return Told(energies.argmax(axis=1), _loudest(energies, given) > self._least)

    def _amounts(self, rows: Floats) -> Floats:
        """Of each part in each row."""
        with _unsettled():
            return np.asarray(self._nmf.transform(rows))

    def _energies(self, rows: Floats, amounts: Floats) -> Floats:
        """Of each sound in each row."""
        made = [self._made(amounts, s) ** 2 for s in range(self.count)]
        whole = np.sum(made, axis=0)
        gain = np.divide(rows**2, whole, out=np.zeros_like(whole), where=whole > 0)
        return np.stack([(gain * energy).sum(axis=1) for energy in made], axis=1)

    def _made(self, amounts: Floats, sound: int) -> Floats:
        """What a sound has of each row."""
        own = self._sounds == sound
        return np.asarray(amounts[:, own] @ self._nmf.components_[own])

    def _mean(self, amounts: Floats, sound: int) -> Floats:
        """A sound by itself, over rows that it has most of."""
        own = self.told.labels == sound
        return np.asarray(self._made(amounts[own] if own.any() else amounts, sound).mean(axis=0))


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
    varies = loudest.std(axis=0) > 0
    alike = np.eye(len(varies))
    if varies.any():
        alike[np.ix_(varies, varies)] = np.corrcoef(loudest[:, varies].T)
    distances = np.maximum(1 - alike, 0)
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform(distances, checks=False), "average")
    cut = (1 - ONE, "distance") if k is None else (k, "maxclust")
    return np.asarray(fcluster(tree, *cut), dtype=np.intp) - 1
