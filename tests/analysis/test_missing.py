"""What remains without a source: known in closed form, and found by models trained again."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sklearn.linear_model import LogisticRegression

import pid
from pid.cli import main
from pid.core.decomposition import shown
from pid.datasets import continuous
from pid.errors import InvalidInput


def test_of_tables() -> None:
    """AND: without x2, y is known where x1 is 0."""
    x1, x2 = (np.tile(x, 500) for x in ([0, 0, 1, 1], [0, 1, 0, 1]))
    q = pid.quantify(x1, x2, x1 & x2, interval=None)
    r = pid.if_missing(q)
    assert [r.accuracy[g].counted for g in ("both", "x1", "x2")] == pytest.approx([1, 0.75, 0.75])
    assert r.majority == pytest.approx(0.75)
    d = q.decomposition
    told = [d.total, d.redundancy + d.unique1, d.redundancy + d.unique2]
    assert [r.information[g].counted for g in ("both", "x1", "x2")] == pytest.approx(told)
    for measure in (*r.information.values(), *r.accuracy.values()):
        assert measure.low <= measure.corrected + 1e-9
        assert measure.corrected <= measure.high + 1e-9
    nats = pid.if_missing(pid.quantify(x1, x2, x1 & x2, unit="nat", interval=None))
    assert nats.information["both"].counted == pytest.approx(d.total * np.log(2))


def test_all_figures_stand_in_the_row_and_in_print() -> None:
    """Each measure with its own ends, and none where none were asked for."""
    rng = np.random.default_rng(1)
    x1, x2 = rng.integers(3, size=(2, 400))
    q = pid.quantify(x1, x2, (x1 + 2 * x1 * x2 + (rng.random(400) < 0.3)) % 3)
    r, bare = pid.if_missing(q), pid.if_missing(q, interval=None)
    expected: dict[str, float] = {"accuracy_majority": r.majority}
    for kind, measures in (("information", r.information), ("accuracy", r.accuracy)):
        for given, measure in measures.items():
            name = f"{kind}_{given}"
            expected |= {f"{name}_low": measure.low, f"{name}_high": measure.high}
            expected[name] = measure.corrected
            assert measure.low < measure.corrected < measure.high
    assert r.to_dict() == expected
    ends = {name for name in expected if name.endswith(("_low", "_high"))}
    assert bare.to_dict().keys() == expected.keys() - ends
    for given, line in zip(("both", "x1", "x2"), repr(r).splitlines()[1:], strict=False):
        told, right = r.information[given], r.accuracy[given]
        assert f" {shown(told.corrected)} [{shown(told.low)}, {shown(told.high)}]" in line
        assert f" {right.corrected:.1%} [{right.low:.1%}, {right.high:.1%}]" in line
    assert "[" not in repr(bare)


def test_counting_is_corrected() -> None:
    """Of noise, a table of few samples seems to tell a lot; most of that is taken off."""
    rng = np.random.default_rng(0)
    excess = []
    for _ in range(20):
        x1, x2, y = rng.integers(6, size=300), rng.integers(6, size=300), rng.integers(2, size=300)
        r = pid.if_missing(pid.quantify(x1, x2, y, interval=None), replicates=50)
        excess.append([r.accuracy["both"].counted - 0.5, r.accuracy["both"].corrected - 0.5])
        assert r.information["both"].low < 0.01
    counted, corrected = np.mean(excess, axis=0)
    assert counted > 0.1
    assert abs(corrected) < 0.75 * counted


@pytest.mark.slow
@pytest.mark.parametrize("estimator", ["cluster", "posterior"])
def test_models_that_are_trained_again(estimator: str) -> None:
    """The best rule of a source is about as good as a model of it alone, on other samples."""
    data = continuous.angle(30, n=6000, random_state=0)
    X1, X2, y = (np.asarray(part) for part in (data.X1, data.X2, data.y))
    half = len(y) // 2
    q = pid.quantify(X1[:half], X2[:half], y[:half], estimator=estimator)
    r = pid.if_missing(q)
    both = np.column_stack([X1, X2])
    for given, X in (("both", both), ("x1", X1), ("x2", X2)):
        X = X.reshape(len(y), -1)
        trained = LogisticRegression().fit(X[:half], y[:half]).score(X[half:], y[half:])
        assert r.accuracy[given].low - 0.02 <= trained <= r.accuracy[given].high + 0.02
    told = [data.atoms["redundancy"] + data.atoms[name] for name in ("unique1", "unique2")]
    for given, truth in zip(("x1", "x2"), told, strict=True):
        assert r.information[given].corrected == pytest.approx(truth, abs=0.05)


@pytest.mark.slow
def test_noise_is_no_better_than_chance() -> None:
    """Classifiers of noise are right by chance, on rows that they have not seen."""
    inside = 0
    for seed in range(4):
        rng = np.random.default_rng(seed)
        X1, X2 = rng.normal(size=(2, 300, 3))
        y = np.arange(300) % 2
        r = pid.if_missing(pid.quantify(X1, X2, y, estimator="posterior", interval=None))
        inside += r.accuracy["both"].low <= 0.52
        assert r.information["both"].low < 0.05
    assert inside >= 3


def test_groups_widen_intervals() -> None:
    rng = np.random.default_rng(0)
    x1, x2, y = (np.repeat(rng.integers(2, size=60), 20) for _ in range(3))
    alone = pid.if_missing(pid.quantify(x1, x2, y))
    grouped = pid.if_missing(pid.quantify(x1, x2, y, groups=np.repeat(np.arange(60), 20)))
    width = [r.accuracy["both"].high - r.accuracy["both"].low for r in (alone, grouped)]
    assert width[1] > 1.5 * width[0]


def test_wrong_uses() -> None:
    rng = np.random.default_rng(0)
    X1, X2 = rng.normal(size=(2, 300, 2))
    y = X1[:, 0] + X2[:, 0] + rng.normal(size=300)
    q = pid.quantify(X1, X2, y, estimator="gaussian", interval=None)
    with pytest.raises(InvalidInput, match="estimator 'gaussian' has no classes to be right about"):
        pid.if_missing(q)
    with pytest.raises(InvalidInput, match=r"an answer of pid.quantify; got 'q'"):
        pid.if_missing("q")  # type: ignore[call-overload]


def test_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [f"{a},{b},{a & b}" for a in (0, 1) for b in (0, 1) for _ in range(100)]
    Path("and.csv").write_text("\n".join(["a,b,y", *rows]))
    words = ["quantify", "and.csv", "--x1", "a", "--x2", "b", "--y", "y", "--if-missing"]
    answer = CliRunner().invoke(main, words)
    assert answer.exit_code == 0, answer.output
    assert max(map(len, answer.stdout.splitlines())) <= 80
    lines = [line.split() for line in answer.stdout.splitlines()]
    (without,) = (line for line in lines if line[:2] == ["without", "x2"])
    assert float(without[6].rstrip("%")) == pytest.approx(75, abs=2)
    assert "No better than always the commonest class" in answer.stdout
    assert "x1 alone, x2 alone" in " ".join(answer.stdout.split())
    found = json.loads(CliRunner().invoke(main, [*words, "--json", "-"]).stdout)
    assert found["accuracy_x1"] == pytest.approx(0.75, abs=0.02)
    assert found["information_both"] == pytest.approx(0.8113, abs=0.02)
    assert found["synergy_counted"] == pytest.approx(0.5)
    bare = json.loads(
        CliRunner().invoke(main, [*words, "--interval", "none", "--json", "-"]).stdout
    )
    assert not [name for name in bare if name.endswith(("_low", "_high"))]
    for name in ("accuracy_x1", "information_both"):
        assert bare[name] == pytest.approx(found[name], abs=1e-12)
    shown = CliRunner().invoke(main, [*words, "--interval", "none"]).stdout
    assert "nan" not in shown
