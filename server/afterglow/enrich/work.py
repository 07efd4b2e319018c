"""One job from its lease to its end: grade the turns that waited, or look over lines that are old.

Invariant: what a job keeps (grades, lines, a prediction, the mark that it is done) is one transaction;
a process that dies before it leaves the job and its turns as they were, and the call in the ledger.
"""

from __future__ import annotations

from sqlite3 import Connection
from typing import Final

from attrs import evolve

from afterglow.core.bank import Entry
from afterglow.core.twin import Answer, Reply, Request
from afterglow.enrich import answer as answers
from afterglow.enrich.client import Asker
from afterglow.enrich.desk import Desk, Ran
from afterglow.enrich.gather import Subject, gather
from afterglow.enrich.known import lacking, nearby
from afterglow.enrich.request import review_request, turns_request
from afterglow.enrich.save import save
from afterglow.store import jobs, pauses, reviews, twin, voice
from afterglow.store.jobs import Job

MOST_REVIEWED: Final = 10
NOTHING_WAITS: Final = "nothing waits any more"


def subject_of(desk: Desk, job: Job) -> Subject | None:
    """The turns that wait for this job; None where none do. What an earlier try had sent waits again."""
    now = desk.clock.wall()
    desk.write(lambda connection: twin.unsent(connection, job.id))
    subject = desk.read(
        lambda connection: gather(
            connection,
            settings=desk.settings,
            user_id=job.user_id,
            workspace=job.workspace,
            now=now,
            zone=desk.zone,
            stock=desk.stock,
        )
    )
    return subject if subject.turns else None


async def turns(desk: Desk, asker: Asker, job: Job) -> Ran:
    """Ask about the turns of one workspace that waited: grades, lines, a prediction."""
    subject = subject_of(desk, job)
    if subject is None:
        return done(desk, job, NOTHING_WAITS)
    return await _ask(desk, asker, job, turns_request(subject, desk.settings))


async def review(desk: Desk, asker: Asker, job: Job) -> Ran:
    """Ask whether lines that are due for a review still hold."""
    due = desk.read(lambda connection: reviews.due(connection, job.user_id, MOST_REVIEWED))
    lines: list[Entry] = [desk.stock.by_id[name] for name in due if name in desk.stock.by_id]
    request = review_request(lines, desk.settings)
    now = desk.clock.wall()
    if not request.entries:
        # Lines of a person's own are that person's to keep, and one that is gone needs no look.
        desk.write(lambda connection: reviews.reviewed(connection, job.user_id, due, now))
        return done(desk, job, NOTHING_WAITS)
    return await _ask(desk, asker, job, request)


async def _ask(desk: Desk, asker: Asker, job: Job, request: Request) -> Ran:
    call = desk.reserve(job, [request], request.purpose)
    if call is None:
        return Ran()
    reply = await asker.ask(request, desk.stop)
    micros = desk.spent(request, reply)
    if reply.outcome != "ok":
        return desk.lost(job, call, reply, micros)
    answer = read(desk, request, reply)
    if isinstance(answer, str):
        return desk.lost(job, call, evolve(reply, outcome="bad_answer", detail=answer), micros)
    return evolve(keep(desk, job, request, answer, reply, call, micros), calls=1, answered=1)


def read(desk: Desk, request: Request, reply: Reply) -> Answer | str:
    """The answer, checked, or why it is none."""
    text = reply.text or ""
    if request.purpose == "review":
        return answers.read_review(text, request)
    told = desk.read(lambda connection: voice.told(connection, desk.settings.user_id))
    lacks, near = lacking(desk.stock, told), nearby(desk.stock, desk.kept)
    return answers.read_turns(text, request, lacking=lacks, nearby=near)


def keep(
    desk: Desk, job: Job, request: Request, answer: Answer, reply: Reply, call: str | None, micros: int
) -> Ran:
    """Store what an answer gives, and the job's end with it. ``call``: None where it is settled by others."""
    now = desk.clock.wall()

    def work(connection: Connection) -> Ran:
        if call is not None:
            desk.settle(connection, call, reply, micros)
        pauses.note(connection, reply, desk.key_print, now)
        if not jobs.complete(connection, job.id, desk.owner, now):
            # Another worker has the job by now: it was paid for once more, and is kept by that one.
            return Ran(micros=micros, changed=True)
        kept = store(connection, desk, job.id, job.user_id, job.workspace, request, answer, now)
        return evolve(kept, micros=micros)

    return desk.write(work)


def store(
    connection: Connection,
    desk: Desk,
    job_id: str,
    user_id: str,
    workspace: str,
    request: Request,
    answer: Answer,
    now: int,
) -> Ran:
    """Keep what an answer gives, in the transaction at hand."""
    saved = save(
        connection,
        desk.home,
        job_id=job_id,
        user_id=user_id,
        workspace=workspace,
        request=request,
        answer=answer,
        now=now,
        max_rows=desk.settings.queue_max_rows,
    )
    desk.kept.extend(made.text for made in answer.lines)
    return Ran(lines=saved.lines, graded=saved.graded, changed=True)


def done(desk: Desk, job: Job, reason: str) -> Ran:
    """The job has nothing left to do."""
    now = desk.clock.wall()
    desk.write(lambda connection: jobs.complete(connection, job.id, desk.owner, now, reason))
    return Ran()
