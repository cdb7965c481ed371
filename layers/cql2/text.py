"""CQL2 text to the tree of CQL2 JSON: one pass, linear in the length of the text. Pure.

The grammar is that of OGC 21-065r2, annex B. Nesting is counted, so that no text exhausts the stack.
"""

import re
from typing import Any

import shapely

from gisserver.common.reading.geometry_limits import wkt_shape
from gisserver.common.sentences import Sentence
from layers.cql2.limits import MAX_TOKENS, check_depth, refuse

Tree = Any

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<string>'(?:[^']|'')*')
    |(?P<quoted>"(?:[^"]|"")+")
    |(?P<word>[^\W\d][\w.:]*)
    |(?P<sign><>|<=|>=|[=<>+\-*/%^(),])
    )""",
    re.VERBOSE,
)
MAX_DIGITS = 40
_COMPARISONS = {"=", "<>", "<", ">", "<=", ">="}
_SUMS = {"+", "-"}
_PRODUCTS = {"*", "/", "%", "DIV"}
_GEOMETRIES = {
    "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION",
}  # fmt: skip
_KEYWORDS = {"AND", "OR", "NOT", "LIKE", "BETWEEN", "IN", "IS", "NULL", "DIV"}
_END = ("end", "", -1)


class Dialect:
    """What may differ between texts of one grammar; this is CQL2's."""

    token = _TOKEN
    keywords = _KEYWORDS

    def compared(self, sign: str, left: Tree, right: Tree) -> Tree:
        """Return the tree of ``left sign right``."""
        return {"op": sign, "args": [left, right]}

    def matched(self, like: str, left: Tree, pattern: Tree) -> Tree:
        """Return the tree of ``left LIKE pattern``; ``like`` is the keyword."""
        return {"op": like.lower(), "args": [left, pattern]}


def parse_text(text: str, dialect: Dialect | None = None) -> Tree:
    """Return the CQL2 JSON tree of ``text``. Raises Invalid with the place where it cannot be read.

    Linear in the length of the text, which `layers.cql2.tree` bounds.
    """
    parser = _Parser(text, dialect or Dialect())
    tree = parser.either()
    parser.expect_end()
    return tree


