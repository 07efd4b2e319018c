"""The report page in a real chromium: what it shows, what it asked for, what its policy refused.

Invariant: the browser reads nothing of the developer's, and it is gone when the ``with`` block ends.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

from tests.support.rawclient import ROOT

SETUP: Final = ROOT / "scripts" / "setup_page.sh"
_WATCH: Final = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (seen) => {
  window.refused.push(`${seen.effectiveDirective} ${seen.blockedURI}`);
});
"""
_INK: Final = """(canvas) => {
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = [canvas.width, canvas.height];
  const pen = copy.getContext("2d", {willReadFrequently: true});
  pen.drawImage(canvas, 0, 0);
  const pixels = pen.getImageData(0, 0, copy.width, copy.height).data;
  const found = {};
  for (let at = 0; at < pixels.length; at += 4) {
    if (pixels[at + 3] === 255) {
      const colour = [pixels[at], pixels[at + 1], pixels[at + 2]].join(",");
      found[colour] = (found[colour] || 0) + 1;
    }
  }
  return found;
}"""


@cache
def _places() -> tuple[str, str]:
    """The driver's folder and axe's script, fetched at the first call. AssertionError, with the reason."""
    made = subprocess.run(["sh", str(SETUP)], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    driver, axe = made.stdout.splitlines()
    return driver, axe


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser (playwright's object)."""
    driver, _ = _places()
    # At the end of the path: it must not stand in for a library of ours.
    sys.path.append(driver)
    try:
        playwright = importlib.import_module("playwright.sync_api")
        with playwright.sync_playwright() as running:
            browser = running.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            yield browser
            browser.close()
    finally:
        sys.path.remove(driver)


class Look:
    """One page, opened. ``asked``: what it wanted besides itself, ``stopped``: what of that it did not
    get, and why; ``told``: its console and its errors."""

    def __init__(
        self, browser: Any, file: Path, *, width: int = 1000, height: int = 1400, **context: Any
    ) -> None:
        self._context = browser.new_context(viewport={"width": width, "height": height}, **context)
        self.page = self._context.new_page()
        self._own = file.as_uri()
        self.told: list[str] = []
        self.asked: list[str] = []
        self.stopped: dict[str, str] = {}
        self.page.add_init_script(_WATCH)
        self.page.on("console", lambda message: self.told.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.told.append(f"error: {error}"))
        self.page.on("dialog", self._dialog)
        self.page.on("request", self._request)
        self.page.on("requestfailed", lambda request: self.stopped.update({request.url: request.failure}))
        self.page.goto(self._own)

    def _dialog(self, dialog: Any) -> None:
        self.told.append("a dialog")
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        if request.url != self._own:
            self.asked.append(request.url[:200])

    def refused(self) -> list[str]:
        """What the policy did not let through."""
        found: list[str] = self.page.evaluate("window.refused")
        return found

    def inks(self, chart: str) -> dict[str, int]:
        """The opaque colours of a chart (``r,g,b``) and how many pixels have each."""
        found: dict[str, int] = self.page.locator(f"#{chart}").evaluate(_INK)
        return found

    def colour(self, name: str) -> str:
        """One of the page's own colours (``accent`` and so on) as ``r,g,b``."""
        told: str = self.page.evaluate(f"getComputedStyle(document.querySelector('.ink.{name}')).color")
        return told.removeprefix("rgb(").removesuffix(")").replace(" ", "")

    def faults(self) -> list[str]:
        """What axe-core finds. The page must have been opened with ``bypass_csp=True``."""
        self.page.add_script_tag(content=Path(_places()[1]).read_text("utf-8"))
        made: dict[str, Any] = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['impact']} {one['id']}: {node['html'][:120]}"
            for one in made["violations"]
            for node in one["nodes"]
        ]

    def close(self) -> None:
        self._context.close()
