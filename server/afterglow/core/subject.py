"""What a commit's subject gives to an event: tags and GLOW, never the words themselves.

Invariant: pure; nothing of the subject but known tags and one number leaves this module.
"""

from __future__ import annotations

from typing import Final

from afterglow.core.glow import text_glow
from afterglow.core.tags import strongest, text_tags
from afterglow.core.tokens import said_words

GLOW: Final = "subject_glow"
"""The key under which an event's data holds the GLOW of its subject, 0 to 1."""
MOST: Final = 4


def signs(subject: str) -> tuple[tuple[str, ...], float]:
    """The tags that a subject names, the strongest first, and its GLOW."""
    return strongest(text_tags(subject))[:MOST], text_glow(subject, "typed", said_words(subject)).score
