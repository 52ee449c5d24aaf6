"""From files and frames to X1, X2, y; every unusable file or pattern is one sentence."""

import errno
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pid.errors import InvalidInput
from pid.io.choose import choose, select
from pid.io.tables import load
from pid.io.writing import check_writable, write_whole

GOOD = "a_1,a_2,b,label\n1.5,2,u,yes\n2.5,3,v,no\n"


def write(folder: Path, content: str | bytes, name: str = "data.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def load_it(path: Path) -> Any:
    return load(path, x1="a_*", x2="b", y="label")


# --- what can be read -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (GOOD, "data.csv"),
        (GOOD, "data.txt"),
        (GOOD, "no_ending"),
        (GOOD.replace("\n", "\r\n"), "data.csv"),
        (GOOD.rstrip("\n"), "data.csv"),
        (GOOD + "\n\n", "data.csv"),
        (b"\xef\xbb\xbf" + GOOD.encode(), "data.csv"),  # byte order mark
        (GOOD.replace(",", "\t"), "data.tsv"),
        (GOOD.replace("a_1", '"a_1"').replace("u", '"u"'), "data.csv"),
    ],
)
def test_spellings_of_one_table(content: str | bytes, name: str, tmp_path: Path) -> None:
    chosen = load_it(write(tmp_path, content, name))
    assert chosen.X1.to_dict("list") == {"a_1": [1.5, 2.5], "a_2": [2, 3]}
    assert chosen.X2.to_dict("list") == {"b": ["u", "v"]}
    assert (chosen.y.tolist(), chosen.names) == (["yes", "no"], ("a_*", "b", "label"))


def test_byte_order_mark_before_a_quoted_name(tmp_path: Path) -> None:
    path = write(tmp_path, b"\xef\xbb\xbf" + b'"a_1",b,label\n1,2,3\n')
    assert list(load_it(path).X1.columns) == ["a_1"]


def test_quoted_commas_quotes_and_line_breaks(tmp_path: Path) -> None:
    path = write(tmp_path, '"a,1","b ""2""",y\n"1,5","line\nbreak",0\n"2,5",x,1\n')
    chosen = load(path, x1="a,1", x2='b "2"', y="y")
    assert chosen.X1["a,1"].tolist() == ["1,5", "2,5"]
    assert chosen.X2['b "2"'].tolist() == ["line\nbreak", "x"]


def test_names_beyond_ascii(tmp_path: Path) -> None:
    path = write(tmp_path, "größe,目,étiquette\n1,2,3\n4,5,6\n")
    assert load(path, x1="gr*", x2="目", y="étiquette").y.tolist() == [3, 6]


def test_types(tmp_path: Path) -> None:
    long = 2**80
    path = write(tmp_path, f"a,b,c,d,y\n1,True,{2**63},{long},0\n2,False,3,4,1\n")
    frame = load(path, x1="a,b", x2="c,d", y="y")
    assert [frame.X1[n].dtype.kind for n in "ab"] == ["i", "b"]
    assert [frame.X2[n].dtype.kind for n in "cd"] == ["u", "f"]
    assert frame.X2["d"].tolist() == [float(long), 4.0]


def test_floats_keep_their_digits(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=50).tolist()
    path = write(tmp_path, "a,b,y\n" + "".join(f"{v!r},1,2\n" for v in values))
    assert load(path, x1="a", x2="b", y="y").X1["a"].tolist() == pytest.approx(values, rel=1e-15)


def test_row_numbers_without_a_name_are_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, ",a,b,y\n0,1,2,3\n1,4,5,6\n")
    with pytest.raises(InvalidInput, match="contains the target"):
        load(path, x1="*", x2="b", y="y")
    assert list(load(path, x1="[!by]*", x2="b", y="y").X1.columns) == ["a"]


def test_few_numbers_among_text_are_symbols(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b,y\n1,2,A\n2,3,7\n3,4,8\n")
    assert load(path, x1="a", x2="b", y="y").y.tolist() == ["A", "7", "8"]


@pytest.mark.extras
def test_parquet(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"a_1": [1.5, 2.5], "a_2": [2, 3], "b": ["u", "v"], "label": [True, False]}
    )
    frame.to_parquet(tmp_path / "data.parquet")
    chosen = load_it(tmp_path / "data.parquet")
    assert chosen.X1.to_dict("list") == {"a_1": [1.5, 2.5], "a_2": [2, 3]}
    assert chosen.y.tolist() == [True, False]


@pytest.mark.extras
@pytest.mark.parametrize("content", [b"", b"PAR1", GOOD.encode()])
def test_bad_parquet(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"data\.parquet' is not a Parquet file"):
        load_it(write(tmp_path, content, "data.parquet"))


@pytest.mark.extras
def test_parquet_without_rows_or_file(tmp_path: Path) -> None:
    pd.DataFrame({"a_1": [], "b": [], "label": []}).to_parquet(tmp_path / "data.parquet")
    with pytest.raises(InvalidInput, match="has columns but no rows"):
        load_it(tmp_path / "data.parquet")
    with pytest.raises(InvalidInput, match="No such file"):
        load_it(tmp_path / "none.parquet")


@pytest.mark.extras
def test_select_from_arrow() -> None:
    import pyarrow as pa

    chosen = select(pa.table({"a": [1, 2], "b": [3, 4], "y": [0, 1]}), x1="a", x2="b", y="y")
    assert chosen.X1.column_names == ["a"]
    assert chosen.y.to_pylist() == [0, 1]


