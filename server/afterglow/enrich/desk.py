"""What every job of one run works with, and the bookkeeping around a call that all of them share.

Invariant: a call is in the ledger before it is made, and what it may have cost stays there whatever
becomes of this process.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import tzinfo
from sqlite3 import Connection
from typing import TYPE_CHECKING, Final, TypeVar

from attrs import field, frozen

from afterglow.core.prices import Price, cost, estimate, price_of
from afterglow.core.settings import Settings
from afterglow.core.stock import Stock
from afterglow.core.twin import Reply, Request
from afterglow.enrich.key import Endpoint
from afterglow.enrich.watching import Stop
from afterglow.loop.clock import Clock
from afterglow.store import jobs, ledger, pauses, spend_clock, twin
from afterglow.store.database import Database
from afterglow.store.home import Home
from afterglow.store.jobs import Job

if TYPE_CHECKING:
    from afterglow.core.twin import Outcome

T = TypeVar("T")

LEASE_MS: Final = 90_000
"""Longer than any call: a lease that lapses means that its worker is gone."""
NOT_SENT: Final[frozenset[Outcome]] = frozenset(
    {"unreachable", "rate_limited", "overloaded", "refused_key", "bad_request", "redirected"}
)
"""Ends of a call that cost nothing: it was turned away, or never arrived."""
AGAIN: Final[frozenset[Outcome]] = frozenset(
    {"timeout", "unreachable", "rate_limited", "overloaded", "refused_key", "server_error", "redirected"}
)
"""Ends that are the service's matter: the job waits for as long as the service is left alone."""


@frozen
class Ran:
    """What a run, or one job of it, did. ``answered``: calls that gave something. ``changed``: servers have
    something to read anew."""

    calls: int = 0
    answered: int = 0
    lines: int = 0
    graded: int = 0
    micros: int = 0
    changed: bool = False

    @property
    def usd(self) -> float:
        return self.micros / 1_000_000


@frozen
class Desk:
    """``stock``: the shipped banks, the user's and what was learned. ``owner``: no other run ever has it."""

    database: Database
    home: Home
    settings: Settings
    stop: Stop
    clock: Clock
    zone: tzinfo
    stock: Stock
    endpoint: Endpoint
    prices: Mapping[str, Price]
    owner: str
    kept: list[str] = field(factory=list)
    """Lines that this run has kept: the stock was read before it."""

    @property
    def key_print(self) -> str:
        return self.endpoint.key_print

    def write(self, work: Callable[[Connection], T]) -> T:
        return self.database.write(work)

    def read(self, work: Callable[[Connection], T]) -> T:
        return self.database.read(work)

    def lease(self, types: Collection[str]) -> Job | None:
        """The next job of the user whose settings these are, ours until it is given back."""
        now, user = self.clock.wall(), self.settings.user_id
        return self.write(
            lambda connection: jobs.lease(connection, self.owner, now, types, LEASE_MS, user_id=user)
        )

    def paused(self) -> bool:
        """Whether the service is to be left alone just now."""
        now = self.clock.wall()
        return self.read(lambda connection: pauses.standing(connection, self.key_print, now)) is not None

    def price(self, request: Request) -> Price:
        return price_of(self.prices, request.model, self.endpoint.host)

    # -- around a call -----------------------------------------------------------------------------

    def reserve(
        self, job: Job, requests: Collection[Request], purpose: str, *, batch: bool = False
    ) -> str | None:
        """The ledger's row of a call that may be made, its turns marked as sent; None where it may not.

        Then the job waits for the day on which there is room again.
        """
        estimates = [estimate(one, self.price(one), batch=batch) for one in requests]
        total = ledger.Estimate(sum(one.tokens for one in estimates), sum(one.micros for one in estimates))
        model = next(iter(requests)).model
        now, at = self.clock.wall(), spend_clock.instant()

        def work(connection: Connection) -> str | None:
            made = ledger.reserve(
                connection,
                ledger.caps_of(self.settings),
                total,
                user_id=job.user_id,
                purpose=purpose,
                model=model,
                host=self.endpoint.host,
                job_id=job.id,
                at=at,
                zone=self.zone,
            )
            if isinstance(made, ledger.Refused):
                until = made.again_at if made.again_at is not None else now + _HOUR_MS
                jobs.put_off(connection, job.id, self.owner, now, until=until, reason=made.reason)
                return None
            twin.sent(connection, [seq for one in requests for seq in one.turns], job.id)
            return made

        return self.write(work)

    def fitting(self, requests: Sequence[Request], *, batch: bool) -> int:
        """How many of these, from the first on, today's budget has room for; one at least, to be told why."""
        spent = self.read(lambda connection: ledger.spent(connection, spend_clock.instant(), self.zone))
        caps = ledger.caps_of(self.settings)
        tokens, micros = caps.tokens - spent.tokens, caps.micros - spent.micros
        for count, one in enumerate(requests):
            wanted = estimate(one, self.price(one), batch=batch)
            tokens, micros = tokens - wanted.tokens, micros - wanted.micros
            if tokens < 0 or micros < 0:
                return max(1, count)
        return len(requests)

    def spent(self, request: Request, reply: Reply, *, batch: bool = False) -> int:
        """What the service says that a call cost, in millionths of a dollar."""
        return cost(reply.usage, self.price(request), batch=batch) if reply.usage is not None else 0

    def settle(self, connection: Connection, call: str, reply: Reply, micros: int) -> None:
        """Close the ledger's row; what may have cost something and was not told stays as reserved."""
        ledger.settle(
            connection,
            call,
            usage=reply.usage,
            micros=micros,
            outcome=reply.outcome,
            now=self.clock.wall(),
            may_have_cost=reply.usage is None and reply.outcome not in NOT_SENT,
        )

    def lost(self, job: Job, call: str | None, reply: Reply, micros: int = 0) -> Ran:
        """A call without an answer: its turns wait again, and so does its job, or it is given up."""
        now = self.clock.wall()

        def work(connection: Connection) -> None:
            if call is not None:
                self.settle(connection, call, reply, micros)
            twin.unsent(connection, job.id)
            if reply.outcome == "stopped":
                jobs.give_back(connection, job.id, self.owner, now)
                return
            pause = pauses.note(connection, reply, self.key_print, now)
            reason = reply.detail or reply.outcome
            if reply.outcome in AGAIN and pause is not None:
                until = pause.until if pause.until is not None else now + _HOUR_MS
                jobs.put_off(connection, job.id, self.owner, now, until=until, reason=reason)
            else:
                jobs.fail(
                    connection, job.id, self.owner, now, reason=reason, retry=reply.outcome != "bad_request"
                )

        self.write(work)
        return Ran(calls=1, micros=micros, changed=True)


_HOUR_MS: Final = 60 * 60 * 1_000
