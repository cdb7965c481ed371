"""Loading the rows of a household register, a part at a time: what each is news of is written at once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from buildings.households import ledger
from buildings.households.ledger import Change
from buildings.importers.homes import Home
from buildings.importers.missing import Unloaded
from buildings.importers.register_run import Run
from buildings.importers.register_words import Residence, is_masked
from buildings.importers.residence import Known, Residents, Said
from buildings.models import Role

# Rows whose households are in memory at a time.
PART = 5000


class Loading:
    """What an import makes of its rows: each begins, changes or ends something, or says what is known.

    ``seen`` are the households that the rows were about. In a full register a household without a reference that
    nobody knows in its unit may have moved there: it is ``arriving`` until all rows are read.
    """

    def __init__(self, run: Run, unloaded: Unloaded) -> None:
        self.run = run
        self.unloaded = unloaded
        self.until = run.until()
        self.counts: Counter[str] = Counter()
        self.seen: set[int] = set()
        self.arriving: list[tuple[Said, int]] = []

    def load(self, homes: Mapping[int, Home]) -> None:
        """Load rows whose units are known."""
        for part in _parts(homes):
            said = {index: home.said for index, home in part.items()}
            known = self._residents(said.values())
            self._write([*self._of_people(said, known), *self._of_vacancies(said, known)])

    def load_departures(self, said: Mapping[int, Said]) -> None:
        """Load rows that tell by reference who has left, wherever that was."""
        indexes = list(said)
        for start in range(0, len(indexes), PART):
            part = {index: said[index] for index in indexes[start : start + PART]}
            known = self._residents(part.values())
            self._write(self._of_people(part, known))

    def end_missing(self, missing: Mapping[int, Known]) -> None:
        """Let the households that a full register lacks move to where they arrive, else end; other arrivals begin."""
        movers = _movers(self.arriving, missing)
        known = self._residents([one for one, _ in self.arriving])
        changes = []
        for number, (one, unit) in enumerate(self.arriving):
            change = known.change(one, movers.get(number), unit)
            assert change is not None  # noqa: S101 -- it lives elsewhere, or nobody knew it
            changes.append(change)
        self._write(changes)
        moved = {mover.identity for mover in movers.values()}
        gone = [known.leaving(one) for identity, one in missing.items() if identity not in moved]
        self.counts["missing"] = len(gone)
        self._store(gone)

    def _residents(self, said: Iterable[Said]) -> Residents:
        run = self.run
        return Residents(said, run.source, run.moment, until=self.until, full=run.full is not None)

    def _of_people(self, said: Mapping[int, Said], known: Residents) -> Iterator[Change | None]:
        rows = {index: one for index, one in said.items() if one.residence is not Residence.VACANT}
        for index, household in known.recognise(rows).items():
            one = rows[index]
            if household is not None:
                self.seen.add(household.identity)
            elif one.residence is Residence.LEFT:
                self.counts["left_unknown"] += 1
            elif self.run.full is not None and not one.reference and (one.head_name or one.phone):
                self.arriving.append((one, _unit(one)))
                continue
            yield known.change(one, household, _unit(one))

    def _of_vacancies(self, said: Mapping[int, Said], known: Residents) -> Iterator[Change | None]:
        """Yield the end of every household of a unit that is vacant; one of another row of the file stays.

        So does one of which a row that waits may tell: it is asked where that lives.
        """
        for one in said.values():
            if one.residence is not Residence.VACANT:
                continue
            living = [h for h in known.living_in(one.home) if h.identity not in self.seen]
            inside = [h for h in living if not self.unloaded.may_tell_of(h.words)]
            self.seen |= {household.identity for household in inside}
            if not inside:
                yield None
            for number, household in enumerate(inside):
                self.counts["ended_beside"] += number > 0
                yield known.leaving(household)

    def _write(self, changes: Iterable[Change | None]) -> None:
        told = list(changes)
        news = [change for change in told if change is not None]
        self.counts["unchanged"] += len(told) - len(news)
        for change in news:
            self.counts[change.role.value] += 1
        self.counts["masked"] += sum(
            1 for change in news if change.news.words and is_masked(change.news.words.head_name)
        )
        self._store(news)

    def _store(self, news: list[Change]) -> None:
        if news:
            self.seen |= set(ledger.write(self.run.event, news))

    @property
    def begun(self) -> int:
        """How many rows began a household."""
        return self.counts[Role.BEGUN.value]

    @property
    def changed(self) -> int:
        """How many rows changed one, moves among them."""
        return self.counts[Role.CHANGED.value]

    @property
    def ended(self) -> int:
        """How many rows ended some."""
        return self.counts[Role.ENDED.value] - self.counts["ended_beside"]


def _unit(one: Said) -> int:
    return one.home if isinstance(one.home, int) else 0


def _parts(homes: Mapping[int, Home]) -> Iterator[dict[int, Home]]:
    """Yield the rows in parts of about `PART`; those of one unit are together, and in the order of the file."""
    part: dict[int, Home] = {}
    for _, rows in groupby(
        sorted(homes, key=lambda index: (homes[index].unit or 0, index)), lambda index: homes[index].unit
    ):
        part.update((index, homes[index]) for index in rows)
        if len(part) >= PART:
            yield part
            part = {}
    if part:
        yield part


def _movers(arriving: list[tuple[Said, int]], missing: Mapping[int, Known]) -> dict[int, Known]:
    """Return which of the arriving rows are a missing household: of the same name and phone, and no other is."""
    gone: dict[tuple[str, str], list[Known]] = defaultdict(list)
    for one in missing.values():
        gone[one.words.head_name, one.words.phone].append(one)
    asked = Counter((one.head_name, one.phone) for one, _ in arriving)
    return {
        number: gone[key][0]
        for number, (one, _) in enumerate(arriving)
        if (key := (one.head_name, one.phone))[0] and key[1] and asked[key] == len(gone.get(key, ())) == 1
    }
