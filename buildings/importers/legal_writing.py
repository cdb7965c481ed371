"""Writing a register of legal persons: what is new begins, what is known changes, what is gone ends, as one event."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from buildings.importers.dating import TooLate
from buildings.importers.events import REASON
from buildings.legal_persons.words import kind_of, sounds_of
from buildings.lifecycle.act import plain
from buildings.models import (
    EventEffect,
    EventKind,
    LegalPerson,
    LifecycleEvent,
    RegisterRun,
    Role,
    Target,
)
from buildings.services import lock_buildings
from gisserver.common.db.clock import database_now
from gisserver.common.db.validity import since
from gisserver.common.imports.command import Rejects
from gisserver.common.sentences import Sentence

REGISTER = "legal_persons"
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Told:
    """What a row says of the legal person of a code, as fields of it."""

    credit_code: str
    fields: Mapping[str, Any]


class LegalRegister:
    """The legal persons of some codes, ``held`` by code; what an import says of them holds from ``moment``."""

    def __init__(self, codes: Collection[str], source: str, moment: datetime) -> None:
        self.source, self.moment = source, moment
        self._rows = LegalPerson.objects.filter(credit_code__in=codes).order_by("pk")
        self.held = {row.credit_code: row for row in self._rows}
        self._effects: list[EventEffect] = []

    def lock(self, buildings: Collection[int]) -> None:
        """Lock, until the commit, the buildings where they are or go to, then the legal persons as they are then."""
        lock_buildings({*buildings, *(row.building_id for row in self.held.values() if row.building_id)})
        self.held = {row.credit_code: row for row in self._rows.select_for_update(no_key=True)}

    def refuse(self, told: Mapping[int, Told], gone: Mapping[int, str], rejects: Rejects) -> None:
        """Reject rows that say otherwise what has begun, or ended, since."""
        changes = {index: one.credit_code for index, one in told.items() if self._news(one)}
        for index, code in {**changes, **gone}.items():
            row = self.held.get(code)
            if row is None or (index in gone and row.valid.upper is not None):
                continue
            began = row.valid.upper or row.changed_at or row.valid.lower
            if began > self.moment or (began == self.moment and row.valid.upper is None):
                sentence = Sentence(
                    "Something else is known since {told:%Y-%m-%d %H:%M:%S%z}; a change comes after it.", told=began
                )
                rejects.add(index, TooLate.code, str(sentence))

    def write(self, told: Mapping[int, Told], gone: Sequence[str]) -> dict[str, int]:
        """Write the rows; return how many began, changed, ended and were known, as an `Outcome` counts."""
        news = [(one, self._news(one)) for one in told.values()]
        new = [one for one, _ in news if one.credit_code not in self.held]
        known = [(self.held[one.credit_code], said) for one, said in news if one.credit_code in self.held]
        self._begin(new)
        revived = [(row, said) for row, said in known if row.valid.upper is not None]
        changed = [(row, said) for row, said in known if row.valid.upper is None and said]
        for row, said in [*revived, *changed]:
            self._change(row, said)
        ended = [self.held[code] for code in gone if code in self.held and self.held[code].valid.upper is None]
        LegalPerson.objects.filter(pk__in=[row.pk for row in ended]).end(self.moment)
        for row in ended:
            self._note(row, Role.ENDED)
        EventEffect.objects.bulk_create(self._effects, batch_size=_BATCH)
        written = len(new) + len(revived) + len(changed) + len(ended)
        return {
            "begun": len(new) + len(revived),
            "changed": len(changed),
            "ended": len(ended),
            "unchanged": len(told) + len(gone) - written,
        }

    def record(self, counts: Mapping[str, Any]) -> None:
        """Keep the import itself, if it did anything."""
        if self._effects:
            RegisterRun.objects.create(
                event=self._event,
                register=REGISTER,
                source=self.source,
                moment=self.moment,
                full=False,
                counts=dict(counts),
            )

    @cached_property
    def _event(self) -> LifecycleEvent:
        now = database_now()
        return LifecycleEvent.objects.create(
            kind=EventKind.IMPORT,
            effective_at=min(self.moment, now),
            recorded_at=now,
            reason=str(REASON),
            source=self.source,
        )

    def _news(self, one: Told) -> dict[str, Any]:
        """Return what a row says that was not known; of one that comes back all that it says."""
        row = self.held.get(one.credit_code)
        if row is None or row.valid.upper is not None:
            return dict(one.fields)
        return {name: value for name, value in one.fields.items() if getattr(row, name) != value}

    def _begin(self, told: Sequence[Told]) -> None:
        rows = [
            LegalPerson(
                credit_code=one.credit_code,
                source=self.source,
                valid=since(self.moment),
                **{"kind": str(kind_of("", one.credit_code)), **one.fields},
            )
            for one in told
        ]
        for row in LegalPerson.objects.bulk_create(rows, batch_size=_BATCH):
            self._note(row, Role.BEGUN)

    def _change(self, row: LegalPerson, said: dict[str, Any]) -> None:
        back = row.valid.upper is not None
        values = {**said, "sounds": sounds_of(said["name"])} if "name" in said else said
        before = {name: getattr(row, name) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
        if back:
            row.valid = since(self.moment)
        else:
            row.changed_at = self.moment
        row.save(update_fields=[*values, "valid" if back else "changed_at"])
        if back:
            self._note(row, Role.REVIVED)
        else:
            self._note(row, Role.CHANGED, before, values)

    def _note(
        self,
        row: LegalPerson,
        role: Role,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        self._effects.append(
            EventEffect(
                event=self._event,
                target=Target.LEGAL_PERSON,
                target_id=row.pk,
                building_id=row.building_id,
                role=role,
                before=None if before is None else {name: plain(value) for name, value in before.items()},
                after=None if after is None else {name: plain(value) for name, value in after.items()},
            )
        )
