"""Is what the server answered true? Each refusal is asked again, alone, of every state that it may have met."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from bench.trials.district import District
from bench.trials.judging import Judge
from bench.trials.ledger import Ledger, Record
from gisserver.common.errors import DomainError
from grids.editing.refusals import EditRefused
from grids.models import Redraw, RedrawAction, RedrawCommand, RedrawEvent, RedrawStatus
from grids.redraws.commands.schema import command_of
from grids.redraws.draft.community_draft import (
    Attributes,
    CommunityDraft,
    DraftCommand,
    Numbered,
    draft_for,
    replayed,
    take,
)
from grids.redraws.storage.changes import changes
from grids.redraws.storage.errors import problem
from grids.redraws.storage.loading import as_numbered

ANSWERS = {200, 201, 400, 409, 422}
# Any request that began so much earlier than a change was made, by its own clock, may have met it.
LEEWAY_S = 0.005
BECOMES = {
    RedrawAction.CREATED: RedrawStatus.DRAFT,
    RedrawAction.SUBMITTED: RedrawStatus.SUBMITTED,
    RedrawAction.APPROVED: RedrawStatus.APPROVED,
    RedrawAction.REJECTED: RedrawStatus.REJECTED,
    RedrawAction.REOPENED: RedrawStatus.DRAFT,
    RedrawAction.WITHDRAWN: RedrawStatus.WITHDRAWN,
    RedrawAction.PUBLISHED: RedrawStatus.PUBLISHED,
}


def judge_statuses(judge: Judge, ledger: Ledger) -> None:
    """Say what was answered how often; anything but an answer of the contract is wrong."""
    outcomes: Counter[str] = Counter()
    for record in ledger.records:
        for answer in record.answers:
            code = "" if answer.status < 300 else f" {answer.json().get('code')}"
            outcomes[f"{record.kind} {answer.status}{code}"] += 1
    print("  " + ", ".join(f"{count} {what}" for what, count in sorted(outcomes.items())))
    odd = [answer.status for record in ledger.records for answer in record.answers if answer.status not in ANSWERS]
    judge.that(not odd, f"every answer is one of {sorted(ANSWERS)}")


def judge_log(judge: Judge, ledger: Ledger) -> None:
    """Compare the acknowledged commands with the log: each is there exactly once, and nothing else is."""
    known = [(record.redraw, record.json()["number"]) for record in ledger.of("commands") if record.status == 201]
    rows = {(row.redraw_id, row.number): row for row in RedrawCommand.objects.all()}
    judge.that(
        len(known) == len(set(known)) and set(known) == set(rows),
        f"{len(known)} acknowledged commands are in the log, each once",
    )
    twins = [
        record
        for record in ledger.of("commands")
        if len({a.status for a in record.answers} & {201}) and len(record.answers) > 1
    ]
    same = all(len({a.json()["number"] for a in record.answers if a.status == 201}) == 1 for record in twins)
    judge.that(same, f"{len(twins)} commands sent twice at once were taken once")
    cut = [record for record in ledger.of("commands") if record.cut and record.status == 201]
    replays = sum(record.answers[-1].replayed for record in cut)
    print(f"  {len(cut)} commands were cut midway and sent again, {replays} of them had been taken the first time")
    acts = Counter(RedrawEvent.objects.values_list("redraw_id", "action"))
    published = Counter({(n, RedrawAction.PUBLISHED.value): 1 for n in _numbers(RedrawStatus.PUBLISHED)})
    judge.that(
        all(acts[key] == count for key, count in published.items()),
        f"{len(published)} redraws were published, each once",
    )
    acknowledged = {record.redraw for record in ledger.of("publish") if record.status == 200}
    judge.that(
        acknowledged == set(_numbers(RedrawStatus.PUBLISHED)), "those whose publishing was acknowledged, no others"
    )


def _numbers(status: RedrawStatus) -> list[int]:
    return list(Redraw.objects.filter(status=status).values_list("pk", flat=True))


def judge_refusals(judge: Judge, ledger: Ledger, made: District) -> None:
    """Ask every refusal again: some state that the request may have met must refuse with the same words."""
    past = Past.read(ledger, made)
    doubtful = []
    asked: Counter[str] = Counter()
    for record in ledger.records:
        if record.status < 400:
            continue
        code = str(record.json()["code"])
        asked[code] += 1
        if not _true(past, record, code):
            doubtful.append(f"{record.kind} of redraw {record.redraw}: {record.status} {code} {record.body}"[:300])
    for words in doubtful[:5]:
        print(f"  doubtful: {words}")
    judge.that(not doubtful, f"{asked.total()} refusals name true contradictions")


def _true(past: "Past", record: Record, code: str) -> bool:
    if code == "wrong_status":
        return record.json()["status_now"] in past.statuses(record)
    check = {"redraw_conflict": _conflicts, "nothing_changes": _is_nothing, "later_command_depends": _depends}.get(code)
    if code in {"nothing_to_submit", "nothing_to_undo"}:
        return any(not commands for _drafts, commands in past.states(record, by_author=code == "nothing_to_undo"))
    if code == "redraw_conflict" and record.json().get("refusal") == "ORDER_DECIDES":
        return past.order_decides(record)
    if check is not None:
        return any(check(record, drafts, commands) for drafts, commands in past.states(record))
    return record.kind == "commands" and any(code in _refusals(record.body, *state) for state in past.states(record))


def _conflicts(record: Record, drafts: "Drafts", commands: list[Numbered]) -> bool:
    problem = record.json()
    _after, failure = replayed(drafts, commands)
    return failure is not None and (failure.numbered.number, failure.refusal.code.value) == (
        problem["command"],
        problem["refusal"],
    )


def _depends(record: Record, drafts: "Drafts", commands: list[Numbered]) -> bool:
    _after, failure = replayed(drafts, commands[:-1] if record.kind == "undo" else commands)
    own = [numbered for numbered in commands if numbered.number != _last_own(record, commands)]
    return failure is not None or replayed(drafts, own)[1] is not None


def _last_own(record: Record, commands: list[Numbered]) -> int:
    return (
        RedrawCommand.objects.filter(
            redraw_id=record.redraw, author__username=record.who, number__in=[each.number for each in commands]
        )
        .order_by("-number")
        .values_list("number", flat=True)[0]
    )


def _is_nothing(record: Record, drafts: "Drafts", commands: list[Numbered]) -> bool:
    after, failure = replayed(drafts, commands)
    return failure is None and not changes(drafts, after)


def _refusals(body: Any, drafts: "Drafts", commands: list[Numbered]) -> set[str]:
    """Return the codes with which a command is refused on a state, in each of its communities; empty if it goes."""
    try:
        command = cast(DraftCommand, command_of({"new": "new", **body} if body.get("verb") == "split" else body))
    except DomainError as refused:
        return {refused.code}
    codes = set[str]()
    for chosen in [drafts, *({key: draft} for key, draft in drafts.items())]:
        now, _failure = replayed(chosen, [each for each in commands if each.community_id in chosen])
        try:
            take(draft_for(now, command), command)
        except EditRefused as refused:
            codes.add(problem(refused.refusal).code)
    return codes


Drafts = Mapping[int, CommunityDraft]


@dataclass(slots=True)
class Past:
    """What there was at every time: the partition of each community, the commands and the status of each redraw."""

    communities: dict[int, list[int]]
    partitions: dict[int, list[tuple[float, float, CommunityDraft]]]
    commands: dict[int, list[RedrawCommand]] = field(default_factory=dict)
    events: dict[int, list[RedrawEvent]] = field(default_factory=dict)

    @classmethod
    def read(cls, ledger: Ledger, made: District) -> "Past":
        """Read the log, and replay it from the start; a partition is there from its moment to the next's answer."""
        past = cls({row.pk: [] for row in Redraw.objects.all()}, {})
        for redraw_id, community_id in Redraw.communities.through.objects.values_list("redraw_id", "division_id"):
            past.communities[redraw_id].append(community_id)
        for row in RedrawCommand.objects.select_related("author").order_by("number"):
            past.commands.setdefault(row.redraw_id, []).append(row)
        for event in RedrawEvent.objects.order_by("pk"):
            past.events.setdefault(event.redraw_id, []).append(event)
        answered = {record.redraw: record.window[1] for record in ledger.of("publish") if record.status == 200}
        now = first_drafts(made)
        past.partitions = {community: [(0.0, 0.0, draft)] for community, draft in now.items()}
        for redraw in published():
            counting = [row for row in past.commands[redraw.pk] if row.undone_at is None]
            after, failure = replayed(now, in_force(counting))
            assert failure is None, failure  # noqa: S101 -- else the log is no log
            begins = redraw.effective_at.timestamp()  # type: ignore[union-attr]
            for community in past.communities[redraw.pk]:
                past.partitions[community].append((begins, answered.get(redraw.pk, begins), after[community]))
            now = dict(after)
        return past

    def states(self, record: Record, *, by_author: bool = False) -> Iterator[tuple[Drafts, list[Numbered]]]:
        """Yield every state that a request may have met: the sheets of its communities, the commands of its redraw."""
        rows = [
            row
            for row in self.commands.get(record.redraw, [])
            if not by_author or row.author.get_username() == record.who
        ]
        for drafts in _choices({each: self._drafts(each, *record.window) for each in self.communities[record.redraw]}):
            for moment in _moments(rows, *record.window):
                yield drafts, in_force([row for row in rows if _stood(row, moment)])

    def _drafts(self, community: int, began: float, ended: float) -> list[CommunityDraft]:
        known = self.partitions[community]
        last_sure = max(index for index, (_, answered, _draft) in enumerate(known) if answered <= began)
        return [draft for index, (begins, _, draft) in enumerate(known) if index >= last_sure and begins <= ended]

    def order_decides(self, record: Record) -> bool:
        """Say whether a redraw and the rival that its refusal names give different grids, or none, in either order."""
        rival = Redraw.objects.get(pk=record.json()["competing"][0]["redraw"])
        moment = rival.effective_at.timestamp()  # type: ignore[union-attr]
        shared = set(self.communities[record.redraw]) & set(self.communities[rival.pk])
        base = {each: [draft for begins, _, draft in self.partitions[each] if begins < moment][-1] for each in shared}
        ours, theirs = (
            in_force([row for row in self.commands[pk] if _stood(row, record.window[0])])
            for pk in (record.redraw, rival.pk)
        )
        ours, theirs = ([each for each in some if each.community_id in shared] for some in (ours, theirs))
        (one, failed), (other, failed_too) = replayed(base, [*ours, *theirs]), replayed(base, [*theirs, *ours])
        return failed is not None or failed_too is not None or bool(changes(one, other))

    def statuses(self, record: Record) -> set[str]:
        """Return the statuses that a redraw had while a request was at work, or just before."""
        began, ended = record.window
        steps = [
            event
            for event in self.events[record.redraw]
            if event.action in BECOMES and event.created_at.timestamp() <= ended
        ]
        sure = max((n for n, event in enumerate(steps) if event.created_at.timestamp() <= began - LEEWAY_S), default=0)
        return {BECOMES[RedrawAction(event.action)].value for event in steps[sure:]} | {RedrawStatus.DRAFT.value}


