"""Sentences for people: English in the code, translated into the reader's language where they are shown. Pure."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any


class Sentence(str):
    """An English sentence that remembers its template and values, which is what a catalogue translates.

    ``template`` is the msgid: a format string with named placeholders (``"No grid {code} is known to you."``).
    A value may be a sentence itself. Without values the template is taken as it is, braces included.
    """

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, Any]

    def __new__(cls, template: str, /, **values: Any) -> "Sentence":
        """Return the sentence in English."""
        self = super().__new__(cls, template.format(**values) if values else template)
        self.template = template
        self.values = values
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Keep template and values when the sentence is copied or handed to another process."""
        return rebuilt, (self.template, dict(self.values))


def together(sentences: Iterable[str]) -> Sentence:
    """Return sentences that follow one another as one."""
    values = {f"sentence_{number}": each for number, each in enumerate(sentences, start=1)}
    template = " ".join(f"{{{name}}}" for name in values)
    return Sentence(template, **values)


def rebuilt(template: str, values: Mapping[str, Any]) -> Sentence:
    """Return the sentence that was taken apart into its template and values."""
    return Sentence(template, **values)


def translated(value: Any, gettext: Callable[[str], str]) -> Any:
    """Return ``value`` with every sentence in it, however deep in mappings and lists, as ``gettext`` translates it."""
    if isinstance(value, Sentence):
        text = gettext(value.template) if value.template else ""
        return text.format(**translated(value.values, gettext)) if value.values else text
    if isinstance(value, Mapping):
        return {key: translated(each, gettext) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [translated(each, gettext) for each in value]
    return value


def to_json(value: Any) -> Any:
    """Return a sentence as JSON can keep it, for ``from_json``; other values than text and numbers become text."""
    if isinstance(value, Sentence):
        return {"template": value.template, "values": {name: to_json(each) for name, each in value.values.items()}}
    return value if value is None or isinstance(value, str | int | float) else str(value)


def from_json(kept: Any) -> Any:
    """Return the sentence that ``to_json`` has taken apart."""
    if isinstance(kept, Mapping):
        return Sentence(kept["template"], **{name: from_json(value) for name, value in kept["values"].items()})
    return kept
