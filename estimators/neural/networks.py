"""Small networks, one for each fold and rank, trained side by side by their own gradient.

Two hidden layers with SiLU. What a network of a low rank sees first is a few directions of the
features, as few tell most of y in many data, and what cannot be learned cannot be overfitted.
Numbers of all networks are the rows of one array, so that a step is a dozen batched products and
one update: nothing is recorded and nothing is allocated. Each network draws from a seed of its own,
so that what it learns does not depend on those beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import softmax

from pid._types import Codes, Floats
from pid.errors import InvalidInput
from pid.estimators.neural.arrays import Array, Arrays, if_room, no_room
from pid.estimators.neural.descent import Descent
from pid.estimators.neural.inputs import Inputs
from pid.estimators.neural.layers import WIDTH, Layers, Layout, logits_of, sigmoid, some_of

BATCH, SMALLEST_BATCH, LARGEST_BATCH = 64, 32, 512
EPOCHS, FEWEST_EPOCHS = 12, 4
FULL_ROWS = 720  # of which both are as above


class Task(NamedTuple):
    """One network: directions that it sees, or None; rows to learn from, and to stop at; a seed."""

    rank: int | None
    training: Codes
    held_out: Codes
    seed: int


class Networks(NamedTuple):
    """Trained networks, by their layers, and where these are."""

    layers: Layers
    arrays: Arrays

    def probabilities(self, X: Inputs, rows: Codes, m: int) -> Floats:
        """What network ``m`` says of some rows, shape (rows, classes).

        Raises:
            InvalidInput: a device without room for one row.
        """
        said = if_room(self.arrays.device, self._said, X, rows, m)
        if said is not None:
            return said
        if len(rows) == 1:
            raise no_room(self.arrays.device, X.width)
        half = len(rows) // 2
        parts = [self.probabilities(X, some, m) for some in (rows[:half], rows[half:])]
        return np.concatenate(parts)

    def _said(self, X: Inputs, rows: Codes, m: int) -> Floats:
        one = some_of(self.layers, slice(m, m + 1))
        found = [
            self.arrays.get(logits_of(X[self.arrays.put(part)][None], one, self.arrays.module)[0])
            for part in _split(rows, X.chunk)
        ]
        return np.asarray(softmax(np.concatenate(found).astype(np.float64), axis=1))


def train(
    X: Inputs, y: Codes, classes: int, tasks: Sequence[Task], weights: Floats | None = None
) -> Networks:
    """Train networks side by side, and keep each as it was when it did best on its held-out rows.

    AdamW with one cycle of learning rates (Smith & Topin, 2019). Rows are cut to the number of the
    network that has fewest. Networks are all of low ranks, or all see every column.

    Args:
        X: rows of features.
        y: classes 0, 1, ..., shape (rows,).
        classes: how many.
        tasks: the networks.
        weights: of rows, shape (rows,); alike if left out.

    Raises:
        InvalidInput: a loss that is not finite, or a device without room for one network.
    """
    ranks = max(task.rank or 0 for task in tasks)
    length, stop = (min(map(len, sets)) for sets in zip(*(t[1:3] for t in tasks), strict=True))
    cut = [t._replace(held_out=t.held_out[:stop]) for t in tasks]
    found = _with_room(Rows(X, y, classes, weights), Layout(X.width, ranks, classes), cut, length)
    return Networks(Layout(X.width, ranks, classes).views(found), X.arrays)


def _with_room(rows: Rows, layout: Layout, tasks: Sequence[Task], length: int) -> Array:
    """The numbers of the networks; half of them at a time where there is no room for all.

    Shapes and lengths are those of all: what a network learns does not depend on those beside it.
    """
    arrays = rows.X.arrays
    with np.errstate(invalid="ignore", over="ignore"):  # what is not finite is said by _train
        found = if_room(arrays.device, _train, rows, layout, tasks, length)
    if found is not None:
        return found
    if len(tasks) == 1:
        raise no_room(arrays.device, layout.columns)
    half = len(tasks) // 2
    parts = [_with_room(rows, layout, some, length) for some in (tasks[:half], tasks[half:])]
    return arrays.module.concatenate(parts)


def _train(rows: Rows, layout: Layout, tasks: Sequence[Task], length: int) -> Array:
    arrays = rows.X.arrays
    batch = _batch(length)
    epochs = _epochs(length)
    rngs = [np.random.default_rng(task.seed) for task in tasks]
    numbers = np.stack([layout.initial(t.rank, r) for t, r in zip(tasks, rngs, strict=True)])
    descent = Descent(arrays.put(numbers), epochs * (length // batch), arrays)
    step = Step(layout, descent, batch, arrays)
    batches = Batches(rows, len(tasks), length, batch)

    def one() -> None:
        step.take(*batches.following())

    forward = arrays.repeated(one) if rows.X.kept else one
    held_out = np.stack([task.held_out for task in tasks])
    best, least = descent.numbers * 1, np.full(len(tasks), np.inf)
    for _ in range(epochs):
        order = [r.permutation(t.training)[:length] for t, r in zip(tasks, rngs, strict=True)]
        batches.begin(np.stack(order))
        for _ in range(length // batch):
            forward()
        now = _score(step.layers, rows, held_out)
        if not np.isfinite(now).all():
            raise InvalidInput("the loss of a network is not finite; rescale the features")
        better = arrays.put(now < least)
        least = np.minimum(now, least)
        best[better] = descent.numbers[better]
    return best


class Rows:
    """Features, classes and weights of rows that are picked, where networks are."""

    def __init__(self, X: Inputs, y: Codes, classes: int, weights: Floats | None) -> None:
        self.X = X
        self._right = X.arrays.put(np.eye(classes, dtype=np.float32)[y])
        self._weights = None
        if weights is not None:
            self._weights = X.arrays.put((weights / weights.mean()).astype(np.float32))

    def __getitem__(self, picked: Array) -> tuple[Array, Array, Array | None]:
        """Of shape (*picked, columns), (*picked, classes) and (*picked, 1)."""
        weights = None if self._weights is None else self._weights[picked][..., None]
        return self.X[picked], self._right[picked], weights


class Batches:
    """One batch after another of every network's rows, which are in an order of its own."""

    def __init__(self, rows: Rows, networks: int, length: int, batch: int) -> None:
        put = rows.X.arrays.put
        self._rows, self._batch = rows, batch
        self._order = put(np.zeros((networks, length), dtype=np.intp))
        self._first = put(np.arange(batch))
        self._at = self._first * 1

    def begin(self, order: Codes) -> None:
        """Pass over the rows in an order, shape (networks, length)."""
        self._order[:] = self._rows.X.arrays.put(order)
        self._at[:] = self._first

    def following(self) -> tuple[Array, Array, Array | None]:
        """The next batch."""
        found = self._rows[self._order[:, self._at]]
        self._at += self._batch
        return found


