"""Write clean-corpus.json: hostile texts with what the server's ``one_line`` makes of each.

The extension cleans text a second time (``src/clean.ts``) and must agree with the server; ``clean.test.ts``
holds it to this list. From the root of the repository:

    .venv/bin/python vscode-extension/test/make-corpus.py            # write it
    .venv/bin/python vscode-extension/test/make-corpus.py --check    # exit 1 when it is out of date

Invariant: the same server gives the same file, whenever and wherever it is made. Code points that this
Python's Unicode does not know yet are left out, because a newer JavaScript may.
"""

from __future__ import annotations

import json
import random
import sys
import unicodedata
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT / "server"), str(ROOT)]

from afterglow.core.clean import LINE_COLUMNS, one_line  # noqa: E402
from tests.core.test_clean import NASTY, test_known_tricks  # noqa: E402

CORPUS = HERE / "clean-corpus.json"
SEED = 20
RANDOM = 400
JOINED_FAMILY = "👩\u200d👩\u200d👧\u200d👦"

WRITTEN = [
    ("$$((]($(", 120),
    ("👩\u200d\u200d💻\u200d", 120),
    ("a" * 119 + " \u200d😀", 120),
    ("x" * 10_000, 120),
    ("a\u0301" * 3000, 120),
    ("the quick brown fox jumps over the lazy dog", 20),
    ("x" * 50, 10),
    ("漢字", 120),
    ("漢" * 50, 11),
    ("a b " * 5_000, 10),
    ("🇩🇪 flag", 6),
    (JOINED_FAMILY, 3),
    (JOINED_FAMILY + " and more", 12),
    ("👍🏽👍🏿👍", 5),
    ("1️⃣ #️⃣ *️⃣", 120),
    ("text\ufe0f style", 120),
    ("\u2764\ufe0f\u200d\U0001f525", 120),
    ("☃︎ snow", 120),
    ("[a](command:workbench.action.terminal.sendSequence)", 120),
    ("[a] (b)](c)]\u200b(d)", 120),
    ("$\u200b(bug) $\u202e(bug) $ (bug)", 120),
    ("\x1b]0;never ended", 120),
    ("\x1bP payload \x1b\\ after", 120),
    ("\x9b31mred\x9b0m", 120),
    ("\x9d0;title\x9cbody", 120),
    ("\x1b(B\x1b)0 charset", 120),
    ("\x1b", 120),
    ("a\x08\x08b\rc", 120),
    ("\u2060\u2061\u2062\u2063\u2064word\u2060joiner", 120),
    ("\u3164\u3164 hangul filler \uffa0", 120),
    ("\u2800\u2800 braille blank", 120),
    ("\ud83d", 120),
    ("\ude00\ud83d", 120),
    ("pair 😀 pair", 120),
    ("\ue000 private \U000f0000 use", 120),
    ("\ufffe\uffff nonchar \U0001ffff", 120),
    ("nbsp\u00a0thin\u2009ideographic\u3000end", 120),
    ("<b>bold</b> &amp; `code`", 120),
    ("café naïve Ελλάδα Россия עברית العربية", 120),
    ("test_login[user-$(whoami)]", 120),
    ("a, b; c: d (e", 11),
    ("a, b; c: d (e", 12),
    ("ends in space ", 8),
    ("word", 0),
    ("word", 1),
    ("word", 2),
    ("漢", 1),
]


def main() -> int:
    """Write the corpus, or with ``--check`` say whether it is what it should be."""
    wanted = render()
    if sys.argv[1:] != ["--check"]:
        CORPUS.write_text(wanted, encoding="ascii")
        return 0
    if CORPUS.exists() and CORPUS.read_text(encoding="ascii") == wanted:
        return 0
    sys.stderr.write("clean-corpus.json is out of date; run vscode-extension/test/make-corpus.py\n")
    return 1


def render() -> str:
    """The file: one row a line, so that a change of one rule reads as the rows it changes."""
    tricks = [(text, LINE_COLUMNS) for text, _ in vars(test_known_tricks)["pytestmark"][0].args[1]]
    rows = [
        json.dumps({"text": text, "limit": limit, "line": one_line(text, limit)})
        for text, limit in [*tricks, *WRITTEN, *at_random()]
    ]
    return "[\n" + ",\n".join(rows) + "\n]\n"


def at_random() -> list[tuple[str, int]]:
    """Texts of nasty and of any known characters, the same ones each time."""
    chance = random.Random(SEED)
    known = [char for char in map(chr, range(0x110000)) if unicodedata.category(char) not in ("Cn", "Co")]
    texts = []
    for _ in range(RANDOM):
        nasty = chance.random()
        chars = [
            chance.choice(NASTY if chance.random() < nasty else known) for _ in range(chance.randint(1, 60))
        ]
        # What JSON joins to one character is one here too.
        text = "".join(chars).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
        texts.append((text, chance.choice((10, 40, LINE_COLUMNS, 130))))
    return texts


if __name__ == "__main__":
    sys.exit(main())
