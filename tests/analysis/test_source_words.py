"""What several sources say in words: what is lost without whom first, and what may be chance."""

import numpy as np

import pid
from pid.analysis.several.words import reading

NAMES = ["text", "audio", "video"]
BITS = np.indices((2, 2, 2))


def words(p: np.ndarray, names: list[str] = NAMES, interval: float | None = None) -> str:
    """The reading of a table, with all intervals as wide as this."""
    d = pid.decompose(p, names=names)
    ends = None
    if interval is not None:
        ends = {name: (x - interval, x + interval) for name, x in d.by_name().items()}
    return reading(d, ends, "y", is_shown=d.total > 1e-9)


def table(y: np.ndarray) -> np.ndarray:
    return np.asarray(np.eye(y.max() + 1)[y])


def test_all_are_needed() -> None:
    text = words(table((BITS.sum(axis=0) > 1).astype(int)))
    assert text == (
        "Together text, audio and video tell 1.00 of 1.00 bit about y. Without text, 0.50 bit is "
        "lost; without audio, 0.50; without video, 0.50. Of what they tell together, 50% shows "
        "only with all three together, 31% shows only with two together and 19% is shared by "
        "several, no one of them needed."
    )


def test_duplicates_may_go_but_not_all_of_them() -> None:
    giant = np.zeros((2, 2, 2, 2))
    giant[0, 0, 0, 0] = giant[1, 1, 1, 1] = 1
    text = words(giant)
    assert "No one of them is needed: any one may go, though not all." in text
    assert "100% is shared by several, no one of them needed." in text
    assert "No one of them is shown to be needed" in words(giant, interval=0.01)


def test_who_may_go() -> None:
    text = words(table(BITS[0]))
    assert "Without text, 1.00 bit is lost; without audio or video, nothing is." in text
    assert "100% is said by text alone." in text
    text = words(table(BITS[0]), interval=0.01)
    assert "without audio or video, nothing is shown to be." in text
    assert "about y (0.99 to 1.00)." in text  # no more than there is


def test_the_largest_loss_comes_first() -> None:
    text = words(table(BITS[1] + 2 * (BITS[0] & BITS[2])))
    assert "Without audio, 1.00 bit is lost; without text, 0.50; without video, 0.50." in text


def test_several_say_each_their_own() -> None:
    text = words(table(BITS[0] + 2 * BITS[1] + 4 * BITS[2]))
    assert "100% is said by single ones, each part by one alone." in text


def test_nothing_is_told() -> None:
    none = np.ones((2, 2, 2, 2))
    assert words(none) == "Together text, audio and video tell nothing about y."
    assert words(none, interval=0.1) == (
        "These data do not show that text, audio and video tell anything about y: it may be chance."
    )


def test_what_may_be_chance() -> None:
    majority = table((BITS.sum(axis=0) > 1).astype(int))
    text = words(majority, interval=0.2)
    assert "19% is shared by several, no one of them needed (may be chance)" in text
    assert "31% shows only with two together and" in text
    text = words(majority, interval=0.6)
    assert text.endswith("needed; which of these, the data do not show.")
    assert "may be chance" not in text


def test_many_sources_and_long_names() -> None:
    p = np.eye(2).reshape(2, *[1] * 8, 2)
    names = [f"a name that goes on and on until the {i}" for i in range(9)]
    text = words(p, names)
    assert text.startswith("Together the nine sources tell 1.00 of 1.00 bit about y.")
    assert "without any one of eight others, nothing is." in text
    assert len(text) < 300
    assert text.count("the 0") == 2  # told apart
