"""Small edits of a source, each in one place: what a slip of the hand would do, not what crashes.

comparison    < to <= or >=, == to !=, in to not in, and to or, not left out
sign          + to -, * to /, a minus left out
constant      a small number one more or less, another one twice or half of it; True to False
extreme       min to max, any to all, floor to ceil
order         two arguments, two of a pair, or both branches of a condition exchanged
option        a keyword argument left out
statement     a call, an addition in place, a condition with what hangs on it, or a break left out
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

COMPARISONS: dict[type[ast.cmpop], tuple[str, ...]] = {
    ast.Lt: ("<", "<=", ">="),
    ast.LtE: ("<=", "<", ">"),
    ast.Gt: (">", ">=", "<="),
    ast.GtE: (">=", ">", "<"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
SIGNS: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Pow: ("**", "*"),
}
PAIRS = (
    *(("min", "max"), ("minimum", "maximum"), ("argmin", "argmax"), ("any", "all")),
    *(("floor", "ceil"), ("zeros", "ones"), ("zeros_like", "ones_like")),
)
EXTREMES = dict(PAIRS) | {b: a for a, b in PAIRS}
LARGE = 10  # integers from which one more or less is no slip
OF_TYPES = ("isinstance", "getattr", "hasattr")  # whose arguments nobody exchanges
TYPES = ("Literal", "Callable", "Mapping", "Sequence", "dict", "list", "tuple")


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit: bytes from ``start`` to ``end`` become ``text``."""

    kind: str
    line: int
    start: int
    end: int
    text: bytes

    def of(self, source: bytes) -> bytes:
        """The edited source."""
        return source[: self.start] + self.text + source[self.end :]


def edits_of(source: bytes) -> list[Edit]:
    """All edits of a source, in the order of its places."""
    found = Finder(source).edits(ast.parse(source))
    return sorted(set(found), key=lambda e: (e.start, e.end, e.text))


def is_another(edit: Edit, source: bytes) -> bool:
    """Whether the edited source is a program, and not the same one."""
    try:
        edited = ast.parse(edit.of(source))
    except SyntaxError:
        return False
    return ast.dump(edited) != ast.dump(ast.parse(source))


def shown(edit: Edit, source: bytes) -> tuple[str, str]:
    """The lines of the source that an edit changes, and what becomes of them, without indents."""
    first = source.rfind(b"\n", 0, edit.start) + 1
    last = source.find(b"\n", edit.end)
    last = len(source) if last < 0 else last
    before = source[first:last]
    after = source[first : edit.start] + edit.text + source[edit.end : last]
    one, other = (" ".join(text.decode().split()) for text in (before, after))
    return one, other


