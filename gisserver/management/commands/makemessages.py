"""Django's `makemessages`, which finds the sentences of refusals and the descriptions of the REST doors too."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.commands import makemessages
from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator

from gisserver.common import errors
from gisserver.openapi import described

# Where an English sentence stands that is translated when it is shown: which argument of which call.
KEYWORDS = {
    "Sentence": 1,
    "BadTileset": 1,
    "refuse": 1,
    **{name: 2 for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, Exception)},
}
# xgettext reads sources: for its run the descriptions, which are docstrings and help texts, stand in one.
DESCRIPTIONS = Path(settings.BASE_DIR) / "gisserver" / "descriptions_of_doors.py"


def descriptions() -> set[str]:
    """Return what the OpenAPI page says of doors, parameters and members, in English."""
    with override("en"):
        schema = SchemaGenerator().get_schema(public=True)
    return {words for _, words, _ in described(schema) if words}


class Command(makemessages.Command):
    """`manage.py makemessages -l zh_Hans`."""

    xgettext_options: list[str] = [
        *makemessages.Command.xgettext_options,
        *(f"--keyword={name}:{argument}" for name, argument in KEYWORDS.items()),
    ]

    def handle(self, *args: Any, **options: Any) -> None:
        """Leave out what is not ours, and line numbers: a catalogue changes when words do."""
        options["no_location"] = options["no_wrap"] = options["no_obsolete"] = True
        options["ignore_patterns"] += ["tests/*", "bench/*", "fixtures/*", "node_modules/*", "var/*", "*/migrations/*"]
        DESCRIPTIONS.write_text("".join(f"gettext({words!r})\n" for words in sorted(descriptions())))
        try:
            super().handle(*args, **options)
        finally:
            DESCRIPTIONS.unlink()
