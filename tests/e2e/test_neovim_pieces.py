"""Pieces of our plugin inside the real Neovim, without a server: cleaning, components, adapters, the help."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from afterglow.core.clean import one_line
from tests.core.test_clean import NASTY, test_known_tricks
from tests.support.neovim import NO_LOG, PLUGIN, blocks_of_the_page, headless, nvim

TOKEN = "{ id = 'one', response = '100%% sure: %#Error#%{system(1)} [x](command:y) \\27[31mred', ttlMs = 0 }"
SAFE = "100%% sure: %#Error#%{system(1)} [x] (command:y) red"


def hostile() -> list[tuple[str, int]]:
    """Texts that want more than a line, the same in each run, each with a limit."""
    chance = random.Random(30)
    marks: list[pytest.Mark] = getattr(test_known_tricks, "pytestmark", [])
    (table,) = (mark for mark in marks if mark.name == "parametrize")
    texts = [(text, 120) for text, _line in table.args[1]]
    wild = [range(0x20, 0x7F), range(0x3000), range(0x1F000, 0x1FB00), range(0x110000)]
    for _ in range(3_000):
        length = chance.randrange(60)
        chars = [
            chance.choice(NASTY) if chance.random() < 0.7 else chr(chance.choice(chance.choice(wild)))
            for _ in range(length)
        ]
        texts.append(("".join(chars), chance.randrange(1, 130)))
    # JSON from the server holds no half of a pair; what is not assigned depends on the year.
    kept = [("".join(c for c in text if _old(c)), limit) for text, limit in texts]
    return [*kept, ("x" * 10_000, 120), ("a b " * 100_000, 10)]


def _old(char: str) -> bool:
    if unicodedata.category(char) in ("Cn", "Cs"):
        return False
    return unicodedata.ucd_3_2_0.category(char) == unicodedata.category(char) or char in NASTY


def test_a_line_is_cleaned_as_the_server_cleans_it(tmp_path: Path) -> None:
    texts = hostile()
    (tmp_path / "in.json").write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
    cleaned = headless(
        f"local file = assert(io.open('{tmp_path}/in.json')); local out = {{}}; "
        "for at, pair in ipairs(vim.json.decode(file:read('*a'))) do "
        "out[at] = require('afterglow.clean').one_line(pair[1], pair[2]) end return out"
    )
    different = [
        (ascii(text), limit, ascii(line), ascii(one_line(text, limit)))
        for (text, limit), line in zip(texts, cleaned, strict=True)
        if line != one_line(text, limit)
    ]
    assert different == []


def test_what_is_no_text_is_no_line() -> None:
    code = (
        "local clean = require('afterglow.clean');"
        "local bad = { 1, true, vim.NIL, {}, '\\255\\254a\\192\\175' };"
        "local out = {}; for at, each in ipairs(bad) do out[at] = clean.one_line(each) end return out"
    )
    assert headless(code) == ["", "", "", "", "a"]


@pytest.mark.parametrize(
    ("get", "line"),
    [
        pytest.param("return require('afterglow').line()", SAFE.replace("%%", "%%"), id="plain"),
        pytest.param("return require('afterglow').statusline()", SAFE.replace("%", "%%"), id="statusline"),
        pytest.param(
            "return require('lualine.components.afterglow')()", SAFE.replace("%", "%%"), id="lualine"
        ),
        pytest.param(
            "local made = require('afterglow').heirline();"
            "return made.condition() and vim.trim(made.provider())",
            SAFE.replace("%", "%%"),
            id="heirline",
        ),
        pytest.param(
            "return vim.api.nvim_eval_statusline(\"%{%v:lua.require'afterglow'.statusline()%}\", {}).str",
            SAFE,
            id="drawn",
        ),
    ],
)
def test_components_show_the_line_and_run_nothing_of_it(get: str, line: str) -> None:
    assert headless(f"require('afterglow.line').show({TOKEN}) {get}") == line


@pytest.mark.parametrize(
    ("by_model", "said"), [("true", True), ("false", False), ("nil", False), ("1", False)]
)
def test_why_says_when_a_model_wrote_the_words(by_model: str, said: bool) -> None:
    lines = headless(
        f"local token = {{ id = 'one', response = 'x', source = 'queue_hit', byModel = {by_model} }} "
        "return require('afterglow.answers').why({ token = token, gates = {} })"
    )
    assert any("written by a model" in line for line in lines) is said
    assert lines[0] == "x"


def test_components_are_empty_without_a_line_and_told_of_each_change() -> None:
    told = headless(
        "local count = 0; vim.api.nvim_create_autocmd('User', { pattern = 'AfterglowLine', "
        "callback = function() count = count + 1 end });"
        "local line = require('afterglow.line'); local text = {};"
        "text[1] = require('afterglow').statusline(); line.show({ response = 'a', ttlMs = 20 }); "
        "text[2] = require('afterglow').statusline(); vim.wait(5000, function() return count == 2 end); "
        "text[3] = require('afterglow').statusline(); vim.wait(60); text[4] = tostring(count); return text"
    )
    assert told == ["", "a", "", "2"]


def test_lualine_gets_its_component_by_name_and_is_asked_to_draw_when_the_line_changes() -> None:
    # A stand-in for lualine: how its loader takes a module that is a function, and `refresh`.
    code = (
        "local drawn = {};"
        "package.loaded['lualine'] = { refresh = function(how) drawn[#drawn + 1] = how end };"
        "local part = require('lualine.components.afterglow');"
        "assert(type(part) == 'function'); local one = part();"
        "require('afterglow.line').show({ response = 'a', ttlMs = 0 }); return { one, part(), drawn }"
    )
    assert headless(code) == ["", "a", [{"place": ["statusline"]}]]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ("{}", ""),
        (
            "{ cmd = 'afterglow' }",
            "cmd must be a list of words, such as { 'afterglow', 'lsp' }; it is \"afterglow\"",
        ),
        ("{ cmd = {} }", "cmd must be a list of words, such as { 'afterglow', 'lsp' }; it is {}"),
        (
            "{ trust = 'ful' }",
            "trust must be 'full', 'restricted' or a function of the folder; it is \"ful\"",
        ),
        ("{ hint = true }", "hint is not an option; did you mean hints?"),
        ("{ columns = 0.5 }", "columns must be a whole number from 1; it is 0.5"),
        ("{ report = true }", "report must be a table, such as { make = false }; it is true"),
        ("{ report = { make = 1 } }", "report.make must be true or false; it is 1"),
        (
            "{ restart_after_seconds = { 'soon' } }",
            "restart_after_seconds must be a list of numbers, such as",
        ),
        ("'quiet'", 'setup must hold a table of options; it is "quiet"'),
    ],
)
def test_a_bad_option_is_one_line_and_its_default_is_used(options: str, problem: str) -> None:
    problems, same = headless(
        "local config = require('afterglow.config'); local before = vim.deepcopy(config.get());"
        f"config.set({options}); return {{ config.problems(), vim.deep_equal(before, config.get()) }}"
    )
    assert same is True
    assert [found[: len(problem)] for found in problems] == ([problem] if problem else [])


def test_options_come_from_the_variable_and_over_it_from_setup() -> None:
    used = headless(
        "vim.g.afterglow = { columns = 30, hints = false, report = { focus = false } };"
        "local config = require('afterglow.config'); config.set({ columns = 40, report = { make = false } });"
        "return config.get()"
    )
    assert (used["columns"], used["hints"]) == (40, False)
    assert used["report"] == {"make": False, "terminals": True, "focus": False, "diagnostics": True}


@pytest.mark.parametrize(
    ("shellpipe", "code", "entries", "outcome"),
    [
        pytest.param("2>&1| tee", 0, [], "unknown", id="tee hides it"),
        pytest.param(
            "2>&1| tee", 0, [{"valid": 1, "type": "W", "text": "unused"}], "unknown", id="a warning"
        ),
        pytest.param("2>&1| tee", 0, [{"valid": 1, "type": "e", "text": "no"}], "fail", id="an error"),
        pytest.param("2>&1| tee", 0, [{"valid": 1, "type": "", "text": " error: no"}], "fail", id="gcc"),
        pytest.param("2>&1| tee", 0, [{"valid": 0, "text": "error rates fell"}], "unknown", id="prose"),
        pytest.param("2>&1| tee", 0, [{"text": "make: *** [Makefile:2: all] Error 1"}], "fail", id="make"),
        pytest.param(
            ">%s 2>&1", 0, [{"valid": 1, "type": "E", "text": "no"}], "ok", id="an exit code counts"
        ),
        pytest.param(">%s 2>&1", 2, [], "fail", id="an exit code alone"),
        pytest.param("2>&1 | tee %s; exit ${PIPESTATUS[0]}", 1, [], "fail", id="kept by the shell"),
    ],
)
def test_what_a_make_proves(shellpipe: str, code: int, entries: list[dict[str, Any]], outcome: str) -> None:
    assert outcome == headless(
        "local make = require('afterglow.watch.make');"
        f"local code = make.tells_exit_code({json.dumps(shellpipe)}) and {code} or nil;"
        f"return make.outcome(vim.json.decode([==[{json.dumps(entries)}]==]), code)"
    )


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("term:///p//12:make test", "make test"),
        ("term:///p//12:sh -c 'make test'", "sh -c 'make test'"),
        ("term:///p//12:sh build.sh", "sh build.sh"),
        ("term:///p//12:/bin/zsh", None),
        ("term:///p//12:/bin/bash --login -i", None),
        ("term:///p//12:", None),
        ("/p/a.txt", None),
    ],
)
def test_a_bare_shell_is_no_command(name: str, command: str | None) -> None:
    code = f"return select(2, require('afterglow.watch.terminals').parts({json.dumps(name)}))"
    assert headless(code) == command


SENT = (
    "local sent = {}; require('afterglow.report').send = function(event, folder) "
    "event.startedAt, event.durationMs = nil, event.durationMs and 0;"
    "sent[#sent + 1] = { event, folder } end;"
)


def test_neotest_runs_are_reported_with_counts() -> None:
    # A stand-in for neotest's client, after the listeners that its documentation names.
    code = SENT + (
        "local client = { listeners = {}, get_position = function(_, id) return { data = function() "
        "return { type = id:find('::') and 'test' or 'file' } end } end };"
        "assert(type(require('afterglow.neotest')(client)) == 'table');"
        "client.listeners.run('neotest-python:/p', '/p', {});"
        "local results = { ['/p/t.py'] = { status = 'failed' }, ['/p/t.py::a'] = { status = 'passed' }, "
        "['/p/t.py::b'] = { status = 'failed' }, ['/p/t.py::c'] = { status = 'skipped' } };"
        "client.listeners.results('neotest-python:/p', results, true);"
        "client.listeners.results('neotest-python:/p', results, false);"
        "client.listeners.results('neotest-jest', { ['/p/t.py::a'] = { status = 'passed' } }, false);"
        "client.listeners.results('neotest-jest', {}, false);"
        "vim.wait(1000, function() return #sent == 3 end); return sent"
    )
    failed, passed, empty = headless(code)
    counts = {"job": "test", "passed": 1, "failed": 1, "skipped": 1, "failing": ["b"]}
    event = {"kind": "job.finished", "label": "python", "status": "fail", "durationMs": 0, "data": counts}
    assert failed == [event, "/p"]
    assert (passed[0]["status"], passed[0]["label"], passed[0]["data"]["passed"]) == ("ok", "jest", 1)
    assert empty[0]["status"] == "unknown"


def test_overseer_tasks_are_reported_with_their_command_and_outcome() -> None:
    # A stand-in for overseer's task, after the callbacks that its documentation names.
    code = SENT + (
        "local part = require('overseer.component.afterglow');"
        "local function run(task, status) local made = part.constructor({}); made.on_start(made, task);"
        "made.on_complete(made, task, status, {}) end;"
        "run({ name = 'x', cmd = { 'make', 'a b' }, cwd = '/p', exit_code = 2 }, 'FAILURE');"
        "run({ name = 'x', cmd = 'make && true', cwd = '/p', exit_code = 0 }, 'SUCCESS');"
        "run({ name = 'x', cmd = 'make', cwd = '/p', exit_code = 143 }, 'CANCELED');"
        "vim.cmd.terminal('true'); local seen = vim.api.nvim_get_current_buf();"
        "run({ name = 'x', cmd = 'make', get_bufnr = function() return seen end }, 'SUCCESS');"
        "run({ name = 'all of it', cwd = '/p' }, 'SUCCESS'); return sent"
    )
    failed, passed, cancelled, group = [event for event, _folder in headless(code)]
    assert (failed["commandLine"], failed["status"], failed["exitCode"]) == ("make 'a b'", "fail", 2)
    assert (passed["commandLine"], passed["status"], passed["exitCode"]) == ("make && true", "ok", 0)
    assert (cancelled["status"], "exitCode" in cancelled) == ("cancelled", False)
    assert (group["kind"], group["label"], group["data"]) == ("job.finished", "all of it", {"job": "task"})


def test_nothing_of_the_adapters_is_loaded_unasked() -> None:
    loaded = headless(
        "require('afterglow').setup({}); local all = vim.tbl_keys(package.loaded); "
        "return vim.tbl_filter(function(name) return name:find('neotest') or name:find('overseer') "
        "or name:find('lualine') end, all)"
    )
    assert not loaded


def test_the_help_has_tags_and_names_each_command_and_option(tmp_path: Path) -> None:
    shutil.copytree(PLUGIN / "doc", tmp_path / "doc")
    made = subprocess.run(
        [nvim(), "--clean", "--headless", f"+helptags {tmp_path}/doc", "+q"],
        env={**os.environ, **NO_LOG},
        capture_output=True,
        text=True,
        check=True,
    )
    assert made.stderr.strip() == ""
    tags = {line.split("\t")[0] for line in (tmp_path / "doc" / "tags").read_text().splitlines()}
    names = headless("return require('afterglow.commands').names()")
    options = headless("return vim.tbl_keys(require('afterglow.config').get())")
    assert {f":Afterglow-{name}" for name in names} <= tags
    assert {f"afterglow-option-{name}" for name in options} <= tags
    text = (PLUGIN / "doc" / "afterglow.txt").read_text()
    referred = {
        word.split("|")[0] for word in text.split("|")[1::2] if word.startswith((":Afterglow", "afterglow-"))
    }
    assert referred <= tags


def test_the_lua_of_the_page_is_lua() -> None:
    shown = [
        block
        for section in ("Install", "Options", "What is reported")
        for block in blocks_of_the_page(section)
    ]
    assert len(shown) >= 4
    for block in shown:
        code = block if not block.startswith("{") else f"return {block}"
        assert headless(f"return select(2, loadstring({json.dumps(code)}))") is None
