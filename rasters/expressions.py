"""Band arithmetic such as ``(b2 - b1) / (b2 + b1)``: parsed here, bounded, never handed to an interpreter. Pure.

    expression = sum [("<" | "<=" | ">" | ">=" | "==" | "!=") sum]
    sum        = product {("+" | "-") product}
    product    = power {("*" | "/") power}
    power      = ["-"] value ["^" power]
    value      = number | b1, b2, … | name "(" expression {"," expression} ")" | "(" expression ")"

A comparison is 1 or 0. What cannot be computed (a division by zero, the root of a negative number) is NaN.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence

MAX_LENGTH = 300
_MAX_DEPTH = 20
_TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:[eE][+-]?\d{1,3})?|\.\d+)|([a-z][a-z0-9]*)|(<=|>=|==|!=|[-+*/^(),<>]))")
_BAND = re.compile(r"b([1-9]\d{0,2})")

Values = NDArray[np.float64]
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
# Name → how many arguments, and what it does.
_FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "abs": (1, np.abs),
    "sqrt": (1, np.sqrt),
    "log": (1, np.log),
    "log10": (1, np.log10),
    "exp": (1, np.exp),
    "floor": (1, np.floor),
    "min": (2, np.minimum),
    "max": (2, np.maximum),
    "where": (3, lambda condition, then, otherwise: np.where(condition != 0, then, otherwise)),
}


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression: its text without spaces, the bands it reads, from 1, and what computes it."""

    text: str
    bands: tuple[int, ...]
    compute: Callable[[Mapping[int, Values]], Any]

    def of(self, bands: Mapping[int, Values]) -> Values:
        """Return the value of each pixel, given arrays of one shape by the number of their band."""
        shape = next(iter(bands.values())).shape
        with np.errstate(all="ignore"):
            return np.broadcast_to(np.asarray(self.compute(bands), dtype=np.float64), shape).copy()


def parse(text: str, *, band_count: int) -> Expression:
    """Return the expression that ``text`` is, over bands 1 to ``band_count``. Raises Invalid ``bad_expression``."""
    if len(text) > MAX_LENGTH:
        raise _bad(Sentence("it is longer than {max_length} signs.", max_length=MAX_LENGTH))
    parser = _Parser(_tokens(text), band_count)
    compute = parser.expression(0)
    if parser.here is not None:
        raise _bad(Sentence("{sign!r} is not expected there.", sign=parser.here))
    if not parser.bands:
        raise _bad(Sentence("it reads no band: b1 is the first."))
    return Expression("".join(parser.tokens), tuple(sorted(parser.bands)), compute)


def _tokens(text: str) -> list[str]:
    tokens, place = [], 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            raise _bad(Sentence("{sign!r} is no part of an expression.", sign=text[place:].strip()[0]))
        tokens.append(match[0].strip())
        place = match.end()
    return tokens


def _bad(why: Sentence) -> Invalid:
    return Invalid("bad_expression", Sentence("The expression can't be read: {why}", why=why), parameter="expression")


class _Parser:
    """Recursive descent over the tokens; depth is bounded, so that no text can exhaust the stack."""

    def __init__(self, tokens: list[str], band_count: int) -> None:
        self.tokens = tokens
        self.place = 0
        self.band_count = band_count
        self.bands: set[int] = set()

    @property
    def here(self) -> str | None:
        """The token at hand, None behind the last."""
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self) -> str:
        """Return the token at hand and go on."""
        if self.here is None:
            raise _bad(Sentence("it ends too early."))
        self.place += 1
        return self.tokens[self.place - 1]

    def expect(self, sign: str) -> None:
        """Go past ``sign``."""
        found = self.take()
        if found != sign:
            raise _bad(Sentence("{sign!r} is not expected there.", sign=found))

    def expression(self, depth: int) -> Callable[[Any], Any]:
        """Parse a comparison, or a sum."""
        if depth > _MAX_DEPTH:
            raise _bad(Sentence("its brackets are nested too deeply."))
        left = self.chain(("+", "-"), lambda: self.chain(("*", "/"), lambda: self.power(depth)))
        if self.here in _COMPARISONS:
            sign = self.take()
            right = self.chain(("+", "-"), lambda: self.chain(("*", "/"), lambda: self.power(depth)))
            return _apply(_as_numbers(_COMPARISONS[sign]), left, right)
        return left

    def chain(self, signs: tuple[str, ...], part: Callable[[], Callable[[Any], Any]]) -> Callable[[Any], Any]:
        """Parse parts between ``signs``, from the left."""
        found = [part()]
        operators = []
        while self.here in signs:
            operators.append(_OPERATORS[self.take()])
            found.append(part())
        if not operators:
            return found[0]

        def compute(bands: Any) -> Any:
            value = found[0](bands)
            for operator, each in zip(operators, found[1:], strict=True):
                value = operator(value, each(bands))
            return value

        return compute

    def power(self, depth: int) -> Callable[[Any], Any]:
        """Parse a value, negative or raised to a power."""
        if depth > _MAX_DEPTH:
            raise _bad(Sentence("its brackets are nested too deeply."))
        if self.here == "-":
            self.take()
            return _apply(np.negative, self.power(depth + 1))
        base = self.value(depth)
        if self.here == "^":
            self.take()
            return _apply(np.power, base, self.power(depth + 1))
        return base

    def value(self, depth: int) -> Callable[[Any], Any]:
        """Parse a number, a band, a function or what stands in brackets."""
        token = self.take()
        if token == "(":  # noqa: S105 - a bracket
            inner = self.expression(depth + 1)
            self.expect(")")
            return inner
        if token[0].isdigit() or token[0] == ".":
            number = np.float64(token)
            return lambda _: number
        band = _BAND.fullmatch(token)
        if band is not None:
            return self.band(int(band[1]))
        if token in _FUNCTIONS:
            return self.function(token, depth)
        raise _bad(Sentence("{sign!r} is no band and no function.", sign=token))

    def band(self, number: int) -> Callable[[Any], Any]:
        """Note that a band is read."""
        if number > self.band_count:
            raise _bad(Sentence("the raster has {count} bands, no b{number}.", count=self.band_count, number=number))
        self.bands.add(number)
        return lambda bands: bands[number]

    def function(self, name: str, depth: int) -> Callable[[Any], Any]:
        """Parse the arguments of a function."""
        count, function = _FUNCTIONS[name]
        self.expect("(")
        arguments = [self.expression(depth + 1)]
        while self.here == ",":
            self.take()
            arguments.append(self.expression(depth + 1))
        self.expect(")")
        if len(arguments) != count:
            raise _bad(Sentence("{name} takes {count} values.", name=name, count=count))
        return _apply(function, *arguments)


def _as_numbers(compare: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Return a comparison that answers 1.0 or 0.0: numpy's truth values are neither added nor subtracted as numbers."""
    return lambda left, right: np.asarray(compare(left, right), dtype=np.float64)


def _apply(function: Callable[..., Any], *arguments: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda bands: function(*(each(bands) for each in arguments))
