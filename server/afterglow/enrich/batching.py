"""Work that can wait for hours: handed in as one batch at the end of a session, fetched at a later opening.

Invariant: one batch is one row of the ledger and one job that fetches it; what was handed in is paid for
once, whether or not anybody comes back for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from sqlite3 import Connection
from typing import Final

from attrs import asdict, evolve, frozen

from afterglow.core.model import Json
from afterglow.core.twin import Reply, Request, Usage
from afterglow.enrich import work
from afterglow.enrich.client import Asker
from afterglow.enrich.desk import NOT_SENT, Desk, Ran
from afterglow.enrich.request import turns_request
from afterglow.store import jobs, ledger, pauses, twin
from afterglow.store.jobs import Job

MOST_TOGETHER: Final = 20
LOOK_AGAIN_MS: Final = 15 * 60 * 1_000
GIVEN_UP_MS: Final = 30 * 60 * 60 * 1_000
"""A batch has 24 hours; one that is not there after this is gone."""


@frozen
class _Part:
    """One request of a batch and the job that it is for."""

    job: Job
    request: Request


async def submit(desk: Desk, asker: Asker, first: Job) -> Ran:
    """Hand in this job and all others like it as one batch."""
    parts = _parts(desk, first)
    if not parts:
        return Ran()
    room = desk.fitting([part.request for part in parts], batch=True)
    _return(desk, [part.job for part in parts[room:]])
    parts = parts[:room]
    lead = parts[0].job
    call = desk.reserve(lead, [part.request for part in parts], "batch", batch=True)
    if call is None:
        _return(desk, [part.job for part in parts[1:]])
        return Ran()
    reply = await asker.submit([(part.job.id, part.request) for part in parts], desk.stop)
    if reply.outcome != "ok" or not reply.text:
        _return(desk, [part.job for part in parts[1:]])
        lost = reply if reply.outcome != "ok" else evolve(reply, outcome="bad_answer", detail="no batch id")
        return desk.lost(lead, call, lost)
    batch, now = reply.text, desk.clock.wall()

    def handed_in(connection: Connection) -> None:
        ledger.handed_in(connection, call, batch)
        pauses.note(connection, reply, desk.key_print, now)
        for part in parts:
            twin.sent(connection, part.request.turns, part.job.id)
            jobs.complete(connection, part.job.id, desk.owner, now, "handed in")
        jobs.add(
            connection,
            type="collect",
            user_id=lead.user_id,
            now=now,
            key=batch,
            payload={"batch": batch, "call": call, "at": now, "parts": [_written(part) for part in parts]},
            priority=2,
            not_before=now + LOOK_AGAIN_MS,
        )

    desk.write(handed_in)
    return Ran(calls=1, answered=1, changed=True)


async def collect(desk: Desk, asker: Asker, job: Job) -> Ran:
    """Fetch what a batch gave, if it is ready."""
    batch, call = str(job.payload.get("batch")), str(job.payload.get("call"))
    state, replies, reply = await asker.collect(batch, desk.stop)
    now = desk.clock.wall()
    handed_in = job.payload.get("at")
    late = isinstance(handed_in, int) and abs(now - handed_in) > GIVEN_UP_MS
    if state == "in_progress" and not late:
        if reply.outcome != "ok":
            # Only the look failed: nothing was asked, and what was handed in is still paid for.
            return _looked_in_vain(desk, job, reply)
        until = now + LOOK_AGAIN_MS
        desk.write(
            lambda connection: jobs.put_off(
                connection, job.id, desk.owner, now, until=until, reason="not ready yet"
            )
        )
        return Ran()
    parts = [part for part in (_read(one) for one in _list(job.payload.get("parts"))) if part is not None]
    made = Ran(changed=True)
    usage, micros = Usage(), 0
    for part in parts:
        answered = replies.get(part.id)
        if answered is None or answered.outcome != "ok":
            desk.write(lambda connection, part=part: twin.unsent(connection, part.id))  # type: ignore[misc]
            continue
        micros += desk.spent(part.request, answered, batch=True)
        usage = _sum(usage, answered.usage)
        one = _keep(desk, part, answered)
        made = evolve(made, lines=made.lines + one.lines, graded=made.graded + one.graded)
    whole = evolve(reply, outcome="ok" if replies else "server_error", usage=usage if replies else None)

    def end(connection: Connection) -> None:
        desk.settle(connection, call, whole, micros)
        jobs.complete(connection, job.id, desk.owner, now, "fetched" if replies else "nothing came of it")

    desk.write(end)
    return evolve(made, micros=micros)


@frozen
class _Sent:
    """A part of a batch as the job that fetches it remembers it."""

    id: str
    user_id: str
    workspace: str
    request: Request


def _keep(desk: Desk, part: _Sent, reply: Reply) -> Ran:
    answer = work.read(desk, part.request, reply)
    now = desk.clock.wall()
    if isinstance(answer, str):
        bad = evolve(reply, outcome="bad_answer", detail=answer)

        def refused(connection: Connection) -> None:
            twin.unsent(connection, part.id)
            pauses.note(connection, bad, desk.key_print, now)

        desk.write(refused)
        return Ran()
    return desk.write(
        lambda connection: work.store(
            connection, desk, part.id, part.user_id, part.workspace, part.request, answer, now
        )
    )


def _parts(desk: Desk, first: Job) -> list[_Part]:
    """The jobs that go together, leased, with their requests; those without anything to ask are done."""
    found: list[_Part] = []
    job: Job | None = first
    while job is not None and len(found) < MOST_TOGETHER:
        subject = work.subject_of(desk, job)
        if subject is None:
            work.done(desk, job, work.NOTHING_WAITS)
        else:
            found.append(_Part(job, turns_request(subject, desk.settings)))
        job = desk.lease(("turns",))
        if job is not None and job.payload.get("batch") is not True:
            _return(desk, [job])
            job = None
    if job is not None:
        _return(desk, [job])
    return found


def _return(desk: Desk, leased: Sequence[Job]) -> None:
    now = desk.clock.wall()

    def work_(connection: Connection) -> None:
        for job in leased:
            twin.unsent(connection, job.id)
            jobs.give_back(connection, job.id, desk.owner, now)

    if leased:
        desk.write(work_)


def _looked_in_vain(desk: Desk, job: Job, reply: Reply) -> Ran:
    now = desk.clock.wall()

    def put_back(connection: Connection) -> None:
        if reply.outcome == "stopped":
            jobs.give_back(connection, job.id, desk.owner, now)
            return
        pause = pauses.note(connection, reply, desk.key_print, now)
        until = pause.until if pause is not None and pause.until is not None else now + LOOK_AGAIN_MS
        reason = reply.detail or reply.outcome
        jobs.put_off(connection, job.id, desk.owner, now, until=until, reason=reason)

    desk.write(put_back)
    return Ran(changed=reply.outcome not in NOT_SENT)


def _sum(one: Usage, other: Usage | None) -> Usage:
    if other is None:
        return one
    return Usage(**{name: value + getattr(other, name) for name, value in asdict(one).items()})


def _written(part: _Part) -> dict[str, Json]:
    """What has to be known of a part to read its answer; no text of the request is kept."""
    request = part.request
    return {
        "id": part.job.id,
        "user_id": part.job.user_id,
        "workspace": part.job.workspace,
        "model": request.model,
        "turns": list(request.turns),
    }


def _read(raw: Json) -> _Sent | None:
    if not isinstance(raw, Mapping):
        return None
    turns = tuple(seq for seq in _list(raw.get("turns")) if isinstance(seq, int))
    request = Request("turns", str(raw.get("model")), "", "", {}, 0, turns)
    return _Sent(str(raw.get("id")), str(raw.get("user_id")), str(raw.get("workspace")), request)


def _list(value: Json) -> list[Json]:
    return list(value) if isinstance(value, list) else []
