"""``pid.quantify`` by estimators that fit a model: which is chosen, why, and what it says."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from scipy.special import ndtri

import pid
from pid.analysis.quantification.beside import Beside, gaussian_beside, of_classes
from pid.cli import main
from pid.cli.terminal.page import as_text
from pid.cli.terminal.quantify import render
from pid.datasets import continuous
from pid.errors import InvalidInput, MissingExtra
from pid.estimators import GaussianPID, PosteriorPID
from pid.estimators.base import Options
from pid.io.rows import as_variables
from pid.report.of_quantification import document_of

ATOMS = ("redundancy", "unique1", "unique2", "synergy", "total")


@pytest.fixture(autouse=True)
def _quick(no_networks: None) -> None:
    """A straight line in place of networks: here it matters who is asked, not how well."""


@pytest.fixture(scope="module")
def clouds() -> continuous.Continuous:
    return continuous.angle(30, n=600, random_state=1)


def test_numbers_and_classes_take_posteriors(clouds: continuous.Continuous) -> None:
    q = pid.quantify(clouds.X1, clouds.X2, clouds.y, random_state=3)
    est = PosteriorPID(random_state=3).fit(clouds.X1, clouds.X2, clouds.y)
    assert (q.estimator, q.random_state) == ("posterior", 3)
    assert q.reason == "x1 or x2 are numbers, and y has classes"
    assert isinstance(q.fitted, PosteriorPID)
    for atom in ATOMS:
        assert getattr(q.decomposition, atom) == getattr(est.decomposition_, atom)
        assert getattr(q.corrected, atom) == getattr(est.corrected_, atom)
    assert q.interval == est.interval_
    assert (q.level, q.table, q.null_bias, q.rows) == (0.95, None, None, None)
    assert [axis.kind for axis in q.axes] == ["cells", "cells", "classes"]
    assert q.target_entropy == pytest.approx(1, abs=0.01)
    assert q.best is q.corrected
    assert "Together x1 and x2 tell " in q.reading
    assert repr(q).startswith("Quantification of 600 samples in 24 x 24 x 2 cells, in bit")
    row = json.loads(json.dumps(q.to_dict(), allow_nan=False))
    assert (row["estimator"], row["reason"]) == ("posterior", q.reason)
    text = as_text(render(q, "clouds"))
    assert "chosen as    x1 or x2 are numbers" in text
    assert " raw " in text
    assert "chance" not in text


def test_no_interval_and_no_correction(clouds: continuous.Continuous) -> None:
    bare = pid.quantify(clouds.X1, clouds.X2, clouds.y, interval=None, correction="none")
    assert (bare.corrected, bare.interval, bare.level) == (None, None, None)
    only = pid.quantify(clouds.X1, clouds.X2, clouds.y, interval=None)
    assert (only.interval, only.level) == (None, None)
    assert only.corrected is not None


def test_numbers_as_target_have_a_gaussian_beside(rng: np.random.Generator) -> None:
    X1, X2 = rng.normal(size=(2, 800, 2))
    y = X1[:, 0] + X2[:, 0] + 0.5 * rng.normal(size=800)
    q = pid.quantify(X1, X2, y)
    assert q.estimator == "posterior"
    assert q.reason == "x1 or x2 are numbers, and y are numbers, cut into classes"
    assert q.axes[2].kind == "bins"
    assert q.notes[0].startswith("y: numbers, cut into 4 bins at ")
    alone = GaussianPID(interval=None).fit(X1, X2, y)
    assert q.beside["gaussian"].synergy == getattr(alone.corrected_, "synergy")  # noqa: B009
    assert q.to_dict()["synergy_gaussian"] == q.beside["gaussian"].synergy
    assert "gaussian     redundancy 0." in as_text(render(q, "sum"))
    # what classes of y leave out of what a Gaussian knows
    assert 0.5 * q.beside["gaussian"].total < q.best.total < q.beside["gaussian"].total


def test_a_gaussian_beside_that_misses_what_classifiers_find(rng: np.random.Generator) -> None:
    x1, x2, e = rng.normal(size=(3, 1000))
    # columns that have the product are straight, though nothing here is Gaussian but the noise
    q = pid.quantify(np.c_[x1, x1 * x2], x2, x1 * x2 + 0.3 * e)
    assert q.warnings == ()
    assert len(q.notes) == 1  # edges
    q = pid.quantify(np.c_[x1, np.abs(x1)], x2, np.abs(x1) ** 3 + 0.1 * e)
    assert any("y bends" in note for note in q.notes)
    assert "y bends" in as_text(render(q, "cubes"))
    assert "y bends" in document_of(q, "cubes").support[-1][1]


OPTIONS = Options(0.95, True, 50, "bit", 1e-9, 0)
GRID = ndtri((np.arange(2000) + 0.5) / 2000)  # of a Gaussian


def quartiles(y: np.ndarray) -> np.ndarray:
    return np.asarray(np.quantile(y, [0.25, 0.5, 0.75]))


def beside(x: np.ndarray, y: np.ndarray, total: tuple[float, float]) -> Beside:
    """What stands beside an answer that finds so much of the quartiles of y."""
    variables = as_variables(x[:, :1], x[:, 1:], y)
    return gaussian_beside(variables, quartiles(y), {"total": total}, OPTIONS)


def test_which_of_two_answers_to_believe(rng: np.random.Generator) -> None:
    x = rng.normal(size=(1000, 2))
    e = 0.3 * rng.normal(size=1000)
    straight, bent = x.sum(axis=1) + e, x[:, 0] * x[:, 1] + e
    total = of_classes(0.5 * np.log2(1 + 2 / 0.09), ndtri([0.25, 0.5, 0.75]), GRID, "bit")
    (note,) = beside(x, bent, (0.8, 0.9)).notes
    assert "bit of the 4 classes of y, and classifiers 0.8000 to 0.9000; believe the class" in note
    assert note.endswith("a Gaussian sees straight lines alone, and y bends")
    # the Gaussian has 2.3 bit of the number, which is no more than this of its quartiles
    agree = beside(x, straight, (total - 0.05, total + 0.05))
    assert agree.atoms["gaussian"].total == pytest.approx(2.27, abs=0.1)
    assert agree[1:] == ((), ())
    (warning,) = beside(x, straight, (0.1, 0.2)).warnings
    assert warning.startswith("a Gaussian of ranks has 1.")
    assert "believe the Gaussian, which needs fewer samples" in warning
    (note,) = beside(x, straight, (1.9, 1.95)).notes
    assert note.endswith("and y is told by more than these")


def test_gaps_and_numbers_of_any_size(rng: np.random.Generator) -> None:
    x = rng.normal(size=(400, 2))
    y = x[:, 0] + 0.5 * rng.normal(size=400)
    plain = pid.quantify(x[:, 0], x[:, 1], y)
    huge = pid.quantify(x[:, 0], 1e200 * x[:, 1], 1e200 * y)
    assert huge.beside["gaussian"].total == pytest.approx(plain.beside["gaussian"].total)
    x[::7, 1] = np.nan
    gaps = pid.quantify(x[:, 0], x[:, 1], y, missing="category")
    assert 0.5 < gaps.beside["gaussian"].total < 1.5
    assert not any("a Gaussian" in text for text in (*plain.notes, *gaps.notes, *gaps.warnings))


def test_lines_that_a_few_values_make(rng: np.random.Generator) -> None:
    x = rng.normal(size=(1000, 2))
    y = rng.normal(size=1000)
    x[:20, 0] += 9
    y[:20] += 9
    (note,) = beside(x, y, (0.0, 0.01)).notes
    assert note.endswith("its lines are made by a few values far out")


def test_no_intervals_no_disagreement(rng: np.random.Generator) -> None:
    x = rng.normal(size=(300, 2))
    y = x[:, 0] * x[:, 1]
    options = OPTIONS._replace(interval=None)
    variables = as_variables(x[:, :1], x[:, 1:], y)
    found = gaussian_beside(variables, quartiles(y), None, options)
    assert found.notes[0].startswith("the Gaussian beside: y bends: ")


@pytest.mark.parametrize("bins", [2, 4, 10])
def test_what_is_told_of_classes_by_lines(bins: int, rng: np.random.Generator) -> None:
    """Against counting a million samples, and the ends."""
    m, e = rng.normal(size=(2, 1_000_000))
    y = 0.8 * m + 0.6 * e
    edges = ndtri(np.arange(1, bins) / bins)
    of_m, of_y = np.digitize(m, np.linspace(-3, 3, 100)), np.digitize(y, edges)
    counted = pid.mutual_information(np.histogram2d(of_m, of_y, bins=(100, bins))[0])
    total = -0.5 * np.log2(1 - 0.64)
    assert of_classes(total, edges, GRID, "bit") == pytest.approx(counted, abs=0.003)
    assert of_classes(30.0, edges, GRID, "bit") == pytest.approx(np.log2(bins), abs=0.01)
    assert of_classes(total * np.log(2), edges, GRID, "nat") == pytest.approx(
        np.log(2) * of_classes(total, edges, GRID, "bit")
    )
    told = [of_classes(t, edges, GRID, "bit") for t in np.linspace(0, 4, 30)]
    assert np.all(np.diff(told) > 0)


def test_gaussian_by_name(rng: np.random.Generator) -> None:
    X1, X2, y = rng.normal(size=(3, 300, 2))
    y = y + X1
    q = pid.quantify(X1, X2, pd.DataFrame(y), estimator="gaussian", replicates=50)
    est = GaussianPID(replicates=50).fit(X1, X2, y)
    assert (q.estimator, q.reason, q.target_entropy) == ("gaussian", None, None)
    assert q.interval == est.interval_
    assert [axis[1:4] for axis in q.axes] == [(2, 2, "dimensions")] * 3
    assert q.reading.startswith("Together x1 and x2 tell 1 bit about y (0.84 to 1.2). Of that: ")
    assert " in y" not in as_text(render(q, "vectors"))
    nats = pid.quantify(X1, X2, y, estimator="gaussian", unit="nat", replicates=50)
    assert nats.best.total == pytest.approx(np.log(2) * q.best.total)


@pytest.mark.slow
@pytest.mark.extras
def test_flow_and_alignment_by_name(clouds: continuous.Continuous, rng: Any) -> None:
    from pid.estimators import AlignmentPID, FlowPID

    X1, X2, y = rng.normal(size=(3, 300, 1))
    y = (y + X1) ** 3
    flow = pid.quantify(X1, X2, y, estimator="flow")
    assert isinstance(flow.fitted, FlowPID)
    assert flow.parameters["straightened"] == "ranks"
    assert flow.best.unique1 == pytest.approx(0.5, abs=0.15)
    assert flow.interval is not None
    aligned = pid.quantify(clouds.X1, clouds.X2, clouds.y, estimator="alignment")
    assert isinstance(aligned.fitted, AlignmentPID)
    assert (aligned.corrected, aligned.interval, aligned.level) == (None, None, None)
    assert aligned.best.total == pytest.approx(0.76, abs=0.15)
    assert "alignment, random state 0" in as_text(render(aligned, "clouds"))


def test_groups_reach_the_folds(rng: np.random.Generator) -> None:
    speaker = np.repeat(np.arange(60), 10)
    X1 = rng.normal(size=(60, 3))[speaker]
    y = rng.integers(2, size=60)[speaker]  # nothing but the speaker tells it
    q = pid.quantify(X1, rng.normal(size=(600, 2)), y, groups=speaker)
    assert (q.estimator, q.units) == ("posterior", 60)
    assert q.interval is not None
    assert q.interval["total"][0] < 0.02
    blocks = pid.quantify(X1, rng.normal(size=(600, 2)), y, blocks=10)
    assert blocks.units == 60


@pytest.mark.parametrize(
    ("options", "estimator", "reason"),
    [
        ({"weights": np.ones(600)}, "cluster", "weights: for counts alone"),
        ({"n_clusters": 4, "replicates": 20}, "cluster", "n_clusters and replicates: for counts"),
        ({"refit": True, "replicates": 20}, "cluster", "refit and replicates: for counts alone"),
        ({"estimator": "cluster"}, "cluster", None),
        ({"estimator": "bins"}, "bins", None),
    ],
    ids=str,
)
def test_what_only_counting_has(
    clouds: continuous.Continuous, options: dict[str, Any], estimator: str, reason: str | None
) -> None:
    q = pid.quantify(clouds.X1, clouds.X2, clouds.y, **options)
    assert q.estimator == estimator
    assert q.reason == reason or (reason and str(q.reason).startswith(reason))


def test_few_samples_are_counted(clouds: continuous.Continuous, rng: Any) -> None:
    few = pid.quantify(clouds.X1[:50], clouds.X2[:50], clouds.y[:50])
    assert (few.estimator, few.reason) == (
        "cluster",
        "fewer than 60 samples are few to train classifiers on",
    )
    y = np.r_[np.zeros(594, dtype=int), np.ones(6, dtype=int)]
    rare = pid.quantify(clouds.X1, clouds.X2, y)
    assert (rare.estimator, rare.reason) == (
        "cluster",
        "a class of 6 samples is small to train on",
    )
    symbols = pid.quantify(rng.integers(3, size=300), clouds.y[:300], clouds.y[300:])
    assert (symbols.estimator, symbols.reason) == ("table", "x1 and x2 are symbols")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"estimator": "posterior", "weights": np.ones(600)}, "'posterior' counts nothing and has"),
        ({"estimator": "gaussian", "n_clusters": 3}, "no use for n_clusters; leave it out"),
        ({"estimator": "gaussian", "blocks": 10}, "'gaussian' takes samples for independent"),
        pytest.param(
            {"estimator": "flow", "blocks": 10},
            "'flow' takes samples for independent",
            marks=pytest.mark.extras,
        ),
        ({"estimator": "gaussian", "y": np.array(["a", "b"] * 300)}, "y mixes columns of numbers"),
        (
            {"estimator": "posterior", "target_bins": None, "y": np.linspace(0, 1, 600)},
            "600 classes",
        ),
    ],
    ids=str,
)
def test_what_models_refuse(
    clouds: continuous.Continuous, options: dict[str, Any], message: str
) -> None:
    data = {"X1": clouds.X1, "X2": clouds.X2, "y": clouds.y}
    with pytest.raises(InvalidInput, match=message):
        pid.quantify(**(data | options))


@pytest.mark.extras
def test_columns_elsewhere_cannot_be_fitted(tmp_path: Path, clouds: Any) -> None:

    frame = pd.DataFrame({"a": clouds.X1[:, 0], "b": clouds.X2[:, 0], "y": clouds.y})
    frame.to_csv(tmp_path / "data.csv", index=False)
    found = pid.scan(tmp_path / "data.csv", x1="a", x2="b", y="y")
    with pytest.raises(InvalidInput, match="'posterior' needs the columns in memory; load them"):
        pid.quantify(found.X1, found.X2, found.y, estimator="posterior")
    q = pid.quantify(found.X1, found.X2, found.y)
    assert (q.estimator, q.reason) == ("bins", "the columns are not in memory")


def test_synergy_below_zero_is_a_warning(clouds: continuous.Continuous, monkeypatch: Any) -> None:
    interval = dict.fromkeys(ATOMS, (-0.2, -0.1))
    monkeypatch.setattr(PosteriorPID, "interval_", interval, raising=False)

    def keep(self: PosteriorPID, *rest: object) -> None:
        self.interval_ = interval

    monkeypatch.setattr(PosteriorPID, "_conclude", keep)
    q = pid.quantify(clouds.X1, clouds.X2, clouds.y)
    assert q.warnings[0].startswith("synergy is below 0: the classifier of both sources knows less")


def test_differences_of_fitted_answers(clouds: continuous.Continuous) -> None:
    other = continuous.angle(60, n=600, random_state=2)
    first = pid.quantify(clouds.X1, clouds.X2, clouds.y)
    second = pid.quantify(other.X1, other.X2, other.y)
    t = pid.difference(first, second)
    assert t.p["unique1"] < 0.05
    assert t.value["unique1"] == pytest.approx(-0.34, abs=0.12)
    with pytest.raises(InvalidInput, match="nor estimators that fit a model have"):
        pid.difference(first, second, paired=True)


@pytest.mark.extras
def test_command_and_resume(clouds: continuous.Continuous, tmp_path: Path) -> None:

    frame = pd.DataFrame({"a": clouds.X1[:, 0], "b": clouds.X2[:, 0], "y": clouds.y})
    frame.to_csv(tmp_path / "data.csv", index=False)
    plain = [str(tmp_path / "data.csv"), "--x1", "a", "--x2", "b", "--y", "y", "--json", "-"]
    kept = ["--resume", str(tmp_path / "kept")]
    first, again, bare = (
        CliRunner().invoke(main, ["quantify", *plain, *more]) for more in (kept, kept, [])
    )
    assert [r.exit_code for r in (first, again, bare)] == [0, 0, 0], first.output
    assert first.stdout == again.stdout == bare.stdout
    assert json.loads(first.stdout)["estimator"] == "posterior"
    parts = sorted((tmp_path / "kept").glob("posteriors-*.parquet"))
    assert len(parts) == 15  # of five samples and three sources


def test_torch_that_is_missing_and_asked_for(
    clouds: continuous.Continuous, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtra, match=r"torch is needed here.*\[neural\]"):
        PosteriorPID(device="cuda").fit(clouds.X1, clouds.X2, clouds.y)
    for name in ("AlignmentPID", "FlowPID"):
        with pytest.raises(MissingExtra, match=r"torch is needed here"):
            getattr(pid.estimators, name)


# --- which rows can be learned from -----------------------------------------------------------


def test_copies_count_once_where_an_estimator_is_chosen(rng: np.random.Generator) -> None:
    X = np.repeat(rng.normal(size=(40, 2)), 3, axis=0)
    y = np.repeat(np.arange(40) % 2, 3)
    q = pid.quantify(X[:, :1], X[:, 1:], y)
    assert (q.n, q.estimator) == (120, "cluster")
    assert q.reason == "fewer than 60 samples are few to train classifiers on"


def test_a_class_in_a_single_group_is_counted(rng: np.random.Generator) -> None:
    groups = np.repeat(np.arange(12), 20)
    y = np.where(groups == 3, "c", np.where(rng.random(240) < 0.5, "a", "b"))
    X = rng.normal(size=(240, 2))
    q = pid.quantify(X[:, :1], X[:, 1:], y, groups=groups)
    assert q.estimator == "cluster"
    assert q.reason == "a class in a single group cannot be learned and asked about"


def test_a_rare_class_is_warned_of(rng: np.random.Generator) -> None:
    y = np.r_[np.zeros(150, dtype=int), np.ones(141, dtype=int), np.full(9, 2)]
    q = pid.quantify(rng.normal(size=(300, 1)), rng.normal(size=(300, 1)), y)
    assert q.estimator == "posterior"
    assert any(text.startswith("class 2 of y has 9 rows: nobody knows") for text in q.warnings)