class _Parser:
    def __init__(self, text: str, dialect: Dialect) -> None:
        self.text = text
        self.dialect = dialect
        self.tokens = self._tokens()
        self.place = 0
        self.depth = 0

    def _tokens(self) -> list[tuple[str, str, int]]:
        found, position, end = [], 0, len(self.text.rstrip())
        while position < end:
            match = self.dialect.token.match(self.text, position)
            if match is None:
                raise refuse(Sentence("The filter cannot be read at character {position}.", position=position + 1))
            kind = str(match.lastgroup)
            value = match[kind]
            is_keyword = kind == "word" and value.upper() in self.dialect.keywords
            found.append((("sign", value.upper()) if is_keyword else (kind, value)) + (match.start(kind),))
            position = match.end()
            if len(found) > MAX_TOKENS:
                raise refuse("The filter is too large.")
        return found

    # --- reading tokens ---

    def peek(self) -> tuple[str, str, int]:
        return self.tokens[self.place] if self.place < len(self.tokens) else _END

    def take(self, *signs: str) -> str | None:
        kind, value, _ = self.peek()
        if kind == "sign" and value in signs:
            self.place += 1
            return value
        return None

    def need(self, sign: str) -> None:
        if self.take(sign) is None:
            raise self.stuck(Sentence("{sign!r} is missing", sign=sign))

    def stuck(self, why: str) -> Exception:
        position = self.peek()[2]
        where = Sentence("at its end") if position < 0 else Sentence("at character {position}", position=position + 1)
        return refuse(Sentence("The filter cannot be read {where}: {why}.", where=where, why=why))

    def expect_end(self) -> None:
        if self.peek() != _END:
            raise self.stuck("something follows that does not belong there")

    # --- conditions ---

    def either(self) -> Tree:
        self.depth += 1
        check_depth(self.depth)
        parts = [self.both()]
        while self.take("OR"):
            parts.append(self.both())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else {"op": "or", "args": parts}

    def both(self) -> Tree:
        parts = [self.negated()]
        while self.take("AND"):
            parts.append(self.negated())
        return parts[0] if len(parts) == 1 else {"op": "and", "args": parts}

    def negated(self) -> Tree:
        negations = 0
        while self.take("NOT"):
            negations += 1
        condition = self.comparison()
        return {"op": "not", "args": [condition]} if negations % 2 else condition

    def comparison(self) -> Tree:
        left = self.sum()
        sign = self.take(*_COMPARISONS)
        if sign is not None:
            return self.dialect.compared(sign, left, self.sum())
        if self.take("IS"):
            negated = self.take("NOT")
            self.need("NULL")
            return _maybe_not(negated, {"op": "isNull", "args": [left]})
        negated = self.take("NOT")
        if (like := self.take("LIKE", "ILIKE")) is not None:
            return _maybe_not(negated, self.dialect.matched(like, left, self.sum()))
        if self.take("BETWEEN"):
            low = self.sum()
            self.need("AND")
            return _maybe_not(negated, {"op": "between", "args": [left, low, self.sum()]})
        if self.take("IN"):
            self.need("(")
            return _maybe_not(negated, {"op": "in", "args": [left, self.listed(self.sum)]})
        if negated:
            raise self.stuck("LIKE, BETWEEN or IN is missing")
        return left

    # --- values ---

    def sum(self) -> Tree:
        return self._chain(self.product, _SUMS)

    def product(self) -> Tree:
        return self._chain(self.power, _PRODUCTS)

    def power(self) -> Tree:
        return self._chain(self.signed, {"^"})

    def _chain(self, operand: Any, signs: set[str]) -> Tree:
        tree = operand()
        while (sign := self.take(*signs)) is not None:
            tree = {"op": sign.lower(), "args": [tree, operand()]}
        return tree

    def signed(self) -> Tree:
        negative = False
        while (sign := self.take("-", "+")) is not None:
            negative ^= sign == "-"
        value = self.primary()
        if not negative:
            return value
        return -value if isinstance(value, int | float) else {"op": "-", "args": [0, value]}

    def primary(self) -> Tree:
        if self.take("("):
            inner = self.either()
            self.need(")")
            return inner
        kind, value, position = self.peek()
        self.place += 1
        if kind == "number":
            return self.number(value)
        if kind == "string":
            return value[1:-1].replace("''", "'")
        if kind == "quoted":
            return {"property": value[1:-1].replace('""', '"')}
        if kind == "word":
            return self.word(value, position)
        if kind == "bare":
            return {"property": value}
        self.place -= 1
        raise self.stuck("a value is missing")

    def number(self, text: str) -> float:
        if len(text) > MAX_DIGITS:
            raise self.stuck("a number is too long")
        return float(text) if re.search(r"[.eE]", text) else int(text)

    def word(self, word: str, position: int) -> Tree:
        upper = word.upper()
        if upper in {"TRUE", "FALSE"}:
            return upper == "TRUE"
        if upper in _GEOMETRIES and self.peek()[1] in {"(", "Z"}:
            return self.geometry(position)
        if not self.take("("):
            return {"property": word}
        arguments = self.listed(self.either)
        if upper in {"DATE", "TIMESTAMP"} and len(arguments) == 1:
            return {upper.lower(): arguments[0]}
        if upper in {"INTERVAL", "BBOX"}:
            return {upper.lower(): arguments}
        return {"op": word.lower(), "args": arguments}

    def listed(self, item: Any) -> list[Tree]:
        """Return what stands up to the closing bracket, separated by commas."""
        items: list[Tree] = []
        while not self.take(")"):
            if items:
                self.need(",")
            items.append(item())
        return items

    def geometry(self, position: int) -> Tree:
        """Return WKT as GeoJSON; the text from its name to the bracket that closes it."""
        depth = 0
        while True:
            kind, value, end = self.peek()
            if kind == "end":
                raise self.stuck("a bracket is not closed")
            self.place += 1
            depth += (value == "(") - (value == ")")
            if depth == 0 and value == ")":
                break
        try:
            shape = wkt_shape(self.text[position : end + 1])
        except (shapely.errors.ShapelyError, ValueError):
            raise refuse(
                Sentence("The geometry at character {position} cannot be read.", position=position + 1)
            ) from None
        return dict(shapely.geometry.mapping(shapely.force_2d(shape)))


def _maybe_not(negated: str | None, tree: Tree) -> Tree:
    return {"op": "not", "args": [tree]} if negated else tree
