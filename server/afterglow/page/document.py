"""The whole document: the parts, the look, the chart library, and a policy that lets nothing else in.

Invariant: one file that asks for nothing else, ASCII only so that no encoding can change it, and every
script and style named by its hash in the policy. The library is the published build, unchanged (see
scripts/vendor_chart.sh).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from afterglow import __version__
from afterglow.loop.report_days import Figures
from afterglow.page import body, twin
from afterglow.page.charts import charts
from afterglow.page.parts import Html, join, tag

GENERATOR: Final = '<meta name="generator" content="Afterglow'
"""What tells a page of ours from any other file, within its first kilobytes."""
_HERE: Final = Path(__file__).parent
_LIBRARY: Final = _HERE / "vendor" / "chart.umd.min.js"
_ICON: Final = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Ccircle cx='8' cy='8' r='5' fill='%23c8642c'/%3E%3C/svg%3E"
)


def document(found: Figures, problems: Sequence[str]) -> str:
    """The page as text, ASCII. ``problems``: one line each, what needs mending. Raises OSError where the
    installation is not whole."""
    shown = (*charts(found), *twin.charts(found)) if len(found.days) > 1 and not found.empty else ()
    drawn = [chart for chart in shown if chart.drawn]
    style = _read(_HERE / "look.css")
    scripts = [_read(_LIBRARY), _read(_HERE / "draw.js")] if drawn else []
    parts = [tag("a", "Skip to the figures", class_="skip", href="#main"), body.header(found)]
    main = _main(found, problems)
    parts += [tag("main", join(["", *main, ""]), id="main", tabindex="-1"), body.footer(found)]
    pieces = [
        Html("<!doctype html>"),
        Html('<html lang="en">'),
        Html("<head>"),
        Html('<meta charset="utf-8">'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{policy(style, scripts)}">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<meta name="color-scheme" content="light dark">'),
        Html('<meta name="referrer" content="no-referrer">'),
        Html(f'{GENERATOR} {__version__}">'),
        tag("title", f"Afterglow, {_span(found)}"),
        Html(f'<link rel="icon" href="{_ICON}">'),
        Html(f"<style>{style}</style>"),
        Html("</head>"),
        Html("<body>"),
        *parts,
    ]
    if drawn:
        pieces += [
            Html(
                f'<script type="application/json" id="figures">{data([one.data() for one in drawn])}</script>'
            ),
            *(Html(f"<script>{script}</script>") for script in scripts),
        ]
    pieces += [Html("</body>"), Html("</html>")]
    return join(pieces).encode("ascii", "xmlcharrefreplace").decode("ascii")


def policy(style: str, scripts: Sequence[str]) -> str:
    """What the document may do: these scripts, this style, pictures within itself, and nothing else."""
    allowed = " ".join(map(_hash, scripts)) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )


def data(value: Any) -> str:
    """JSON that cannot end the element it stands in."""
    made = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return made.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _main(found: Figures, problems: Sequence[str]) -> list[Html]:
    if found.empty:
        return [body.nothing(), body.state(found, problems)]
    shown = (
        body.today(found),
        body.span(found, charts(found)),
        body.jobs(found),
        body.lines(found),
        body.silences(found),
        twin.part(found),
        body.state(found, problems),
    )
    return [part for part in shown if part is not None]


def _span(found: Figures) -> str:
    return "today" if len(found.days) == 1 else f"the last {len(found.days)} days"


def _read(file: Path) -> str:
    """A text of ours as the browser sees it: with plain line ends."""
    return file.read_text("ascii")


def _hash(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"