class Step:
    """Loss and gradient of all networks on a batch each, in room that is taken once."""

    def __init__(self, layout: Layout, descent: Descent, batch: int, arrays: Arrays) -> None:
        count = len(descent.numbers)
        self.layers = layout.views(descent.numbers)
        self._slopes = layout.views(descent.gradient)
        self._descent, self._module, self._batch = descent, arrays.module, batch
        self._seen = arrays.empty(count, batch, layout.ranks) if layout.ranks else None
        self._of_seen = arrays.empty(count, batch, layout.ranks) if layout.ranks else None
        hidden = [arrays.empty(2, count, batch, WIDTH) for _ in range(3)]
        self._gate, self._out, self._back = ([room[0], room[1]] for room in hidden)
        self._room = arrays.empty(count, batch, WIDTH)
        self._logits = arrays.empty(count, batch, layout.classes)

    def take(self, x: Array, right: Array, weights: Array | None) -> None:
        """One step of every network."""
        slope = self._forward(x)
        slope -= right
        slope *= 1 / self._batch
        if weights is not None:
            slope *= weights
        self._backward(x, slope)
        self._descent.step()

    def _forward(self, x: Array) -> Array:
        """Probabilities of the classes."""
        xp, given = self._module, x
        if self.layers.directions is not None:
            given = xp.matmul(x, self.layers.directions, out=self._seen)
        for i in range(2):
            out, gate = self._out[i], self._gate[i]
            xp.matmul(given, self.layers.weights[i], out=out)
            out += self.layers.biases[i]
            sigmoid(out, gate, xp)
            out *= gate
            given = out
        xp.matmul(given, self.layers.weights[2], out=self._logits)
        self._logits += self.layers.biases[2]
        logits = self._logits
        logits -= xp.amax(logits, axis=2, keepdims=True)
        xp.exp(logits, out=logits)
        logits /= logits.sum(axis=2, keepdims=True)
        return logits

    def _backward(self, x: Array, slope: Array) -> None:
        """The gradient, from that of the logits."""
        xp, layers, slopes = self._module, self.layers, self._slopes
        inputs = [x if self._seen is None else self._seen, *self._out]
        for i in (2, 1, 0):
            slopes.weights[i][:] = inputs[i].swapaxes(1, 2) @ slope
            slopes.biases[i][:] = slope.sum(axis=1, keepdims=True)
            if i:
                back = xp.matmul(slope, layers.weights[i].swapaxes(1, 2), out=self._back[i - 1])
                back *= self._derivative(i - 1)
                slope = back
        if layers.directions is not None and slopes.directions is not None:
            back = xp.matmul(slope, layers.weights[0].swapaxes(1, 2), out=self._of_seen)
            slopes.directions[:] = x.swapaxes(1, 2) @ back

    def _derivative(self, i: int) -> Array:
        """Of z s(z), which is s + z s (1 - s)."""
        gate, out, room = self._gate[i], self._out[i], self._room
        self._module.multiply(gate, out, out=room)
        self._module.subtract(out, room, out=room)
        room += gate
        return room


def _score(layers: Layers, rows: Rows, held_out: Codes) -> Floats:
    """Mean cross-entropy of each network on its rows."""
    arrays, xp = rows.X.arrays, rows.X.arrays.module
    total, weight = np.zeros((2, len(held_out)))
    step = max(1, rows.X.chunk // len(held_out))
    for start in range(0, held_out.shape[1], step):
        x, right, weights = rows[arrays.put(held_out[:, start : start + step])]
        logits = logits_of(x, layers, xp)
        logits -= xp.amax(logits, axis=2, keepdims=True)
        lost = xp.log(xp.exp(logits).sum(axis=2)) - (logits * right).sum(axis=2)
        of = xp.ones_like(lost) if weights is None else weights[..., 0]
        total += arrays.get((lost * of).sum(axis=1, dtype=xp.float64))
        weight += arrays.get(of.sum(axis=1, dtype=xp.float64))
    return np.asarray(total / weight)


def _batch(rows: int) -> int:
    """Grows by the root of the rows."""
    size = int(BATCH * float(rows / FULL_ROWS) ** 0.5 + 0.5)
    return min(max(size, SMALLEST_BATCH), LARGEST_BATCH, rows)


def _epochs(rows: int) -> int:
    """Fewer passes over more rows: steps grow by the root of the root of their number."""
    return max(FEWEST_EPOCHS, int(EPOCHS * float(FULL_ROWS / rows) ** 0.25 + 0.5))


def _split(rows: Codes, most: int) -> Iterator[Codes]:
    return (rows[start : start + most] for start in range(0, len(rows), most))
