"""Blocks of rows of one group, and how long they are where nobody says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pid.inference.grouping import block_length, blocks_within


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40), st.integers(1, 6))
def test_a_block_is_so_many_rows_in_a_row_of_one_group(labels: list[int], length: int) -> None:
    groups = np.unique(labels, return_inverse=True)[1]
    blocks = blocks_within(groups, length)
    assert set(blocks) == set(range(blocks.max() + 1))
    for group in range(groups.max() + 1):
        inside = blocks[groups == group]
        expected = np.arange(len(inside)) // length
        assert (inside - inside[0] == expected).all()
    assert len(set(zip(groups, blocks, strict=True))) == blocks.max() + 1


@pytest.mark.parametrize(
    ("rows", "reach", "length"),
    [(5000, 1, 100), (5001, 1, 101), (80, 1, 10), (40, 1, 5), (8, 1, 2), (0, 1, 2), (500, 30, 60)],
)
def test_length(rows: int, reach: int, length: int) -> None:
    assert block_length(rows, reach) == length
