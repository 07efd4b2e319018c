"""Settings: one table, layers, problems in one line, consent on its own."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.clean import one_line
from afterglow.core.model import Mode
from afterglow.core.settings import ROWS, Budget, Settings, budget, from_environment, resolve

CONTRACT = {
    "mode": "normal",
    "userId": "local",
    "userName": None,
    "display.statusBar": True,
    "display.inlayHints": True,
    "display.progress": True,
    "display.message": False,
    "display.desktop": False,
    "idleSeconds": 60,
    "sessionGapMinutes": 30,
    "typingPauseMs": 2000,
    "coalesceMs": 1500,
    "minJobSeconds": 10,
    "tokenTtlMs": 20000,
    "banterIntervalSeconds": None,
    "banterPerDay": None,
    "jokesPerDay": None,
    "proactivePerSession": None,
    "queueOrder": "relevance",
    "queueMaxRows": 10000,
    "recipeTiming": "spread",
    "recipeSpreadTurns": 5,
    "region": None,
    "quietHours": None,
    "excludePaths": (),
    "enrichment.enabled": False,
    "enrichment.shareText": False,
    "enrichment.schedule": "idle",
    "enrichment.threshold": 5,
    "enrichment.model": None,
    "enrichment.baseUrl": None,
    "enrichment.dailyTokens": 200000,
    "enrichment.dailyUsd": 0.25,
    "enrichment.dailyCalls": 48,
    "enrichment.interpreter": None,
    "personal.birthday": None,
    "personal.place": None,
    "personal.coffeeShop": None,
    "seed": None,
    "cpuFirst": True,
    "llmEnrichmentTarget": "next_turn",
    "fallbackToJokes": True,
    "jokeOnLowConfidence": True,
    "factOnLowConfidence": True,
    "maxWarmthLevel": None,
    "responseMaxWords": 25,
    "redirectAfterExchanges": 2,
    "complimentFrequency": 3,
    "reminderAtSessionStart": True,
    "brevityMatch": True,
    "formalityMatch": True,
    "trust": "full",
    "timeZone": None,
    "locale": None,
    "commands": True,
}


def test_every_setting_has_its_name_its_default_and_one_sentence() -> None:
    assert {row.name: row.default for row in ROWS} == CONTRACT
    for row in ROWS:
        assert getattr(Settings(), row.attribute) == row.default
        assert row.description.endswith(".")
        assert one_line(row.description) == row.description


def test_nothing_given_gives_the_defaults_without_a_problem() -> None:
    made = resolve([])
    assert made.settings == Settings()
    assert made.problems == ()


@pytest.mark.parametrize(
    "sent",
    [
        {"display": {"statusBar": False}},
        {"display.statusBar": False},
        {"display": {"status_bar": False}},
        {"display.status_bar": False},
    ],
)
def test_nested_dotted_and_snake_case_names_are_one(sent: dict[str, Any]) -> None:
    made = resolve([("editor", sent)])
    assert made.settings.display_status_bar is False
    assert made.problems == ()


def test_the_stronger_layer_wins_and_null_leaves_unset() -> None:
    layers: list[tuple[str, dict[str, Any]]] = [
        ("config.toml", {"typing_pause_ms": 100, "coalesce_ms": 200, "idle_seconds": 5}),
        ("environment", {"typingPauseMs": 300}),
        ("editor", {"typingPauseMs": 400, "coalesceMs": None}),
    ]
    settings = resolve(layers).settings
    assert (settings.typing_pause_ms, settings.coalesce_ms, settings.idle_seconds) == (400, 200, 5)


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        (
            {"typingPauseMs": "soon"},
            "editor: typingPauseMs must be a whole number from 0 to 60000; 2000 is used",
        ),
        ({"typingPausMs": 1}, 'editor: there is no setting "typingPausMs"; did you mean typingPauseMs?'),
        ({"zzz": 1}, 'editor: there is no setting "zzz"; remove it'),
        ({"display": True}, 'editor: display must be an object such as {"statusBar": ...}'),
        ({"display": {"lamp": 1}}, 'editor: there is no setting "display.lamp"; remove it'),
        ({"mode": "loud"}, "editor: mode must be one of off, quiet, normal, chatty; normal is used"),
        (
            {"quietHours": "25:00-07:00"},
            'editor: quietHours must be two different times such as "22:00-07:00"; none is used',
        ),
        (
            {"enrichment.enabled": 1},
            "editor: enrichment.enabled must be literally true or false; false is used",
        ),
        ({"cpuFirst": False}, "editor: cpuFirst must be true, it is fixed; true is used"),
        ({"trust": "some"}, "editor: trust must be one of full, restricted; restricted is used"),
        (
            {"enrichment.baseUrl": "ftp://x"},
            (
                "editor: enrichment.baseUrl must be an address that begins with https:// or http://;"
                " none is used"
            ),
        ),
    ],
)
def test_a_problem_names_layer_setting_and_mend_in_one_line(sent: dict[str, Any], problem: str) -> None:
    assert resolve([("editor", sent)]).problems == (problem,)


def test_a_problem_never_repeats_a_value() -> None:
    sent = dict.fromkeys(CONTRACT, "sk-ant-secret")
    assert "sk-ant" not in " ".join(resolve([("editor", sent)]).problems)


def test_a_layer_that_is_no_object_is_one_problem() -> None:
    layers: Any = [("editor", ["mode"]), ("config.toml", {3: 4})]
    made = resolve(layers)
    assert made.settings == Settings()
    assert len(made.problems) == 2


@pytest.mark.parametrize("value", [10**400, -1, 1.5, float("nan"), float("inf"), True, [], {}, "1"])
def test_numbers_are_bounded(value: Any) -> None:
    made = resolve([("editor", {"typingPauseMs": value})])
    assert made.settings.typing_pause_ms == 2000
    assert len(made.problems) == 1


@pytest.mark.parametrize("name", ["enrichment.enabled", "enrichment.shareText"])
@pytest.mark.parametrize("value", ["true", "yes", 1, "on", [True], {"a": True}, 1.0, "True"])
def test_only_a_literal_true_is_consent(name: str, value: Any) -> None:
    settings = resolve([("editor", {name: value})]).settings
    assert settings.enrichment_enabled is False
    assert settings.enrichment_share_text is False


def test_consent_given_and_taken_back() -> None:
    given_layer = ("config.toml", {"enrichment": {"enabled": True}})
    assert resolve([given_layer]).settings.enrichment_enabled is True
    assert (
        resolve([given_layer, ("editor", {"enrichment.enabled": False})]).settings.enrichment_enabled is False
    )
    assert (
        resolve([given_layer, ("editor", {"enrichment.enabled": "?"})]).settings.enrichment_enabled is False
    )
    assert (
        resolve([given_layer, ("editor", {"enrichment.enabled": None})]).settings.enrichment_enabled is True
    )


@pytest.mark.parametrize(
    ("text", "on"), [("true", True), ("1", True), ("TRUE", True), ("yes", False), ("on", False), ("0", False)]
)
def test_consent_in_the_environment(text: str, on: bool) -> None:
    layer = from_environment({"AFTERGLOW_ENRICHMENT__ENABLED": text})
    assert resolve([("environment", layer)]).settings.enrichment_enabled is on


@given(
    st.dictionaries(
        st.one_of(st.sampled_from(sorted(CONTRACT)), st.text(max_size=20)),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
            lambda inner: st.one_of(
                st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
            ),
        ),
        max_size=8,
    )
)
def test_any_layer_gives_settings_and_clean_problems(layer: dict[str, Any]) -> None:
    made = resolve([("editor", layer)])
    if layer.get("enrichment.enabled") is not True:
        assert made.settings.enrichment_enabled is False
    for row in ROWS:
        value = getattr(made.settings, row.attribute)
        assert value == row.default or layer.get(row.name) is not None or row.snake in layer
    for problem in made.problems:
        assert "\n" not in problem


@pytest.mark.parametrize(
    ("layers", "trust"),
    [
        ([("editor", {"trust": "restricted"})], "restricted"),
        ([("config.toml", {"trust": "restricted"}), ("editor", {"trust": "full"})], "restricted"),
        ([("editor", {"trust": "restricted"}), ("editor", {"trust": "full"})], "restricted"),
        ([("editor", {"trust": "full"})], "full"),
        ([], "full"),
    ],
)
def test_no_layer_lifts_a_restriction(layers: list[tuple[str, dict[str, Any]]], trust: str) -> None:
    assert resolve(layers).settings.trust == trust


def test_the_environment() -> None:
    layer = from_environment(
        {
            "AFTERGLOW_TYPING_PAUSE_MS": "0",
            "AFTERGLOW_DISPLAY__STATUS_BAR": "false",
            "AFTERGLOW_MIN_JOB_SECONDS": "0.5",
            "AFTERGLOW_EXCLUDE_PATHS": "a/*, b",
            "AFTERGLOW_SEED": "42",
            "AFTERGLOW_QUIET_HOURS": "22:00-07:00",
            "AFTERGLOW_COALESCE_MS": "",
            "AFTERGLOW_HOME": "/x",
            "AFTERGLOW_LOG": "debug",
            "HOME": "/y",
        }
    )
    made = resolve([("environment", layer)])
    settings = made.settings
    assert made.problems == ()
    assert (settings.typing_pause_ms, settings.display_status_bar, settings.min_job_seconds) == (
        0,
        False,
        0.5,
    )
    assert settings.exclude_paths == ("a/*", "b")
    assert settings.seed == "42"
    assert settings.quiet_hours == (22 * 60, 7 * 60)
    assert settings.coalesce_ms == 1500


def test_a_bad_variable_is_a_problem() -> None:
    made = resolve(
        [("environment", from_environment({"AFTERGLOW_TYPING_PAUSE_MS": "soon", "AFTERGLOW_X": "1"}))]
    )
    assert len(made.problems) == 2
    assert all(problem.startswith("environment: ") for problem in made.problems)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("normal", Budget(True, False, 300, 12, 0, 3)),
        ("chatty", Budget(True, True, 60, 40, 6, 6)),
        ("quiet", Budget(False, False, 300, 12, 0, 3)),
    ],
)
def test_budgets_by_mode(mode: Mode, expected: Budget) -> None:
    assert budget(Settings(), mode) == expected


def test_a_budget_that_was_set_counts_in_every_mode() -> None:
    own = Settings(banter_interval_seconds=0, banter_per_day=3)
    assert budget(own, "chatty").banter_per_day == 3
    assert budget(own, "normal").interval_s == 0
