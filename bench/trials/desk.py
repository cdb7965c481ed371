"""Scripted people at work: supervisors who draw, mend and hand in, reviewers who approve, publish and send back."""

import queue
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bench.trials.ledger import Hand, Record
from bench.trials.script import body_of
from grids.editing.coverage.coverage import Coverage
from grids.editing.refusals import EditRefused
from grids.editing.verbs.split import Split
from grids.editing.verbs.verb import Edit
from grids.redraws.commands.schema import MAX_SNAP_M
from grids.redraws.storage.loading import load_drafts
from tests.partitions import Supervisor

COMMANDS_A_DRAFT = (4, 14)
UNDO, VISIT, HOSTILE = 0.05, 0.15, 0.1


@dataclass(slots=True)
class Office:
    """What the people share: redraws to review, everybody's mail, the drafts that are open to a colleague."""

    submitted: "queue.Queue[int]" = field(default_factory=queue.Queue)
    returned: "dict[str, queue.Queue[int]]" = field(default_factory=dict)
    authors: dict[int, str] = field(default_factory=dict)
    open_drafts: dict[str, int] = field(default_factory=dict)
    closed: threading.Event = field(default_factory=threading.Event)


@dataclass(slots=True)
class Author:
    """A supervisor: draws so many commands in drafts on these communities (code → id), pausing as a quick hand does."""

    hand: Hand
    office: Office
    communities: dict[str, int]
    commands: int
    pause_s: tuple[float, float]
    draws: Supervisor
    drawn: int = 0
    coverages: dict[str, Coverage] = field(default_factory=dict)

    def work(self) -> None:
        """Draw them all, mend what comes back, and end."""
        mail = self.office.returned[self.hand.who]
        while self.drawn < self.commands:
            self._draft()
            while not mail.empty():
                self._mend(mail.get())

    def _draft(self) -> None:
        codes = self._chosen()
        body = {"title": f"{self.hand.who} {self.drawn}", "reason": "户数不均", "communities": codes}
        number = int(self.hand.client.done("/api/redraws/", body)["id"])
        self.office.authors[number] = self.hand.who
        self.coverages = {
            code: load_drafts([self.communities[code]])[self.communities[code]].coverage for code in codes
        }
        self.office.open_drafts[codes[0]] = number
        taken = 0
        for _ in range(min(self.hand.random.randint(*COMMANDS_A_DRAFT), self.commands - self.drawn)):
            taken += self._draw(number, codes)
        if taken:
            self._hand_in(number)

    def _chosen(self) -> list[str]:
        codes = list(self.communities)
        return codes if self.hand.random.random() < 0.3 else codes[:1]

    def _draw(self, own: int, codes: Sequence[str]) -> int:
        """Send one command, perhaps to a colleague's draft, perhaps undoing the last of one's own instead."""
        time.sleep(self.hand.random.uniform(*self.pause_s))
        if self.hand.random.random() < UNDO and self.hand.step("undo", own, {}).status == 200:
            self.coverages = {}
        code = self.hand.random.choice(codes)
        coverage = self.coverages.get(code) or self._read(code)
        visited = self.office.open_drafts.get(code, own)
        number = visited if self.hand.random.random() < VISIT else own
        command = self._command(coverage)
        record = self.hand.step("commands", number, body_of(command), keyed=True)
        self.drawn += 1
        if record.status == 201 and number == own:
            self._follow(code, coverage, command, record)
            return 1
        return 0

    def _read(self, code: str) -> Coverage:
        self.coverages[code] = load_drafts([self.communities[code]])[self.communities[code]].coverage
        return self.coverages[code]

    def _command(self, coverage: Coverage) -> Edit:
        while True:
            command = self.draws.command(coverage)
            if getattr(command, "snap_m", 0.0) <= MAX_SNAP_M:
                return command

    def _follow(self, code: str, coverage: Coverage, command: Edit, record: Record) -> None:
        """Do to one's own picture of the draft what the server has done, as far as one's picture allows."""
        new = [row["code"] for row in record.json()["changed"] if row["code"] not in coverage]
        try:
            coded = replace(command, new_key=new[0]) if isinstance(command, Split) and new else command
            self.coverages[code] = coded.step(coverage).coverage
        except EditRefused:
            del self.coverages[code]

    def _hand_in(self, number: int) -> None:
        if self.hand.step("submit", number, {}).status == 200:
            self.office.submitted.put(number)
        else:
            self._mend(number)

    def _mend(self, number: int) -> None:
        """Undo one's own commands until the draft goes again, hand it in, or give it up when nothing is left."""
        while self.hand.client.get(f"/api/redraws/{number}/").json()["conflict"]:
            if self.hand.step("undo", number, {}).status != 200:
                self.hand.step("withdraw", number, {})
                return
        if self.hand.step("submit", number, {}).status == 200:
            self.office.submitted.put(number)
        else:
            self.hand.step("withdraw", number, {})


@dataclass(slots=True)
class Reviewer:
    """Approves and publishes what is handed in, sometimes twice at once; sends back what no longer goes."""

    hand: Hand
    office: Office
    twin: Hand

    def work(self) -> None:
        """Review until the office closes and nothing is left."""
        while True:
            try:
                number = self.office.submitted.get(timeout=0.2)
            except queue.Empty:
                if self.office.closed.is_set():
                    return
                continue
            if self.hand.step("approve", number, {}).status == 200:
                self._publish(number)

    def _publish(self, number: int) -> None:
        thread = None
        if self.hand.random.random() < 0.2:
            thread = threading.Thread(target=lambda: self.twin.step("publish", number, {}))
            thread.start()
        record = self.hand.step("publish", number, {})
        if thread is not None:
            thread.join()
        if record.status == 409 and record.json()["code"] in {"redraw_conflict", "nothing_changes"}:
            self.hand.step("reject", number, {"comment": "与现状冲突,请修改"})
            self.office.returned[self.office.authors[number]].put(number)


def hand(who: str, client: Any, ledger: Any, seed: int) -> Hand:
    """Return somebody's hand, with chances of its own."""
    return Hand(who, client, ledger, random.Random(seed))
