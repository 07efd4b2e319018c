"""``python -m tests.page.pictures`` makes docs/pictures/page-*.png anew, of a week of one developer as the
scenarios play it."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Final

from afterglow.core.settings import Settings
from afterglow.loop.report_days import figures
from afterglow.page.document import document
from tests.page.browser import Look, chromium
from tests.scenarios.week import played
from tests.scenarios.week_time import ZONE
from tests.support.rawclient import ROOT

FOLDER: Final = ROOT / "docs" / "pictures"
HEIGHT: Final = 1_370
"""As far as the charts reach."""


def week(folder: Path) -> Path:
    """The page of a Thursday evening, after a week of one developer, as a file in an empty folder."""
    with played(folder, days=4) as (desk, _):
        now = int(datetime(2027, 3, 25, 18, 4, tzinfo=ZONE).timestamp() * 1000)
        made = document(figures(desk.stage.outside.connection, Settings(), now, 7, ZONE), ())
    file = folder / "week.html"
    file.write_text(made)
    return file


def main() -> None:
    """Play, open and take."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        file = week(Path(folder))
        for theme in ("light", "dark"):
            look = Look(browser, file, height=HEIGHT, color_scheme=theme)
            (FOLDER / f"page-{theme}.png").write_bytes(look.page.screenshot())
            look.close()


if __name__ == "__main__":
    main()
