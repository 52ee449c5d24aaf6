"""Tables that sort themselves: places that are permutations, in the order that a head promises."""

from __future__ import annotations

from pid.report.document import Listing
from pid.report.sorting import FEWEST, sorted_by

NUMBERS = ["0.1831", "-0.02", "1.2e-12", "1,204", "94.4%", "0.1 to 0.3", "", "5", "5"]


def listing(head: str, cells: list[str], *, numeric: bool) -> Listing:
    return Listing(caption="One", head=[head], rows=[[c] for c in cells], numeric=[numeric])


def in_order(head: str, cells: list[str], *, numeric: bool) -> list[str]:
    orders = sorted_by(listing(head, cells, numeric=numeric))
    assert orders is not None
    places = [place for (place,) in orders.places]
    assert sorted(places) == list(range(len(cells)))
    return [cell for _, cell in sorted(zip(places, cells, strict=True))]


def test_numbers_begin_with_the_largest() -> None:
    """Whatever follows them; what has none stands last, and equal ones keep their order."""
    expected = ["1,204", "94.4%", "5", "5", "0.1831", "0.1 to 0.3", "1.2e-12", "-0.02", ""]
    assert in_order("total", NUMBERS, numeric=True) == expected


def test_p_begins_with_the_least() -> None:
    found = in_order("q", NUMBERS, numeric=True)
    assert found == ["-0.02", "1.2e-12", "0.1 to 0.3", "0.1831", "5", "5", "94.4%", "1,204", ""]


def test_words_go_from_a_to_z() -> None:
    words = ["b", "A", "c", "ä", "d", "B", "10", "9", "<i>"]
    expected = ["10", "9", "<i>", "A", "b", "B", "c", "d", "ä"]
    assert in_order("x1", words, numeric=False) == expected


def test_few_rows_are_left_as_they_are() -> None:
    assert sorted_by(listing("a", NUMBERS[: FEWEST - 1], numeric=True)) is None


def test_tables_do_not_share_a_choice() -> None:
    one = listing("a", NUMBERS, numeric=True)
    other = Listing(caption="Two", head=["a"], rows=one.rows, numeric=[True])
    first, second = sorted_by(one), sorted_by(other)
    assert first is not None and second is not None
    assert first.name != second.name
