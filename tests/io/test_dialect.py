"""How text files are written: told from the first lines where these leave no doubt, else asked."""

import gzip
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from pid.errors import InvalidInput
from pid.io import packed
from pid.io.delimited import names_in_text
from pid.io.dialect import UNSAID, Dialect, dialect, found
from pid.io.readers import column_names, read_columns
from pid.io.reading import Reading
from pid.io.tables import load

FRAME = pd.DataFrame(
    {"a": [0.5, -1.25, 3.0, 1e-3], "b": ["é", "ü", "é", "x,y;z"], "y": [0, 1, 0, 1]}
)


def written(folder: Path, text: str, name: str = "t.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def read(path: Path, asked: Dialect = UNSAID) -> pd.DataFrame:
    names = column_names(path, text=asked)
    return read_columns(path, names, names, Reading(dialect=asked))


@pytest.mark.parametrize(
    ("sep", "decimal"),  # of which a mark cannot be both
    [(sep, decimal) for sep in (",", ";", "\t", "|") for decimal in (".", ",") if sep != decimal],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_one_table_in_every_dialect(sep: str, decimal: str, encoding: str, tmp_path: Path) -> None:
    text = FRAME.to_csv(sep=sep, decimal=decimal, index=False)
    got = read(written(tmp_path, text, encoding=encoding))
    pd.testing.assert_frame_equal(got, FRAME, check_dtype=False)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16-le", "utf-16-be", "cp1251"])
def test_encodings_are_asked_for(encoding: str, tmp_path: Path) -> None:
    letters = ["ж", "я"] if encoding == "cp1251" else ["é", "ü"]
    text = f"a,b,y\n1,{letters[0]},0\n2,{letters[1]},1\n"
    path = written(tmp_path, text, encoding=encoding)
    with pytest.raises(InvalidInput, match=r"encoding='(cp1252|utf-16-[lb]e)'"):
        column_names(path)
    assert read(path, dialect(encoding=encoding))["b"].tolist() == letters


def test_the_word_that_is_no_utf_8_is_shown(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b,y\n1,Zürich,0\n", encoding="cp1252")
    with pytest.raises(InvalidInput, match=r"there is 'Zürich': give that, or the encoding"):
        column_names(path)


def test_a_late_byte_is_found_too(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b,y\n" + b"1,2,0\n" * 300_000 + b"1,\xff,0\n")
    with pytest.raises(InvalidInput, match="is not UTF-8 text"):
        column_names(path)


def test_two_separators_that_fit_are_asked_about(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b;c,d\n1,2;3,4\n5,6;7,8\n")
    with pytest.raises(InvalidInput, match=r"',' \(3 columns\) or ';' \(2 columns\); say which"):
        column_names(path)
    assert column_names(path, text=dialect(sep=";")) == ["a,b", "c,d"]
    assert column_names(path, text=dialect(sep=",")) == ["a", "b;c", "d"]


@pytest.mark.parametrize(
    ("text", "sep"),
    [
        ("a;b;y\n1,5;2;0\n1,5;3,5;1\n", ";"),
        ('a,b,y\n"u;v",2,0\n"w",3,1\n', ","),
        ('a;b;y\n"u;v";2;0\n"w";3;1\n', ";"),
        ('a;b;y\n"two\nlines";2;0\n"w";3;1\n', ";"),
        ("a;b;y\n1;2;0\n1;2\n", ";"),  # ragged, by the mark of the header
        ("a\n1\n2\n", ","),
        ("", ","),
    ],
)
def test_separators(text: str, sep: str, tmp_path: Path) -> None:
    assert found(written(tmp_path, text)).sep == sep


@pytest.mark.parametrize(
    ("cells", "decimal"),
    [
        (["0,1", "0,2"], ","),
        (["-1,5", "2"], ","),
        (["1,234", "5,678"], "."),  # which may be thousands
        (["1,234", "5,67"], ","),
        (["1,5", "2.5"], "."),  # of both kinds, each stays what it is
        (["1.5", "2"], "."),
        (["u", "v"], "."),
    ],
)
def test_decimals(cells: list[str], decimal: str, tmp_path: Path) -> None:
    path = written(tmp_path, "a;b;y\n" + "".join(f"{cell};1;0\n" for cell in cells))
    assert found(path).decimal == decimal


def test_decimals_with_text_in_between(tmp_path: Path) -> None:
    rows = "".join(f"{i},5;1;0\n" for i in range(30))
    path = written(tmp_path, f"a;b;y\n{rows}none there;1;1\n")
    with pytest.raises(InvalidInput, match="mixes numbers with text: 'none there' in data row 31"):
        read(path)
    got = read_columns(path, ["a", "b", "y"], ["a"], Reading(missing_values=("none there",)))
    assert got["a"].tolist()[:3] == [0.5, 1.5, 2.5]


def test_comments(tmp_path: Path) -> None:
    text = "# by hand, twice\na,b,y\n1,#2,0\n#3,4\n5,6,1\n"
    path = written(tmp_path, text)
    with pytest.raises(InvalidInput, match=r"line 2 has 3 fields, .* give comment='#'"):
        column_names(path)
    got = read(path, dialect(comment="#"))
    assert got.to_dict("list") == {"a": [1, 5], "b": ["#2", "6"], "y": [0, 1]}
    bad = written(tmp_path, text + "7,8\n", "bad.csv")
    with pytest.raises(InvalidInput, match="line 6 has 2 fields"):  # as the file counts
        column_names(bad, text=dialect(comment="#"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sep": ""}, "sep must be one character"),
        ({"sep": "::"}, "sep must be one character"),
        ({"sep": '"'}, "sep must be one character"),
        ({"sep": "\n"}, "sep must be one character"),
        ({"decimal": "x"}, "decimal must be"),
        ({"sep": ",", "decimal": ","}, "both ','"),
        ({"encoding": "utf-9"}, "encoding 'utf-9' is not known"),
        ({"encoding": "zip"}, "not known"),
        ({"encoding": "rot13"}, "not known"),
        ({"encoding": "a\x00"}, "not known"),
        ({"comment": " "}, "comment must be what lines begin with"),
        ({"comment": "#" * 99}, "comment must be"),
    ],
)
def test_what_cannot_be_asked_for(options: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        dialect(**options)


@pytest.mark.parametrize("word", ["tab", "\\t", "\t"])
def test_words_for_a_tab(word: str) -> None:
    assert dialect(sep=word).sep == "\t"


def test_what_is_said() -> None:
    assert UNSAID.said == Dialect(",", ".", "utf-8-sig").said == ""
    assert Dialect("\t", ",", "utf-16").said == (
        "columns between tab, decimals after a comma, text in utf-16"
    )


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (gzip.compress(b"a,b\n1,2\n", mtime=0), r"a gzip file: name it \.csv\.gz"),
        (b"PK\x03\x04....", "a zip file"),
        (b"PAR1....PAR1", r"name it \.parquet"),
        (b"ARROW1\x00\x00", r"name it \.arrow"),
        (b"\x93NUMPY\x01\x00", r"name it \.npy"),
        (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
        (b"SQLite format 3\x00", "a database"),
    ],
)
def test_another_format_in_the_name_of_text(head: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(head)
    with pytest.raises(InvalidInput, match=f"is not text, but .*{message}"):
        column_names(path)


# --- compressed ---------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", packed.PACKED)
@pytest.mark.parametrize("text", [True, False])
def test_compressed(ending: str, text: bool, tmp_path: Path) -> None:
    path = tmp_path / f"t.{'csv' if text else 'tsv'}{ending}"
    FRAME.to_csv(path, index=False, sep="," if text else "\t")
    pd.testing.assert_frame_equal(read(path), FRAME)


@pytest.mark.parametrize("ending", packed.PACKED)
@pytest.mark.parametrize("damage", ["cut", "empty", "not"])
def test_damaged(ending: str, damage: str, tmp_path: Path) -> None:
    path = tmp_path / f"t.csv{ending}"
    FRAME.to_csv(path, index=False)
    whole = path.read_bytes()
    path.write_bytes({"cut": whole[:-20], "empty": b"", "not": b"a,b,y\n1,2,3\n"}[damage])
    with pytest.raises(InvalidInput, match=r"t\.csv"):
        read(path)


def test_archives_of_no_or_several_files(tmp_path: Path) -> None:
    for members in ((), ("a.csv", "b.csv")):
        with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
            for name in members:
                archive.writestr(name, "a,b,y\n1,2,0\n")
        with pytest.raises(InvalidInput, match=f"has {len(members)} files in it"):
            column_names(tmp_path / "t.zip")


def test_what_a_mac_adds_is_no_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.csv.zip", "w") as archive:
        archive.writestr("__MACOSX/._t.csv", "junk")
        archive.writestr("t.csv", "a,b,y\n1,2,0\n")
    assert column_names(tmp_path / "t.csv.zip") == ["a", "b", "y"]


def test_encrypted(tmp_path: Path) -> None:
    path = tmp_path / "t.csv.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("t.csv", "a,b,y\n1,2,0\n")
    content = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match="is encrypted; decompress it first"):
        column_names(path)


@pytest.mark.parametrize("ending", packed.PACKED)
def test_bombs(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "FREE", 10_000)
    path = tmp_path / f"t.csv{ending}"
    pd.DataFrame({"a": [0] * 2_000_000, "b": [0] * 2_000_000}).to_csv(path, index=False)
    with pytest.raises(InvalidInput, match=r"unpacks to more than 200 times its size"):
        names_in_text(path, check=True, single=False, asked=UNSAID)


def test_bombs_of_arrays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np

    from pid.io.embeddings import load_sources

    monkeypatch.setattr(packed, "FREE", 10_000)
    np.savez_compressed(tmp_path / "x.npz", a=np.zeros(10_000_000))
    with pytest.raises(InvalidInput, match=r"unpacks to more than 200 times its size"):
        load_sources(None, x1=f"{tmp_path / 'x.npz'}:a", x2="x.npy", y="y.npy")


def test_a_column_of_one_character_names_of_any_length(tmp_path: Path) -> None:
    names = ["n" * 10_000, "\u202eright to left\u202c", "👩🏽‍🔬", "y"]
    path = written(tmp_path, ";".join(names) + "\n1;2;3;0\n4;5;6;1\n")
    assert column_names(path) == names
    chosen = load(path, x1="n*", x2="👩🏽‍🔬", y="y")
    assert chosen.X2.iloc[:, 0].tolist() == [3, 6]


def test_streams_are_closed(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    path = written(tmp_path, FRAME.to_csv(index=False))
    read(path)
    assert not [w for w in recwarn if issubclass(w.category, ResourceWarning)]
