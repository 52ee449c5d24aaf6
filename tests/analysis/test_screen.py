"""Screens: every row is the pair's own decomposition; what is there is found, and nothing else."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pid
from pid.analysis.screening.result import NAMES
from pid.analysis.screening.writing import write
from pid.core.decomposition import shown
from pid.errors import InvalidInput
from pid.inference.bias import shuffled
from pid.inference.independence import conditional_independence, independence, p_value
from pid.inference.tails import tail_p_value


@pytest.fixture
def frame(rng: np.random.Generator) -> pd.DataFrame:
    """Six columns of numbers, one of words and a constant; y is the sign of a * b, mostly."""
    X = rng.normal(size=(1500, 6))
    frame = pd.DataFrame(X, columns=list("abcdef"))
    frame["word"] = rng.choice(["x", "y", "z"], 1500)
    frame["constant"] = 7.0
    flip = rng.random(1500) < 0.1
    frame["y"] = ((X[:, 0] * X[:, 1] > 0) ^ flip).astype(int)
    return frame


def test_every_row_is_the_decomposition_of_its_pair(frame: pd.DataFrame) -> None:
    found = pid.screen(frame.drop(columns="y"), frame["y"], bins=4, interval=None)
    assert len(found) == 7 * 6 / 2
    assert found.notes == ("left out 1 constant column (constant)",)
    for (x1, x2, _), counted, gap in zip(found.pairs, found.counted, found.gap, strict=True):
        options: dict[str, Any] = {"bins": 4, "target_bins": "auto", "estimator": "bins"}
        options |= {"interval": None, "correction": "none"}
        q = pid.quantify(frame[[x1]], frame[[x2]], frame["y"], **options)
        ours = [getattr(q.decomposition, name) for name in NAMES]
        assert counted == pytest.approx(ours, abs=1e-8)
        assert gap <= 2e-9
    kinds = dict(zip([p[:2] for p in found.pairs], found.estimator, strict=True))
    assert set(kinds.values()) == {"bins"}


def test_atoms_sum_to_the_informations(frame: pd.DataFrame) -> None:
    found = pid.screen(frame.drop(columns="y"), frame["y"], bins=3, replicates=20)
    for table in (found.counted, found.corrected):
        assert table[:, :4].sum(axis=1) == pytest.approx(table[:, 4], abs=1e-9)


def test_finds_the_pair_and_no_other(frame: pd.DataFrame) -> None:
    found = pid.screen(frame.drop(columns="y"), frame["y"], bins=4, replicates=100)
    assert found.pairs[0] == ("a", "b", "y")
    synergy = NAMES.index("synergy")
    assert found.q[0, synergy] < 1e-6
    assert found.q[0, -1] < 1e-6
    assert (found.q[1:, [*range(5)]] > 0.05).all()
    assert found.resampled < 5
    low, high = found.low[0, synergy], found.high[0, synergy]
    assert low <= found.corrected[0, synergy] <= high
    assert found.level == 0.95
    assert np.isnan(found.low).all(axis=1).sum() == len(found) - found.resampled


def test_the_answer_in_words_is_of_the_first_row() -> None:
    """In the order that it was sorted by, with its own interval."""
    rng = np.random.default_rng(3)
    X, noise = rng.integers(2, size=(600, 4)), rng.random(600) < 0.2
    frame = pd.DataFrame(X, columns=list("abcd"))
    found = pid.screen(frame, X[:, 0] ^ X[:, 1] ^ noise, sort="synergy", replicates=60)
    row: dict[str, Any] = found.to_dicts(rows=[0])[0]
    ends = f"({shown(row['synergy_low'])} to {shown(row['synergy_high'])})"
    assert found.reading.startswith(
        f"Most synergy is in a and b about y: {shown(row['synergy'])} bit {ends}."
    )
    assert 0 < row["synergy_low"] < row["synergy"] < row["synergy_high"] < 1


def test_the_total_is_there_where_one_of_its_atoms_is(frame: pd.DataFrame) -> None:
    """Sorted by the total, of which no row has enough, the headline still asks the atoms."""
    found = pid.screen(frame.drop(columns="y"), frame["y"], bins=3, sort="total", replicates=40)
    nothing = replace(found, q=np.ones_like(found.q))
    assert nothing.reading.endswith(" 0 have it at a false discovery rate of 5%.")
    q = np.ones_like(found.q)
    q[0, 1] = 0.01
    by_atom = replace(found, q=q)
    assert by_atom.reading.endswith("of 5%, 1 has one of its atoms, and so it, too.")
    q[0, -1] = 0.01
    assert " 1 has it at a false discovery rate of 5%." in replace(found, q=q).reading


def test_noise_gives_a_discovery_in_one_screen_of_twenty(rng: np.random.Generator) -> None:
    """Of each hypothesis in at most 6 of 40 screens: more would be there once in 300."""
    discoveries = np.zeros(5)
    for seed in range(40):
        X, y = rng.normal(size=(300, 6)), rng.integers(2, size=300)
        found = pid.screen(X, y, bins=4, replicates=40, random_state=seed)
        discoveries += (found.q <= 0.05).any(axis=0)
    assert discoveries.max() <= 6


def test_adjusted_by_hand(frame: pd.DataFrame) -> None:
    for adjust in ("bh", "by"):
        found = pid.screen(
            frame.drop(columns="y"), frame["y"], bins=3, interval=None, adjust=adjust
        )
        p, q = found.p[:, -1], found.q[:, -1]
        m, order = len(p), np.argsort(p)
        factor = sum(1 / i for i in range(1, m + 1)) if adjust == "by" else 1.0
        raw = p[order] * m * factor / np.arange(1, m + 1)
        by_hand = np.minimum(np.minimum.accumulate(raw[::-1])[::-1], 1)
        assert q[order] == pytest.approx(by_hand)
        assert np.isnan(found.q[:, :4]).all()


def test_order_of_columns_does_not_matter(frame: pd.DataFrame) -> None:
    columns = list("abcd")
    there = pid.screen(frame[columns], frame["y"], bins=3, interval=None)
    back = pid.screen(frame[columns[::-1]], frame["y"], bins=3, interval=None)
    swapped = {(x2, x1): row for (x1, x2, _), row in zip(back.pairs, back.corrected, strict=True)}
    for (x1, x2, _), row in zip(there.pairs, there.corrected, strict=True):
        assert swapped[x1, x2][[0, 2, 1, 3, 4]] == pytest.approx(row, abs=1e-7)


def test_two_targets_are_one_family(frame: pd.DataFrame) -> None:
    targets = frame[["y"]].assign(word=frame["word"])
    found = pid.screen(frame[list("abc")], targets, bins=3, interval=None, sort="total")
    assert {y for _, _, y in found.pairs} == {"y", "word"}
    assert len(found) == 6
    assert "over 6 rows" in found.family


def test_matrix(frame: pd.DataFrame) -> None:
    sources = frame.drop(columns="y")
    found = pid.screen(sources, frame[["y"]], interval=None, sort="unique1")
    rows = found.to_dicts()
    for of, one, other in (("synergy", "synergy", "synergy"), ("unique", "unique1", "unique2")):
        matrix, q = found.to_matrix(of), found.to_matrix(of, q=True)
        assert list(matrix.index) == list(matrix.columns) == list(q.index)
        assert np.isnan(np.diag(matrix)).all()
        for row in rows:
            assert matrix.loc[str(row["x1"]), str(row["x2"])] == row[one]
            assert matrix.loc[str(row["x2"]), str(row["x1"])] == row[other]
        assert matrix.to_numpy()[:2, :2].ravel()[1:3].max() == np.nanmax(matrix)
    with pytest.raises(
        InvalidInput, match="of must be 'redundancy', 'unique', 'synergy' or 'total'"
    ):
        found.to_matrix("unique1")
    with pytest.raises(InvalidInput, match="y must be one of y; got 'z'"):
        found.to_matrix(y="z")


def test_groups_of_columns_and_all_others(frame: pd.DataFrame) -> None:
    sets = {"left": frame[["a", "c"]], "right": frame[["b", "d"]], "words": frame[["word"]]}
    found = pid.screen(None, frame["y"], column_sets=sets, bins=4, interval=None)
    pairs = {pair[:2] for pair in found.pairs}
    assert ("left", "right") in pairs
    assert {("left", "all others"), ("right", "all others"), ("words", "all others")} <= pairs
    assert len(pairs) == 6
    assert found.estimator.count("cluster") == 6


def test_same_bits_and_rows(frame: pd.DataFrame) -> None:
    X, y = frame[list("abc")], frame["y"]
    first, again = (pid.screen(X, y, bins=3, replicates=40) for _ in range(2))
    assert first.to_dicts() == again.to_dicts()
    row = first.to_dicts()[0]
    fixed = {
        "redundancy",
        "synergy_counted",
        "schema",
        "total_low",
        "unique1_p",
        "synergy_q",
        "gap",
        "n",
    }
    assert fixed | {"x1", "x2", "y", "unit", "estimator", "random_state", "version"} <= set(row)
    assert len(first.to_frame()) == 3


def test_dependent_rows_are_not_discoveries(rng: np.random.Generator) -> None:
    """Forty speakers of 20 to 29 rows that say the same: nothing depends on y, told or not."""
    found: dict[bool, int] = {True: 0, False: 0}
    speaker = np.repeat(np.arange(40), np.arange(40) % 10 + 20)
    for _ in range(5):
        data = rng.integers(3, size=(40, 5))[speaker]
        for told in found:
            s = pid.screen(data[:, :4], data[:, 4], interval=None, groups=speaker if told else None)
            found[told] += int((s.q[:, -1] < 0.05).sum())
    assert found[True] == 0
    assert found[False] > 20


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"bins": 1}, "bins must be 'auto' or an integer of at least 2"),
        ({"estimator": "bins"}, "estimator must be 'auto', 'posterior' or 'cluster'"),
        ({"estimator": "cluster"}, "estimator 'cluster' is for groups of columns"),
        ({"of": ("mutual",)}, r"of must be a list, each 'redundancy', .*; got \('mutual',\)"),
        ({"of": "synergy"}, "of must be a list"),
        ({"replicates": 3}, "replicates must be an integer of at least 20"),
        ({"adjust": "holm"}, "adjust must be 'bh' or 'by'"),
        ({"random_state": None, "resume": "parts"}, "resume needs a random_state"),
    ],
)
def test_bad_options(frame: pd.DataFrame, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        pid.screen(frame[["a", "b"]], frame["y"], **options)


def test_bad_data(frame: pd.DataFrame) -> None:
    with pytest.raises(InvalidInput, match="at least two columns or groups that vary; got 1"):
        pid.screen(frame[["a", "constant"]], frame["y"])
    with pytest.raises(InvalidInput, match="single class"):
        pid.screen(frame[["a", "b"]], frame["constant"])
    with pytest.raises(InvalidInput, match="one row per sample each; got 1500 in x and 10 in y"):
        pid.screen(frame[["a", "b"]], frame["y"][:10])


# --- tests of independence ------------------------------------------------------------------------


@pytest.mark.parametrize(("shape", "n"), [((6, 1, 3), 40), ((30, 1, 2), 60)])
def test_moments_are_those_of_shuffling(
    shape: tuple[int, int, int], n: int, rng: np.random.Generator
) -> None:
    p = rng.dirichlet(np.ones(int(np.prod(shape)))).reshape(shape)
    counts = rng.multinomial(n, p.ravel()).reshape(shape).astype(float)
    drawn = independence(shuffled(counts, 20_000, rng)[:, :, 0])
    assert drawn.value.mean() == pytest.approx(drawn.mean[0], rel=0.01)
    assert drawn.value.var() == pytest.approx(drawn.variance[0], rel=0.05)
    rejected = np.mean(p_value(drawn) <= 0.05)
    assert 0.03 < rejected < 0.07


def test_strata_add_up(rng: np.random.Generator) -> None:
    tables = rng.integers(1, 9, size=(4, 3, 2)).astype(float)
    together, each = conditional_independence(tables), independence(tables)
    assert together.value == pytest.approx(each.value.sum())
    assert together.variance == pytest.approx(each.variance.sum())


def test_what_cannot_vary_is_no_evidence() -> None:
    assert float(p_value(independence(np.array([[3.0, 4.0], [0.0, 0.0]])))) == 1.0
    assert float(p_value(independence(np.zeros((2, 2))))) == 1.0


def test_fitted_tails_are_those_of_the_law(rng: np.random.Generator) -> None:
    from scipy.stats import gamma

    law = gamma(4.0, scale=0.01)
    for p in (1e-3, 1e-5):
        fitted = [tail_p_value(float(law.isf(p)), law.rvs(500, random_state=s)) for s in range(40)]
        assert np.exp(np.mean(np.log(fitted))) == pytest.approx(p, rel=0.5)
    draws = law.rvs(500, random_state=0)
    assert tail_p_value(float(np.median(draws)), draws) == pytest.approx(0.5, abs=0.01)


def test_constant_columns_of_groups_are_said(rng: np.random.Generator) -> None:
    """Once, though they would be in "all others" of each group, too; and they change nothing."""
    columns = pd.DataFrame(rng.normal(size=(120, 4)), columns=list("abcd"))
    y = (columns["a"] > 0).astype(int)
    sets = {"one": columns[["a", "b"]], "two": columns[["c"]], "three": columns[["d"]]}
    plain = pid.screen(None, y, column_sets=sets, bins=3, interval=None)
    sets["one"] = sets["one"].assign(flat=7.0)
    found = pid.screen(None, y, column_sets=sets, bins=3, interval=None)
    assert found.notes.count("one: dropped 1 constant column (flat)") == 1
    assert len(found.notes) == 1 + len(plain.notes)
    assert np.array_equal(found.counted, plain.counted)


def test_rows_that_there_are(frame: pd.DataFrame) -> None:
    found = pid.screen(frame[["a", "b", "c"]], frame["y"], interval=None)
    assert [row["x2"] for row in found.to_dicts(rows=range(1, 3))] == [
        pair[1] for pair in found.pairs[1:]
    ]
    for rows in ([3], [0, 7], range(4)):
        with pytest.raises(InvalidInput, match="there are 3 rows, from 0 on"):
            found.to_dicts(rows=rows)


def test_pairs_that_tell_as_much_stay_in_the_order_of_the_columns() -> None:
    """Copies of two columns: many pairs with the same bits."""
    rng = np.random.default_rng(0)
    two = rng.integers(2, size=(300, 2))
    X = pd.DataFrame({f"c{i:02}": two[:, i % 2] for i in range(14)})
    found = pid.screen(X, two[:, 0] ^ two[:, 1], interval=None, sort="synergy")
    for same in np.unique(found.corrected[:, NAMES.index("synergy")]):
        pairs = [p for p, row in zip(found.pairs, found.corrected, strict=True) if row[3] == same]
        assert pairs == sorted(pairs)


def test_how_targets_were_cut_is_said_by_their_names(frame: pd.DataFrame) -> None:
    """Of each that was, and of no other."""
    targets = frame[["d", "y"]].assign(e=frame["e"] ** 3)
    found = pid.screen(frame[["a", "b"]], targets, interval=None)
    assert [note.partition(" at ")[0] for note in found.notes] == [
        "d: numbers, cut into 4 bins",
        "e: numbers, cut into 4 bins",
    ]
    assert {pair[2] for pair in found.pairs} == {"d", "y", "e"}


@pytest.mark.parametrize("name", ["pairs.csv", "pairs.json"])
def test_a_file_is_not_replaced_unasked(name: str, frame: pd.DataFrame, tmp_path: Path) -> None:
    found = pid.screen(frame[["a", "b", "c"]], frame["y"], interval=None)
    path = tmp_path / name
    write(found, path)
    whole = path.read_text()
    assert whole.count("synergy_q") >= 1
    path.write_text("mine")
    with pytest.raises(InvalidInput, match="exists"):
        write(found, path)
    assert path.read_text() == "mine"
    write(found, path, force=True)
    assert path.read_text() == whole
