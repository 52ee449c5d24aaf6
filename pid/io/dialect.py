"""How a text file is written: what separates columns, marks decimals, begins comments; the bytes.

What can be told from the first lines without a doubt is told from them; of anything else one
sentence says what there is to choose from.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from pid.errors import InvalidInput
from pid.io.packed import ending, unpacked

LINES = 200  # that are looked at
CHARACTERS = 1 << 20  # of them, at most
SHOWN = 24  # characters of a line, around what is no text
MARKS = {",": "','", ";": "';'", "\t": "tab", "|": "'|'"}
WORDS = {"tab": "\t", r"\t": "\t", "space": " ", "comma": ",", "semicolon": ";"}
_ENDINGS = {".tsv": "\t", ".tab": "\t"}
_BEGINNINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # which begins as that of UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHERS = {  # by what they begin with
    b"\x1f\x8b": "a gzip file: name it .csv.gz",
    b"BZh": "a bzip2 file: name it .csv.bz2",
    b"\xfd7zXZ": "an xz file: name it .csv.xz",
    b"PK\x03\x04": "a zip file: an Excel workbook is .xlsx, arrays are .npz, a packed table "
    ".csv.zip",
    b"PAR1": "a Parquet file: name it .parquet",
    b"ARROW1": "an Arrow file: name it .arrow",
    b"FEA1": "a Feather file: name it .feather",
    b"\x93NUMPY": "an array: name it .npy, and give it as a source",
    b"\x89HDF": "an HDF5 file: write it as CSV or Parquet",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook: save it as .xlsx or .csv",
    b"SQLite format 3": "a database: write a query of it as CSV or Parquet",
}
_COMMA = re.compile(r"[+-]?\d+,\d+")
_POINT = re.compile(r"[+-]?\d*\.\d+(?:[eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file is written; None for what is to be found out.

    Attributes:
        sep: what separates columns, one character, or "tab".
        decimal: the mark before decimals, "." or ",".
        encoding: such as "utf-8", "latin-1" or "utf-16".
        comment: what lines begin with that are no rows.
    """

    sep: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    comment: str | None = None

    @property
    def said(self) -> str:
        """In words, where it is not what files are mostly written in."""
        parts = []
        if self.sep not in (None, ","):
            parts.append(f"columns between {MARKS.get(str(self.sep), repr(self.sep))}")
        if self.decimal == ",":
            parts.append("decimals after a comma")
        if self.encoding not in (None, "utf-8-sig"):
            parts.append(f"text in {self.encoding}")
        return ", ".join(parts)


UNSAID = Dialect()


def dialect(
    sep: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    comment: str | None = None,
) -> Dialect:
    """What the caller says of text files, checked.

    Raises:
        InvalidInput: what none of these can be.
    """
    sep = None if sep is None else WORDS.get(sep, sep)
    if sep is not None and (len(sep) != 1 or sep in '"\r\n'):
        raise InvalidInput(f"sep must be one character, or tab; got {sep!r}")
    if decimal not in (None, ".", ","):
        raise InvalidInput(f"decimal must be '.' or ','; got {decimal!r}")
    if sep is not None and sep == decimal:
        raise InvalidInput(f"sep and decimal are both {sep!r}; a mark cannot be both")
    if comment is not None and (not comment.strip() or len(comment) > 9):
        raise InvalidInput(f"comment must be what lines begin with, such as '#'; got {comment!r}")
    return Dialect(sep, decimal, None if encoding is None else _checked(encoding), comment)


def _checked(encoding: str) -> str:
    try:
        "".encode(encoding)  # of what is none of text, too, this says so
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError) as err:
        raise InvalidInput(
            f"encoding {encoding!r} is not known; there are utf-8, utf-16, latin-1, cp1252, and "
            "others that Python knows"
        ) from err
    return "utf-8-sig" if name == "utf-8" else name


def found(file: Path, asked: Dialect = UNSAID) -> Dialect:
    """How a text file is written: what was asked for, and else what its first lines say.

    Raises:
        InvalidInput: a file that is no text, or where two readings are as good.
    """
    asked = replace(asked, encoding=asked.encoding or _encoding(file))
    lines = _head(file, asked)
    sep = asked.sep or _ENDINGS.get(ending(file)) or _separator(file, lines)
    return replace(asked, sep=sep, decimal=asked.decimal or _decimal(lines, sep))


