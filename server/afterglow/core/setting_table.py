"""Every setting there is: name, value, default, range, and one sentence about it.

Invariant: the class below is the only list. Environment names, messages and the table of
ARCHITECTURE.md follow from ``ROWS``; a bad value is a reported problem and a default, never a failure.
"""

from __future__ import annotations

import re
from typing import Any, Final, Literal

from attrs import field, fields, frozen

from afterglow.core.model import Json, Mode
from afterglow.core.setting_kinds import (
    Check,
    consent,
    fixed,
    flag,
    hours,
    number,
    one_of,
    text,
    texts,
    url,
    whole,
)

_DAY_S: Final = 86_400
_ROW: Final = "row"


@frozen
class Row:
    """``name``: as a client writes it, with dots. ``attribute``: of ``Settings``. ``group``: "setting",
    or "client" for what belongs to one client's ``initializationOptions`` only."""

    name: str
    attribute: str
    default: Json
    check: Check
    description: str
    group: str = "setting"

    @property
    def snake(self) -> str:
        """As in ``config.toml`` and, in capitals with ``__`` for the dot, in the environment."""
        return snake(self.name)


def snake(name: str) -> str:
    """``display.statusBar`` -> ``display.status_bar``."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def _row(name: str, check: Check, default: Json, description: str, group: str = "setting") -> Any:
    return field(default=default, metadata={_ROW: (name, check, description, group)})


@frozen
class Settings:
    """Settings as used. Durations carry their unit in the name; a None means unset."""

    mode: Literal["off", "quiet", "normal", "chatty"] = _row(
        "mode",
        one_of("off", "quiet", "normal", "chatty"),
        "normal",
        "How much Afterglow says, until a mode is chosen by command; the chosen one then counts everywhere.",
    )
    user_id: str = _row("userId", text(), "local", "Whose queue and history this is.")
    user_name: str | None = _row("userName", text(), None, "What lines may call you.")
    display_status_bar: bool = _row("display.statusBar", flag(), True, "Show lines in the status bar.")
    display_inlay_hints: bool = _row(
        "display.inlayHints",
        flag(),
        True,
        "Show an outcome that has a place in the code at the end of its line.",
    )
    display_progress: bool = _row(
        "display.progress",
        flag(),
        True,
        "Show lines as progress in editors that know no status line of ours.",
    )
    display_message: bool = _row(
        "display.message", flag(), False, "Show lines as messages; a quiet status line in Helix and Emacs."
    )
    display_desktop: bool = _row(
        "display.desktop",
        flag(),
        False,
        "Notify on the desktop when a long job ends while no editor has focus.",
    )
    idle_seconds: int = _row(
        "idleSeconds", whole(1, _DAY_S), 60, "After how many quiet seconds you are away."
    )
    session_gap_minutes: int = _row(
        "sessionGapMinutes",
        whole(0, 10_080),
        30,
        "After how long a break a new session begins; 0: at each opening.",
    )
    typing_pause_ms: int = _row(
        "typingPauseMs",
        whole(0, 60_000),
        2_000,
        "How long after the last keystroke a line may appear; 0: no wait.",
    )
    coalesce_ms: int = _row(
        "coalesceMs", whole(0, 60_000), 1_500, "Within how long events count as one burst; 0: no wait."
    )
    min_job_seconds: float = _row(
        "minJobSeconds",
        number(0, _DAY_S),
        10.0,
        "How long a job must take to be news by itself; 0: no limit.",
    )
    token_ttl_ms: int = _row(
        "tokenTtlMs", whole(0, 3_600_000), 20_000, "How long a line stays; 0: until the next."
    )
    banter_interval_seconds: int | None = _row(
        "banterIntervalSeconds",
        whole(0, _DAY_S),
        None,
        "Least time between unasked warm lines; 0: none; unset: by mode.",
    )
    banter_per_day: int | None = _row(
        "banterPerDay", whole(0, 1_000), None, "Unasked warm lines a day; 0: no limit; unset: by mode."
    )
    jokes_per_day: int | None = _row(
        "jokesPerDay", whole(0, 1_000), None, "Unasked jokes a day; 0: no limit; unset: by mode."
    )
    proactive_per_session: int | None = _row(
        "proactivePerSession",
        whole(0, 1_000),
        None,
        "Lines at your return, a session; 0: no limit; unset: by mode.",
    )
    queue_order: Literal["relevance", "confidence", "recency", "fifo"] = _row(
        "queueOrder",
        one_of("relevance", "confidence", "recency", "fifo"),
        "relevance",
        "Which waiting line goes first.",
    )
    queue_max_rows: int = _row(
        "queueMaxRows",
        whole(0, 1_000_000),
        10_000,
        "How many lines may wait before more are refused; 0: no cap.",
    )
    recipe_timing: Literal["start", "end", "spread"] = _row(
        "recipeTiming", one_of("start", "end", "spread"), "spread", "When a recipe's lines are offered."
    )
    recipe_spread_turns: int = _row(
        "recipeSpreadTurns", whole(1, 50), 5, "Over how many turns a recipe's lines are spread."
    )
    region: str | None = _row(
        "region", text(), None, "Whose holidays count, such as DE or US-CA; unset: by locale."
    )
    quiet_hours: tuple[int, int] | None = _row(
        "quietHours", hours(), None, 'Local hours of silence, such as "22:00-07:00".'
    )
    exclude_paths: tuple[str, ...] = _row(
        "excludePaths", texts(), (), "Patterns of paths that are never watched or named."
    )
    enrichment_enabled: bool = _row(
        "enrichment.enabled",
        consent(),
        False,
        "Consent: a language model may be sent kinds, counts and tags.",
    )
    enrichment_share_text: bool = _row(
        "enrichment.shareText",
        consent(),
        False,
        "Consent: it may also be sent scrubbed text, 200 characters a field.",
    )
    enrichment_schedule: Literal["idle", "every_turn", "below_threshold", "session_end"] = _row(
        "enrichment.schedule",
        one_of("idle", "every_turn", "below_threshold", "session_end"),
        "idle",
        "When work for the language model is queued; it always runs at idle time.",
    )
    enrichment_threshold: int = _row(
        "enrichment.threshold",
        whole(0, 10_000),
        5,
        "Below how many waiting lines below_threshold asks for more.",
    )
    enrichment_model: str | None = _row(
        "enrichment.model", text(), None, "The model; unset: the newest Haiku."
    )
    enrichment_base_url: str | None = _row(
        "enrichment.baseUrl", url(), None, "Another Anthropic-compatible address, such as a local one."
    )
    enrichment_daily_tokens: int = _row(
        "enrichment.dailyTokens", whole(0, 1_000_000_000), 200_000, "The most tokens a day, over all windows."
    )
    enrichment_daily_usd: float = _row(
        "enrichment.dailyUsd",
        number(0, 10_000),
        0.25,
        "The most money a day, in US dollars, over all windows.",
    )
    enrichment_daily_calls: int = _row(
        "enrichment.dailyCalls", whole(0, 100_000), 48, "The most calls a day, over all windows."
    )
    enrichment_interpreter: str | None = _row(
        "enrichment.interpreter",
        text(),
        None,
        "A Python that has the extra llm, to ask the model with; unset: the server's own.",
    )
    personal_birthday: str | None = _row(
        "personal.birthday",
        text(),
        None,
        "Your birthday, such as 03-14; setting it is the consent to use it.",
    )
    personal_place: str | None = _row(
        "personal.place", text(), None, "Where you live; setting it is the consent to use it."
    )
    personal_coffee_shop: str | None = _row(
        "personal.coffeeShop", text(), None, "Your coffee shop; setting it is the consent to use it."
    )
    seed: str | None = _row(
        "seed", text(), None, "Fixes every choice among equals, for tests and demonstrations."
    )
    cpu_first: bool = _row("cpuFirst", fixed(True), True, "Nobody ever waits for a language model; fixed.")
    llm_enrichment_target: str = _row(
        "llmEnrichmentTarget",
        fixed("next_turn"),
        "next_turn",
        "What a model prepares is for later turns; fixed.",
    )
    fallback_to_jokes: bool = _row(
        "fallbackToJokes", flag(), True, "Where jokes are allowed, tell one when nothing better waits."
    )
    joke_on_low_confidence: bool = _row(
        "jokeOnLowConfidence",
        flag(),
        True,
        "Answer what was not understood with a joke, by turns with a fact.",
    )
    fact_on_low_confidence: bool = _row(
        "factOnLowConfidence",
        flag(),
        True,
        "Answer what was not understood with a fact, by turns with a joke.",
    )
    max_warmth_level: int | None = _row(
        "maxWarmthLevel",
        whole(1, 5),
        None,
        "The warmest a line may be, 1 neutral to 5 intimate; unset: as earned.",
    )
    response_max_words: int = _row(
        "responseMaxWords", whole(5, 25), 25, "The most words of a line, 25 at most."
    )
    redirect_after_exchanges: int = _row(
        "redirectAfterExchanges",
        whole(0, 100),
        2,
        "After how much small talk in a row a line leads back to the work.",
    )
    compliment_frequency: int = _row("complimentFrequency", whole(0, 3), 3, "The most compliments a session.")
    reminder_at_session_start: bool = _row(
        "reminderAtSessionStart", flag(), True, "Begin a session with where you stopped."
    )
    brevity_match: bool = _row("brevityMatch", flag(), True, "Answer as briefly as you write.")
    formality_match: bool = _row("formalityMatch", flag(), True, "Answer as formally as you write.")
    trust: Literal["full", "restricted"] = _row(
        "trust",
        one_of("full", "restricted"),
        "full",
        "Whether known files of the workspace are read; restricted by any source counts.",
        "client",
    )
    time_zone: str | None = _row("timeZone", text(), None, "The time zone of times in lines.", "client")
    locale: str | None = _row(
        "locale", text(), None, "The locale of times in lines, such as en-US.", "client"
    )
    commands: bool = _row("commands", flag(), True, "Whether the server advertises its commands.", "client")


def _rows() -> tuple[Row, ...]:
    found = []
    for attribute in fields(Settings):
        name, check, description, group = attribute.metadata[_ROW]
        found.append(Row(name, attribute.name, attribute.default, check, description, group))
    return tuple(found)


ROWS: Final = _rows()


@frozen
class Budget:
    """What may be said unasked (spec A9): warm lines and jokes at all, and how many; 0 is no limit.

    ``interval_s``: least seconds between warm lines.
    """

    banter_allowed: bool
    jokes_allowed: bool
    interval_s: int
    banter_per_day: int
    jokes_per_day: int
    proactive_per_session: int


_BUDGETS: Final[dict[Mode, Budget]] = {
    "off": Budget(False, False, 300, 12, 0, 3),
    "quiet": Budget(False, False, 300, 12, 0, 3),
    "normal": Budget(True, False, 300, 12, 0, 3),
    "chatty": Budget(True, True, 60, 40, 6, 6),
}


def budget(settings: Settings, mode: Mode) -> Budget:
    """The budget of a mode, with what the user set in place of its defaults."""
    base = _BUDGETS[mode]

    def chosen(own: int | None, default: int) -> int:
        return default if own is None else own

    return Budget(
        base.banter_allowed,
        base.jokes_allowed,
        chosen(settings.banter_interval_seconds, base.interval_s),
        chosen(settings.banter_per_day, base.banter_per_day),
        chosen(settings.jokes_per_day, base.jokes_per_day),
        chosen(settings.proactive_per_session, base.proactive_per_session),
    )
