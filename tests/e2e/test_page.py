"""The report page in a real chromium: drawn, inert, and for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from afterglow.store.database import Database
from afterglow.store.home import Home
from tests.page.browser import Look, chromium
from tests.page.made import NOW, ended, page, show, silent, write
from tests.page.pictures import week as weekly
from tests.page.test_document import HOSTILE
from tests.support.shots import keep

pytestmark = pytest.mark.xdist_group("browser")

CHARTS = ("tests", "green", "commits", "work")
THEMES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
    "forced colours, dark": {"forced_colors": "active", "color_scheme": "dark"},
    "more contrast": {"contrast": "more"},
}
CODE_THEMES = {
    "vscode-dark": {"--vscode-editor-background": "#002b36", "--vscode-editor-foreground": "#eee8d5"},
    "vscode-light": {"--vscode-editor-background": "#fdf6e3", "--vscode-editor-foreground": "#073642"},
    "vscode-high-contrast": {
        "--vscode-editor-background": "#000000",
        "--vscode-editor-foreground": "#ffffff",
        "--vscode-contrastBorder": "#6fc3df",
    },
    "vscode-high-contrast-light": {
        "--vscode-editor-background": "#ffffff",
        "--vscode-editor-foreground": "#292929",
        "--vscode-contrastBorder": "#0f4a85",
    },
}
Opener = Callable[..., Look]


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a Thursday evening, after a week of one developer."""
    return weekly(tmp_path_factory.mktemp("week"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def opened(browser: Any) -> Iterator[Opener]:
    looks: list[Look] = []

    def open_(file: Path, **context: Any) -> Look:
        looks.append(Look(browser, file, **context))
        return looks[-1]

    yield open_
    for look in looks:
        look.close()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(Home(tmp_path, tmp_path, tmp_path / "logs", tmp_path / "run"))
    yield made
    made.close()


def inert(look: Look) -> None:
    """It said nothing, asked for nothing, and nothing of it was refused."""
    assert look.told == []
    assert look.asked == []
    assert look.refused() == []


@pytest.mark.parametrize("theme", THEMES)
def test_the_charts_are_drawn_in_the_colours_of_the_page(week: Path, opened: Opener, theme: str) -> None:
    look = opened(week, **THEMES[theme])
    for chart in CHARTS:
        assert look.inks(chart).get(look.colour("accent"), 0) > 200, chart
    keep(f"page-{theme.replace(', ', '-').replace(' ', '-')}.png", look.page.screenshot(full_page=True))
    inert(look)


def test_another_theme_draws_them_anew(week: Path, opened: Opener) -> None:
    look = opened(week, color_scheme="light")
    light = look.colour("accent")
    look.page.emulate_media(color_scheme="dark")
    dark = look.colour("accent")
    assert light != dark
    assert look.inks("tests").get(dark, 0) > 200
    assert look.inks("tests").get(light, 0) == 0
    inert(look)


@pytest.mark.parametrize("theme", CODE_THEMES)
def test_in_vs_code_its_theme_counts(week: Path, opened: Opener, theme: str) -> None:
    look = opened(week, color_scheme="light" if "dark" in theme else "dark", bypass_csp=True)
    look.page.evaluate(
        """([theme, colours]) => {
          for (const [name, value] of Object.entries(colours)) {
            document.documentElement.style.setProperty(name, value);
          }
          document.body.className = theme;
        }""",
        [theme, CODE_THEMES[theme]],
    )
    back = look.page.evaluate("getComputedStyle(document.body).backgroundColor")
    wanted = CODE_THEMES[theme]["--vscode-editor-background"]
    assert back == f"rgb({', '.join(str(int(wanted[at : at + 2], 16)) for at in (1, 3, 5))})"
    assert look.inks("tests").get(look.colour("accent"), 0) > 200
    keep(f"page-{theme}.png", look.page.screenshot())
    inert(look)
    assert look.faults() == []


def test_a_webview_that_writes_it_anew_keeps_it_whole(week: Path, opened: Opener, tmp_path: Path) -> None:
    # As VS Code does it: parsed, given a style and a script before the policy, and written into a frame.
    frame = tmp_path / "frame.html"
    frame.write_text("<!doctype html><title>frame</title><body>")
    look = opened(frame)
    look.page.evaluate(
        """(source) => {
          const parsed = new DOMParser().parseFromString(source, "text/html");
          const style = parsed.createElement("style");
          style.textContent = "body { padding: 0 20px; }";
          const script = parsed.createElement("script");
          script.textContent = "window.begun = true; window.refused = [];"
            + "document.addEventListener('securitypolicyviolation', (e) => refused.push(e.blockedURI));";
          parsed.head.prepend(style, script);
          document.open();
          document.write("<!DOCTYPE html>\\n" + parsed.documentElement.outerHTML);
          document.close();
        }""",
        week.read_text(),
    )
    assert look.page.evaluate("window.begun") is True
    for chart in CHARTS:
        assert look.inks(chart).get(look.colour("accent"), 0) > 200, chart
    inert(look)


def test_the_policy_refuses_what_is_not_ours(week: Path, opened: Opener) -> None:
    look = opened(week)
    look.page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.owned = true";
          document.body.append(script);
          const picture = document.createElement("img");
          picture.src = "https://example.invalid/x.png";
          document.body.append(picture);
          document.body.setAttribute("style", "color: red");
        }"""
    )
    assert look.page.evaluate("window.owned") is None
    look.page.wait_for_function("window.refused.length >= 3")
    assert sorted(one.split()[0] for one in look.refused()) == [
        "img-src",
        "script-src-elem",
        "style-src-attr",
    ]
    assert look.stopped == {"https://example.invalid/x.png": "csp"}


def test_hostile_text_is_only_text(database: Database, opened: Opener, tmp_path: Path) -> None:
    for step, text in enumerate(HOSTILE):
        token = {"response": text, "banter": text, "source": text, "event": {"kind": text, "label": text}}
        show(database, token, NOW - step, record={"token": token, "event": token["event"]})
        reason = text.encode("utf-8", "replace").decode()
        silent(database, reason)
        label = reason[:40].replace("\x00", "")
        write(database, ended(NOW - 9_000, "fail", label=label), ended(NOW - step, label=label))
    file = tmp_path / "hostile.html"
    file.write_text(page(database, problems=HOSTILE).source)
    look = opened(file)
    inert(look)
    assert look.page.title() == "Afterglow, the last 7 days"
    assert look.page.locator("img, iframe, object, embed, form, script[src]").count() == 0
    assert "</script><script>document.title='owned'</script>" in look.page.inner_text("#lines")
    assert look.page.get_attribute("html", "data-drawn") == "3"
    assert look.page.evaluate("document.documentElement.scrollWidth") <= 1000
    keep("page-hostile.png", look.page.screenshot(full_page=True))


def test_the_keyboard_reaches_everything_and_gets_out_again(week: Path, opened: Opener) -> None:
    look = opened(week)
    keyboard = look.page.keyboard
    keyboard.press("Tab")
    assert look.page.evaluate("document.activeElement.textContent") == "Skip to the figures"
    assert look.page.locator(".skip").bounding_box()["y"] >= 0, "it shows itself when it has the focus"
    keyboard.press("Enter")
    assert look.page.evaluate("document.activeElement.id") == "main"
    for chart in look.page.locator("details").all():
        keyboard.press("Tab")
        assert chart.locator("summary").evaluate("(one) => one === document.activeElement")
        width = chart.locator("summary").evaluate("(one) => getComputedStyle(one).outlineWidth")
        assert width == "2px", "the focus can be seen"
        keyboard.press("Enter")
        assert chart.locator("table").is_visible()
    keyboard.press("Tab")
    assert look.page.evaluate("document.activeElement === document.body"), "the last Tab leaves the page"
    keep("page-open.png", look.page.screenshot(full_page=True))
    inert(look)


@pytest.mark.parametrize("theme", THEMES)
def test_a_screen_reader_finds_its_way(week: Path, opened: Opener, theme: str) -> None:
    look = opened(week, bypass_csp=True, **THEMES[theme])
    look.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert look.faults() == []


def test_what_is_read_aloud(week: Path, opened: Opener) -> None:
    look = opened(week)
    page = look.page
    assert [one.inner_text() for one in page.get_by_role("heading", level=2).all()] == [
        "Today",
        "The last 7 days",
        "What ended",
        "Lines",
        "Why it kept quiet",
        "Budget and health",
    ]
    assert page.get_by_role("img", name="Test runs, a bar chart. 42 runs, 7 of them red").count() == 1
    assert page.get_by_role("table", name="The newest 20 lines").get_by_role("row").count() == 21
    assert page.get_by_role("main").count() == page.get_by_role("contentinfo").count() == 1


@pytest.mark.parametrize("width", [320, 420, 640, 1600])
def test_nothing_is_cut_off_on_any_width(week: Path, opened: Opener, width: int) -> None:
    look = opened(week, width=width, height=900)
    look.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert look.page.evaluate("document.documentElement.scrollWidth") <= width
    keep(f"page-{width}.png", look.page.screenshot(full_page=True))
    inert(look)


def test_nothing_moves(week: Path, opened: Opener) -> None:
    look = opened(week)
    assert look.page.evaluate("document.getAnimations().length") == 0
    assert look.page.evaluate("Chart.instances[Object.keys(Chart.instances)[0]].options.animation") is False


def test_the_first_day_has_no_empty_frames(database: Database, opened: Opener, tmp_path: Path) -> None:
    file = tmp_path / "first.html"
    file.write_text(page(database).source)
    look = opened(file, bypass_csp=True)
    assert look.page.locator("canvas, table, details").count() == 0
    assert "Nothing recorded yet" in look.page.inner_text("main")
    keep("page-first-day.png", look.page.screenshot(full_page=True))
    inert(look)
    assert look.faults() == []