@contextmanager
def opened(file: Path, how: Dialect) -> Iterator[IO[str]]:
    """The text of a file; lines that are comments are empty, so that all keep their numbers.

    Raises:
        InvalidInput: bytes that are no text of this encoding.
    """
    with unpacked(file) as stream:
        text = io.TextIOWrapper(stream, encoding=how.encoding, newline="")
        try:
            if how.comment is None:
                yield text
                return
            mark = how.comment
            yield io.StringIO(
                "".join("\n" if line.startswith(mark) else line for line in text), newline=""
            )
        except UnicodeError as err:  # UTF-16 has an error of its own for a mark that is not there
            raise _no_text(file, how, err) from err


def _encoding(file: Path) -> str:
    """By the first bytes: what marks say, and else UTF-8."""
    with unpacked(file) as stream:
        head = stream.read(1000)
    for mark, name in _BEGINNINGS:
        if head.startswith(mark):
            return name
    for mark, what in _OTHERS.items():
        if head.startswith(mark):
            raise InvalidInput(f"{str(file)!r} is not text, but {what}")
    if b"\0" in head:
        for name, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
            if zeros.count(0) > 0.4 * len(head):  # letters of Latin alphabets, mostly
                raise InvalidInput(
                    f"{str(file)!r} looks like UTF-16 without a mark at its beginning: if so, give "
                    f"encoding={name!r}"
                )
    return "utf-8-sig"


def _head(file: Path, how: Dialect) -> list[str]:
    """The first lines that are no comments, without the last if it may be cut."""
    with unpacked(file) as stream:
        text = io.TextIOWrapper(stream, encoding=how.encoding, newline="")
        try:
            head = text.read(CHARACTERS)
        except UnicodeError as err:
            raise _no_text(file, how, err) from err
    lines = io.StringIO(head, newline="").readlines()
    if len(head) == CHARACTERS and len(lines) > 1:
        lines.pop()
    if how.comment is not None:
        lines = [line for line in lines if not line.startswith(how.comment)]
    return lines[:LINES]


def _separator(file: Path, lines: Sequence[str]) -> str:
    """The mark that splits all lines into as many fields; a comma where nothing says otherwise."""
    widths = {mark: _widths(lines, mark) for mark in MARKS}
    able = [mark for mark, of in widths.items() if len(set(of)) == 1 and of[0] > 1]
    if len(able) > 1:
        some = " or ".join(f"{MARKS[mark]} ({widths[mark][0]} columns)" for mark in able)
        option = f"sep={able[-1]!r}" if able[-1] != "\t" else "sep='tab'"
        raise InvalidInput(
            f"{str(file)!r} could have columns between {some}; say which, as {option}"
        )
    if able:
        return able[0]
    in_header = [mark for mark, of in widths.items() if of and of[0] > 1]
    return in_header[0] if len(in_header) == 1 else ","


def _widths(lines: Sequence[str], mark: str) -> list[int]:
    """Fields of each row; the last row may lack what follows."""
    try:
        rows = [row for row in csv.reader(lines, delimiter=mark) if row]
    except csv.Error:
        return []
    return [len(row) for row in (rows[:-1] if len(lines) == LINES else rows)]


def _decimal(lines: Sequence[str], sep: str) -> str:
    """A comma where numbers have one, none has a point, and some cannot be thousands."""
    if sep == ",":
        return "."
    try:
        rows = list(itertools.islice(csv.reader(lines, delimiter=sep), 1, None))
    except csv.Error:
        return "."
    fields = [field.strip() for row in rows for field in row]
    commas = [field for field in fields if _COMMA.fullmatch(field)]
    points = any(map(_POINT.fullmatch, fields))
    return "," if commas and not points and not all(map(_THOUSANDS.fullmatch, commas)) else "."


def _no_text(file: Path, how: Dialect, err: UnicodeError) -> InvalidInput:
    """The error for bytes of another encoding, with what they would be in the likeliest one."""
    said = "UTF-8" if how.encoding == "utf-8-sig" else how.encoding
    why = getattr(err, "reason", None) or str(err)
    if how.encoding != "utf-8-sig" or not isinstance(err, UnicodeDecodeError):
        return InvalidInput(f"{str(file)!r} is not {said} text ({why}); give another encoding")
    around = err.object[max(0, err.start - SHOWN) : err.start + SHOWN]
    words = re.findall(r"\w+", around.decode("cp1252", errors="replace"))
    odd = next((word for word in words if not word.isascii()), "")
    return InvalidInput(
        f"{str(file)!r} is not UTF-8 text ({why}); as encoding='cp1252', which most programs in "
        f"Western Europe wrote, there is {odd!r}: give that, or the encoding it has, or save it as "
        "UTF-8"
    )