def test_select_from_something_else() -> None:
    with pytest.raises(InvalidInput, match="expected a data frame in memory; got list"):
        select([1, 2], x1="a", x2="b", y="y")


# --- what cannot ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "data.csv' is empty; expected a header"),
        ("\n\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        ("a_1,b,label\n", "has a header but no rows"),
        ("a_1,b,label", "has a header but no rows"),
        ("a_1_b_label\n1_2_3\n", "has a single column, 'a_1_b_label'; .* separated by ','"),
        ("just some text\nand more\n", "has a single column"),
        ("a_1,b,label\n1,2,3\n1,2\n", "line 3 has 2 fields, the header has 3"),
        ("a_1,b,label\n1,2,3,4\n1,2,3,4\n", "line 2 has 4 fields, the header has 3"),
        ("a_1,b,label\n1,2,3\n\n1,2,3,\n", "line 4 has 4 fields"),
        ("a_1,b,b,label\n1,2,3,4\n", "has 2 columns named 'b'"),
        ("a_1,label,b,label\n1,2,3,4\n", "has 2 columns named 'label'"),
        ('a_1,b,label\n1,"2,3\n4,5,6\n', "unexpected end of data; mend the quotes"),
        ('a_1,b,label\n1,"2"x,3\n', "line 2: .* mend the quotes"),
        (f"a_1,b,label\n1,{'x' * 131_073},3\n", "line 2: a field of more than 131,072 characters;"),
        (b"a_1,b,label\n1,caf\xe9,3\n", r"is not UTF-8 text \(.*\); as .* there is 'café'"),
        (GOOD.encode("utf-16-le"), "looks like UTF-16 without a mark"),
        (bytes(range(256)), "is not UTF-8 text"),
        (
            "a_1,b,label\n" + "".join(f"{i},2,3\n" for i in range(30)) + "n/s,2,3\n",
            "'n/s' in data row 31",
        ),
    ],
)
def test_bad_content(content: str | bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=message):
        load_it(write(tmp_path, content))


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"cannot read .*none\.csv': No such file or directory"):
        load_it(tmp_path / "none.csv")


def test_folder_as_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="Is a directory"):
        load_it(tmp_path)


def test_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:  # file modes do not stop an administrator
        raise PermissionError(errno.EACCES, "Permission denied")

    (tmp_path / "data.csv").touch()
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InvalidInput, match=r"cannot read .*: Permission denied"):
        load_it(tmp_path / "data.csv")


# --- choosing columns -------------------------------------------------------------------------

NAMES = ["a_1", "a_2", "b", "c,d", "e*", "e_1", "", "label"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("a_*", ["a_1", "a_2"]),
        ("a_2,a_1", ["a_1", "a_2"]),
        (" a_1 , a_2 ", ["a_1", "a_2"]),
        ("a_*,a_1", ["a_1", "a_2"]),
        ("a_[2]", ["a_2"]),
        ("?_1", ["a_1", "e_1"]),
        ("c,d", ["c,d"]),
        ("e*", ["e*"]),
        ("e?1", ["e_1"]),
        ("c?d,a_1", ["a_1", "c,d"]),
    ],
)
def test_patterns(pattern: str, expected: list[str]) -> None:
    assert choose(NAMES, x1=pattern, x2="b", y="label")[0] == expected


@pytest.mark.parametrize(
    ("x1", "x2", "y", "message"),
    [
        ("a_*", "b", "lable", "y 'lable' matches no column; did you mean 'label'"),
        ("a_*", "b", "zzz", "y 'zzz' matches no column; there are 'a_1', .* and 2 more"),
        ("a_*", "b", "l*", r"y 'l\*' matches no column"),
        ("A_*", "b", "label", r"x1 'A_\*' matches no column"),
        ("a_*", "bb", "label", "x2 'bb' matches no column; did you mean 'b'"),
        ("a_1,,b", "b", "label", "x1 '' matches no column"),
        ("", "b", "label", "x1 '' matches no column"),
        ("a_*", "b,label", "label", "x2 'b,label' contains the target 'label'"),
        ("*", "b", "label", r"x1 '\*' contains the target 'label'"),
        ("a_*", "a_2,b", "label", r"x1 'a_\*' and x2 'a_2,b' share 1 column\(s\), the first 'a_2'"),
        ("b", "b", "label", "share"),
    ],
)
def test_bad_choices(x1: str, x2: str, y: str, message: str) -> None:
    names = [name for name in NAMES if name] + ["more"]
    with pytest.raises(InvalidInput, match=message):
        choose(names, x1=x1, x2=x2, y=y)


# --- writing ----------------------------------------------------------------------------------


def test_write_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    write_whole(path, "ä\n")
    assert path.read_bytes() == "ä\n".encode()
    with pytest.raises(
        InvalidInput,
        match="exists; choose another name, or overwrite it: force=True",
    ):
        write_whole(path, "other")
    assert path.read_text(encoding="utf-8") == "ä\n"
    write_whole(path, "other", force=True)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("out.json", "other")]


def test_nothing_is_left_of_a_failed_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "out.json").write_text("before")
    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(InvalidInput, match=r"cannot write .*: No space left on device"):
        write_whole(tmp_path / "out.json", "after", force=True)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("out.json", "before")]


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is a folder; name a file"):
        check_writable(tmp_path, force=True)
    with pytest.raises(InvalidInput, match="there is no folder"):
        check_writable(tmp_path / "none" / "out.json")