class Finder:
    """Finds the places of a source; what only types, messages and printing are made of is left."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.sets: set[ast.expr] = set()  # tuples whose order says nothing: axes, and members
        lengths = (len(line) for line in source.splitlines(keepends=True))
        self.starts = list(accumulate(lengths, initial=0))

    def edits(self, node: ast.AST) -> Iterator[Edit]:
        """Of a node and of all that is in it."""
        if isinstance(node, ast.Raise | ast.Assert | ast.Import | ast.ImportFrom | ast.JoinedStr):
            return
        if isinstance(node, ast.FunctionDef) and node.name == "__repr__":
            return
        if isinstance(node, ast.Subscript) and _name(node.value) in TYPES:
            return
        if isinstance(node, ast.keyword) and node.arg == "strict":  # which never changes an answer
            return
        yield from self._here(node)
        for name, value in ast.iter_fields(node):
            if name not in ("annotation", "returns", "decorator_list", "bases"):
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST):
                        yield from self.edits(child)

    def _here(self, node: ast.AST) -> Iterator[Edit]:
        match node:
            case ast.keyword(arg="axis"):
                self.sets.add(node.value)
            case ast.Compare():
                if isinstance(node.ops[0], ast.In | ast.NotIn):
                    self.sets.update(node.comparators)
                yield from self._comparisons(node)
            case ast.BoolOp():
                words = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
                yield self._between("comparison", node.values[0], node.values[1], *words)
            case ast.BinOp() if type(node.op) in SIGNS:
                yield self._between("sign", node.left, node.right, *SIGNS[type(node.op)])
            case ast.UnaryOp(op=ast.USub() | ast.Not()):
                kind = "sign" if isinstance(node.op, ast.USub) else "comparison"
                yield self._replaced(kind, node, self._text(node.operand))
            case ast.Constant():
                yield from self._constants(node)
            case ast.Name() | ast.Attribute() if _name(node) in EXTREMES:
                whole, name = self._text(node), _name(node)
                text = whole[: len(whole) - len(name)] + EXTREMES[name].encode()
                yield self._replaced("extreme", node, text)
            case ast.Call():
                yield from self._calls(node)
            case ast.Tuple(elts=[first, second]) if node not in self.sets:
                yield self._exchanged(first, second)
            case ast.IfExp():
                yield self._exchanged(node.body, node.orelse)
            case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Break() | ast.Continue():
                yield self._replaced("statement", node, b"pass")
            case ast.If(orelse=[]):
                yield self._replaced("statement", node, b"pass")

    def _comparisons(self, node: ast.Compare) -> Iterator[Edit]:
        sides = [node.left, *node.comparators]
        for left, op, right in zip(sides, node.ops, sides[1:], strict=False):
            old, *others = COMPARISONS[type(op)]
            for new in others:
                yield self._between("comparison", left, right, old, new)

    def _constants(self, node: ast.Constant) -> Iterator[Edit]:
        value = node.value
        others: Sequence[object] = ()
        if isinstance(value, bool):
            others = (not value,)
        elif isinstance(value, int) and value < LARGE:
            others = (value + 1, value - 1) if value > 0 else (value + 1,)
        elif isinstance(value, int):
            others = (2 * value, value // 2)
        elif isinstance(value, float):
            others = (2 * value, value / 2) if value else (1.0,)
        for other in others:
            yield self._replaced("constant", node, repr(other).encode())

    def _calls(self, node: ast.Call) -> Iterator[Edit]:
        first = [a for a in node.args[:2] if not isinstance(a, ast.Starred)]
        if len(first) == 2 and _name(node.func) not in OF_TYPES:
            yield self._exchanged(*first)
        if _name(node.func)[:1].isupper():  # a class, which wants all of its arguments
            return
        for keyword in node.keywords:
            if keyword.arg not in (None, "strict"):
                start, end = self._ends(keyword)
                comma = re.match(rb"\s*,\s*", self.source[end:])
                end += comma.end() if comma else 0
                yield Edit("option", keyword.lineno, start, end, b"")

    def _between(self, kind: str, left: ast.AST, right: ast.AST, old: str, new: str) -> Edit:
        """A sign between two sides is another."""
        start, end = self._ends(left)[1], self._ends(right)[0]
        text = self.source[start:end].replace(old.encode(), new.encode(), 1)
        return Edit(kind, _line(left), start, end, text)

    def _replaced(self, kind: str, node: ast.AST, text: bytes) -> Edit:
        return Edit(kind, _line(node), *self._ends(node), text)

    def _exchanged(self, first: ast.AST, second: ast.AST) -> Edit:
        (start, middle), (other, end) = self._ends(first), self._ends(second)
        between = self.source[middle:other]
        text = self._text(second) + between + self._text(first)
        return Edit("order", _line(first), start, end, text)

    def _text(self, node: ast.AST) -> bytes:
        start, end = self._ends(node)
        return self.source[start:end]

    def _ends(self, node: ast.AST) -> tuple[int, int]:
        assert isinstance(node, ast.expr | ast.stmt | ast.keyword)
        assert node.end_lineno is not None and node.end_col_offset is not None
        first, last = self.starts[node.lineno - 1], self.starts[node.end_lineno - 1]
        return first + node.col_offset, last + node.end_col_offset


def _name(node: ast.AST) -> str:
    """The last word of a name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _line(node: ast.AST) -> int:
    assert isinstance(node, ast.expr | ast.stmt)
    return node.lineno
