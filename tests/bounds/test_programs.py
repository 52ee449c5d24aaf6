"""What is printed in C stays off stdout, whoever else is at it at the same time."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pid
from pid.bounds.programs import _off_stdout

PAIR = [[3, 2], [2, 3]]


def place(handle: int) -> tuple[int, int]:
    found = os.fstat(handle)
    return found.st_dev, found.st_ino


def test_stdout_comes_back_after_several_threads() -> None:
    before = place(1)
    opened = threading.Barrier(3)

    def overlapping(_: int) -> None:
        with _off_stdout():
            opened.wait(10)
            assert place(1) == place(2)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(overlapping, range(3)))
    assert place(1) == before


def test_and_after_one_that_fails() -> None:
    before = place(1)
    for _ in range(3):
        try:
            with _off_stdout():
                raise ZeroDivisionError
        except ZeroDivisionError:
            assert place(1) == before


def test_bounds_in_threads() -> None:
    before = place(1)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: pid.accuracy_bounds(PAIR, PAIR, PAIR).upper, range(8)))
    assert len(set(found)) == 1
    assert place(1) == before
