"""Which classifiers come in beside networks: those that tell more, and none by chance."""

import numpy as np
from scipy.special import log_softmax

from pid.estimators.posterior.gate import ENOUGH, TOGETHER, admitted


def drawn(logits: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    p = np.exp(log_softmax(logits, axis=1))
    return np.asarray((rng.random((len(p), 1)) > p.cumsum(axis=1)).sum(axis=1))


def logs(signal: np.ndarray) -> np.ndarray:
    return np.asarray(log_softmax(np.column_stack([np.zeros_like(signal), signal]), axis=1))


def test_what_tells_comes_in_and_what_says_the_same_does_not(rng: np.random.Generator) -> None:
    """The one that gains most first; a copy of it gains nothing more."""
    weak, strong = rng.normal(size=(2, 1000))
    y = drawn(logs(weak + 2 * strong), rng)
    nothing = logs(rng.normal(size=1000))
    always = [nothing]
    assert admitted(always, [logs(weak), logs(strong), logs(strong)], y, 1000) == [1, 0]
    assert admitted(always, [], y, 1000) == []


def test_chance_seldom_comes_in(rng: np.random.Generator) -> None:
    """One that knows nothing gains 5 nats once in hundreds, and 1.5, which are few, one in ten."""
    came = np.zeros(2)
    for _ in range(150):
        signal = rng.normal(size=400)
        y = drawn(logs(signal), rng)
        noise = [logs(rng.normal(size=400)) for _ in range(2)]
        came += [
            len(admitted([logs(signal)], noise, y, 400, enough)) for enough in (ENOUGH, TOGETHER)
        ]
    assert (came / 300 < [0.015, 0.13]).all()


def test_copies_count_as_one(rng: np.random.Generator) -> None:
    """What 60 rows do not show is not shown by each of them five times."""
    signal = rng.normal(size=60)
    y = drawn(logs(0.4 * signal), rng)
    one, five = (np.repeat(signal, times) for times in (1, 5))
    flat = [np.log(np.full((60 * times, 2), 0.5)) for times in (1, 5)]
    assert admitted([flat[0]], [logs(one)], y, 60) == []
    assert admitted([flat[1]], [logs(five)], np.repeat(y, 5), 60) == []
    assert admitted([flat[1]], [logs(five)], np.repeat(y, 5), 300) == [0]
