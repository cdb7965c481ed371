"""Households by seed: where each truly lives since when, and each month's full register of them, with its flaws."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from gisserver.common.reading import Table

HEADER = ("房屋编码", "楼栋编码", "单元", "房号", "户号", "户主", "电话", "人数", "户籍", "状态")
PER_BUILDING, PER_ENTRANCE = 20, 10


@dataclass(frozen=True, slots=True)
class Home:
    """A unit of the town, by its codes and its door."""

    code: str
    building: str
    entrance: str
    room: str


@dataclass(frozen=True, slots=True)
class State:
    """What is true of a household from ``since`` on; ``home`` None: it has left."""

    since: datetime
    home: int | None
    head: str
    phone: str
    residents: int
    registered: bool


@dataclass
class Family:
    """A household with all that was ever true of it, oldest first; ``slow`` marks states that are told late."""

    number: str
    states: list[State]
    slow: set[datetime] = field(default_factory=set)

    def at(self, moment: datetime) -> State | None:
        """Return what is true at a moment."""
        return next((state for state in reversed(self.states) if state.since <= moment), None)

    @property
    def now(self) -> State:
        """What is true at last."""
        return self.states[-1]


def first_of(month: int) -> datetime:
    """Return the first day of the month that is so many after January 2025."""
    return datetime(2025 + month // 12, month % 12 + 1, 1, tzinfo=UTC)


class Town:
    """Homes and families; `live` lets a month pass, `register` is what is written down at its end."""

    def __init__(self, homes: int, seed: int) -> None:
        self.random = random.Random(seed)
        self.homes = [_home(number) for number in range(homes)]
        self._former_codes: dict[int, str] = {}
        self.families: list[Family] = []
        self._free = set(range(homes))
        for home in self.random.sample(range(homes), int(homes * 0.85)):
            self._arrive(first_of(0), home)

    def live(self, month: int) -> None:
        """Let a month pass: families move, split, join, leave, arrive, lose their head, get another phone."""
        day = first_of(month)
        for family in list(self.families):
            if family.now.home is None or family.now.since > first_of(month - 1):
                continue
            self._happen(family, day)
        for _ in range(max(1, len(self.homes) // 80)):
            self._arrive(day)

    def _happen(self, family: Family, day: datetime) -> None:
        """Let one thing or nothing happen to a family that has a home."""
        chance = self.random.random()
        if chance < 0.02:
            self._move(family, day, slow=chance < 0.005)
        elif chance < 0.03:
            self._leave(family)
            self._become(family, day, home=None)
        elif chance < 0.04:
            self._become(family, day, head=self._name())
        elif chance < 0.055:
            self._become(family, day, phone=self._phone())
        elif chance < 0.065 and family.now.residents > 1:
            self._become(family, day, residents=family.now.residents - 1)
            self._arrive(day)
        elif chance < 0.07:
            self._join(family, day)

    def renumber(self, month: int) -> dict[int, Home]:
        """Let a house in fifty get other codes and exchange its rooms; return its homes, by number, as called now."""
        renumbered = {}
        houses = range(len(self.homes) // PER_BUILDING)
        for house in self.random.sample(houses, max(1, len(houses) // 50)):
            for number in range(house * PER_BUILDING, (house + 1) * PER_BUILDING):
                self._former_codes[number] = self.homes[number].code
                renumbered[number] = _home(number, grid=month, room=self.homes[_opposite(number)].room)
        for number, home in renumbered.items():
            self.homes[number] = home
        return renumbered

    def register(self, month: int) -> tuple[Table, set[str]]:
        """Return the full register of a month, and the numbers of families whose row has a slip of the pen.

        Homes are told by code, or by building and door in several spellings; names and phones may be masked; who has
        just moved is written down with care.
        """
        day, rows, slips = first_of(month), [], set()
        for family in self.families:
            state = family.at(day)
            if state is None or state.home is None:
                continue
            careful = state.since >= first_of(month - 1) if month else True
            row = self._row(family, state, careful=careful)
            if not careful and self.random.random() < 0.003:
                row = ("", row[1] or self.homes[state.home].building, "9单元", "9999", *row[4:])
                slips.add(family.number)
            rows.append(row)
        vacant = [home for home in sorted(self._free) if self.random.random() < 0.5]
        rows += [(self.homes[home].code, "", "", "", "", "", "", "0", "", "空置") for home in vacant]
        self.random.shuffle(rows)
        return table_of(rows), slips

    def late(self, month: int) -> Iterator[tuple[datetime, Table]]:
        """Yield partial registers that tell late on which day of the month before somebody has moved."""
        for family in self.families:
            for state in family.states:
                if state.since in family.slow and first_of(month - 1) <= state.since < first_of(month):
                    yield state.since, table_of([self._row(family, state, careful=True)])

    def _row(self, family: Family, state: State, *, careful: bool) -> tuple[str, ...]:
        assert state.home is not None  # noqa: S101 -- who lives nowhere is in no register
        home, chance = self.homes[state.home], self.random.random()
        masked = not careful and self.random.random() < 0.1
        head = state.head[:1] + "**" if masked else state.head
        phone = f"{state.phone[:3]}****{state.phone[-4:]}" if masked else state.phone
        code = self._former_codes.get(state.home, home.code) if chance < 0.1 else home.code
        place = (code, "", "", "") if chance < 0.5 else ("", home.building, home.entrance, f"{home.room}室")
        status = self.random.choice(["在住", "", "自住"])
        words = ("常住", "户籍") if state.registered else ("流动", "暂住")
        number = self.random.choice([str(state.residents), f"{state.residents}.0", f"{state.residents}人"])
        return (*place, family.number, head, phone, number, self.random.choice(words), status)

    def _leave(self, family: Family) -> None:
        if family.now.home is not None:
            self._free.add(family.now.home)

    def _move(self, family: Family, day: datetime, *, slow: bool) -> None:
        if not self._free or family.now.home is None:
            return
        self._free.add(family.now.home)
        target = self.random.choice(sorted(self._free - {family.now.home}) or [family.now.home])
        self._free.discard(target)
        since = day.replace(day=15) if slow else day
        if slow:
            family.slow.add(since)
        self._become(family, since, home=target)

    def _join(self, family: Family, day: datetime) -> None:
        """Let another family become part of this one, unless something has just happened to it."""
        other = self.random.choice(self.families)
        if other is family or other.now.home is None or other.now.since >= day or other.slow:
            return
        self._leave(other)
        self._become(other, day, home=None)
        self._become(family, day, residents=family.now.residents + other.now.residents)

    def _arrive(self, day: datetime, home: int | None = None) -> None:
        if not self._free:
            return
        home = self.random.choice(sorted(self._free)) if home is None else home
        self._free.discard(home)
        state = State(day, home, self._name(), self._phone(), self.random.randint(1, 6), self.random.random() < 0.3)
        self.families.append(Family(f"H{len(self.families):07d}", [state]))

    def _become(self, family: Family, since: datetime, **words: Any) -> None:
        family.states.append(replace(family.now, since=since, **words))

    def _name(self) -> str:
        return self.random.choice("王李张刘陈杨赵黄周吴") + "".join(self.random.sample("一二三大小明华文建国", 2))

    def _phone(self) -> str:
        return f"13{self.random.randrange(10**9):09d}"


def _home(number: int, *, grid: int = 99, room: str = "") -> Home:
    building, place = divmod(number, PER_BUILDING)
    code = f"440310999001{grid:02d}{building:05d}"  # of no community that there is
    entrance, within = divmod(place, PER_ENTRANCE)
    return Home(f"{code}{place + 1:06d}", code, f"{entrance + 1}单元", room or f"{within // 2 + 1}0{within % 2 + 1}")


def _opposite(number: int) -> int:
    """Return the home at the same entrance that is as far from the last as this one from the first."""
    return number - number % PER_ENTRANCE + PER_ENTRANCE - 1 - number % PER_ENTRANCE


def table_of(rows: Sequence[tuple[str, ...]]) -> Table:
    """Return rows as an import reads them."""
    columns: Mapping[str, np.ndarray] = {
        name: np.array([row[at] or None for row in rows], dtype=object) for at, name in enumerate(HEADER)
    }
    types = dict.fromkeys(HEADER, "object")
    return Table("register", "register", HEADER, columns, types, len(rows), None, None, None, "utf-8")