def _stood(row: RedrawCommand, moment: float) -> bool:
    return row.created_at.timestamp() <= moment and (row.undone_at is None or row.undone_at.timestamp() > moment)


def _moments(rows: list[RedrawCommand], began: float, ended: float) -> list[float]:
    """Return a moment within each stretch of the window in which no command came or went, and just before it."""
    turns = {row.created_at.timestamp() for row in rows} | {row.undone_at.timestamp() for row in rows if row.undone_at}
    return sorted({began - LEEWAY_S, began, *(turn for turn in turns if began - LEEWAY_S <= turn <= ended)})


def _choices(options: dict[int, list[CommunityDraft]]) -> Iterator[dict[int, CommunityDraft]]:
    """Yield the combinations of the communities' states; one community after the other, there are few."""
    if not options:
        yield {}
        return
    (community, drafts), *others = options.items()
    for rest in _choices(dict(others)):
        for draft in drafts:
            yield {community: draft, **rest}


def in_force(rows: list[RedrawCommand]) -> list[Numbered]:
    """Return rows as commands in order."""
    return [as_numbered(row) for row in sorted(rows, key=lambda row: row.number)]


def published() -> list[Redraw]:
    """Return the published redraws in the order in which they took effect."""
    return list(Redraw.objects.filter(status=RedrawStatus.PUBLISHED).order_by("effective_at"))


def first_drafts(made: District) -> dict[int, CommunityDraft]:
    """Return the sheets of the district as it was loaded."""
    return {
        made.communities[code]: CommunityDraft(
            made.communities[code], code, partition, {key: Attributes(None, "", "base", "") for key in partition.keys}
        )
        for code, partition in made.partitions.items()
    }
