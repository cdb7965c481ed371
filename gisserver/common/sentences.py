"""Sentences for people: written in English in the code, said in the reader's language where they are shown. Pure."""

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


def translated(said: Any, gettext: Callable[[str], str]) -> Any:
    """Return ``said`` with every sentence in it, however deep in mappings and lists, as ``gettext`` translates it."""
    if isinstance(said, Sentence):
        words = gettext(said.template) if said.template else ""
        return words.format(**translated(said.values, gettext)) if said.values else words
    if isinstance(said, Mapping):
        return {key: translated(value, gettext) for key, value in said.items()}
    if isinstance(said, list | tuple):
        return [translated(value, gettext) for value in said]
    return said


def to_json(said: Any) -> Any:
    """Return a sentence as JSON can keep it, for ``from_json``; other values than text and numbers become text."""
    if isinstance(said, Sentence):
        return {"template": said.template, "values": {name: to_json(value) for name, value in said.values.items()}}
    return said if said is None or isinstance(said, str | int | float) else str(said)


def from_json(kept: Any) -> Any:
    """Return the sentence that ``to_json`` has taken apart."""
    if isinstance(kept, Mapping):
        return Sentence(kept["template"], **{name: from_json(value) for name, value in kept["values"].items()})
    return kept
