"""One window of the real VS Code: what stands in it, and the hands that click and type.

Invariant: it waits for conditions, never for time, and fails with what was shown instead.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.shots import keep

DEADLINE = 30.0
_TOASTS = """
window.__toasts = [];
const look = (node) => {
  if (!(node instanceof Element)) return;
  const kind = ".notification-toast";
  const found = node.matches(kind) ? [node] : [...node.querySelectorAll(kind)];
  for (const toast of found) setTimeout(() => window.__toasts.push(toast.innerText), 0);
};
new MutationObserver((seen) => seen.forEach((it) => it.addedNodes.forEach(look)))
  .observe(document, {childList: true, subtree: true});
"""
"""Remembers every popup from the first moment on, also one that has gone before anybody looks."""
_ITEM = '.statusbar-item[id^="afterglow.afterglow"]'
_ROWS = ".quick-input-widget .quick-input-list .monaco-list-row"


class Window:
    """One page on one folder; made by ``Workbench.open``."""

    def __init__(self, page: Any, address: str) -> None:
        self.page = page
        self.console: list[str] = []
        page.on("console", self._hear)
        page.add_init_script(_TOASTS)
        page.set_default_timeout(DEADLINE * 1000)
        page.goto(address, wait_until="commit", timeout=60_000)
        page.wait_for_selector(".monaco-workbench .part.statusbar", timeout=60_000)

    def _hear(self, said: Any) -> None:
        if said.type == "error":
            self.console.append(said.text)

    def wait(self, ready: Callable[[], Any], what: str, deadline: float = DEADLINE) -> Any:
        """The value of ``ready()`` as soon as it is true; AssertionError with a picture if never."""
        # Only while playwright waits does it hear of the page, so this is its wait and not ours.
        end = time.monotonic() + deadline
        while True:
            value = ready()
            if value:
                return value
            if time.monotonic() > end:
                picture = keep("vscode-failed.png", self.page.screenshot())
                raise AssertionError(f"{what}: not within {deadline} s; status {self.status()!r}; {picture}")
            self.page.wait_for_timeout(50)

    # -- the status bar ----------------------------------------------------------------------------

    def item(self) -> Any:
        """Our item in the status bar, when it is there."""
        self.page.wait_for_selector(_ITEM, timeout=60_000)
        return self.page.locator(_ITEM)

    def status(self) -> str:
        """The text of our item without its icons; empty where there is none."""
        found: list[str] = self.page.locator(_ITEM).all_inner_texts()
        return " ".join(" ".join(found).split())

    def spoken(self) -> str:
        """What a screen reader says of our item."""
        found: list[str] = self.page.locator(f"{_ITEM}, {_ITEM} [aria-label]").evaluate_all(
            "all => all.map(it => it.getAttribute('aria-label')).filter(Boolean)"
        )
        return found[-1] if found else ""

    def icons(self) -> list[str]:
        """The names of the icons in our item."""
        made: list[str] = self.page.locator(f"{_ITEM} .codicon").evaluate_all(
            "all => all.map(it => [...it.classList].filter(c => c.startsWith('codicon-')).join())"
        )
        return made

    def line(self, part: str, deadline: float = DEADLINE) -> str:
        """The text of our item as soon as ``part`` is in it."""
        self.wait(lambda: part in self.status(), f"no {part!r} in the status bar", deadline)
        return self.status()

    def click(self) -> list[str]:
        """Click our item; the rows of the list that opens."""
        self.item().locator("a").first.click()
        return self.rows()

    # -- lists and commands ------------------------------------------------------------------------

    def rows(self) -> list[str]:
        """The labels of the open list, top to bottom, as soon as there are any."""
        self.page.wait_for_selector(_ROWS)
        labels = self.page.locator(_ROWS).evaluate_all(
            "all => all.map(it => [it.getBoundingClientRect().top, "
            "(it.querySelector('.label-name') || it).textContent])"
        )
        return [" ".join(str(label).split()) for _top, label in sorted(labels)]

    def pick(self, label: str) -> None:
        """Click the row of the open list with exactly this label."""
        row = self.page.locator(_ROWS).filter(has=self.page.locator(".label-name", has_text=_exactly(label)))
        row.first.click()

    def run(self, title: str) -> None:
        """A command of the palette by its whole title (``View: Toggle Terminal``)."""
        box = self.page.locator(".quick-input-widget input").first

        def opened() -> bool:
            # A key may go nowhere while the focus moves, as at the opening of an editor.
            self.page.keyboard.press("F1")
            self.page.wait_for_timeout(200)
            return bool(box.is_visible())

        self.wait(opened, "no palette")
        box.fill(f">{title}")
        self.pick(title)

    def answer(self, text: str) -> None:
        """Fill the open input box and press Enter."""
        box = self.page.locator(".quick-input-widget input").first
        box.wait_for()
        box.fill(text)
        self.page.keyboard.press("Enter")

    # -- editors -----------------------------------------------------------------------------------

    def show(self, file: Path) -> None:
        """Open a file by its path and wait for its text."""
        self.page.keyboard.press("Control+P")
        box = self.page.locator(".quick-input-widget input").first
        box.wait_for()
        box.fill(str(file))
        self.page.locator(_ROWS).first.wait_for()
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(
            f'.tab[data-resource-name="{file.name}"], .tab [aria-label^="{file.name}"]'
        )

    def lines(self) -> list[str]:
        """What stands in the editor, hints included, top to bottom."""
        found = self.page.locator(".monaco-editor .view-lines .view-line").evaluate_all(
            "all => all.map(it => [it.getBoundingClientRect().top, it.textContent])"
        )
        return [str(text).replace("\xa0", " ").rstrip() for _top, text in sorted(found)]

    def line_of(self, part: str, deadline: float = DEADLINE) -> str:
        """The line of the editor that holds this, as soon as one does."""
        found: str = self.wait(
            lambda: next((line for line in self.lines() if part in line), ""),
            f"no {part!r} in the editor",
            deadline,
        )
        return found

    # -- notifications, themes, pictures -------------------------------------------------------------

    def toasts(self) -> list[str]:
        """Every popup that was ever shown in this window, ours or another's."""
        found: list[str] = self.page.evaluate("window.__toasts")
        return found

    def notices(self) -> list[str]:
        """What stands in the list behind the bell."""
        bell = self.page.locator('.statusbar-item[id="status.notifications"] a')
        bell.click()
        self.page.wait_for_selector(".notifications-center.visible")
        found: list[str] = self.page.locator(
            ".notifications-center .notification-list-item"
        ).all_inner_texts()
        bell.click()
        return found

    def picture(self, name: str) -> None:
        """Keep what is shown as ``shots/vscode-NAME.png``."""
        keep(f"vscode-{name}.png", self.page.screenshot(animations="disabled"))

    def settle(self, seconds: float) -> None:
        """Let time pass where what is looked at is that nothing happens in it."""
        self.page.wait_for_timeout(seconds * 1000)

    def reload(self) -> None:
        """As ``Developer: Reload Window``; returns with our item there."""
        self.page.reload(wait_until="commit")
        self.page.wait_for_selector(".monaco-workbench .part.statusbar", timeout=60_000)
        self.item()

    def close(self) -> None:
        if not self.page.is_closed():
            self.page.close()


def _exactly(text: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(text)}\s*$")
