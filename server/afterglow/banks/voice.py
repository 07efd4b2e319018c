"""The voice as tables: what a shipped line may not say, and how long each kind may get.

Invariant: every rule has its reason. A word stands here because a line with it was, or would be, wrong
at the fortieth reading; a table cannot hear sarcasm, so a person still reads every line.
"""

from __future__ import annotations

import re
from typing import Final

from attrs import frozen


@frozen
class Rule:
    """What must not be found in a line, and why."""

    why: str
    pattern: re.Pattern[str]


def _rule(why: str, *lists: str) -> Rule:
    """Words and phrases with commas between, whole words only, in any case; ``*`` stands for any ending."""
    phrases = [phrase.strip() for text in lists for phrase in text.split(",")]
    parts = [r"\s+".join(re.escape(word) for word in phrase.split()) for phrase in phrases]
    words = "|".join(part.replace(r"\*", r"\w*") for part in parts)
    return Rule(why, re.compile(rf"(?<![\w'])(?:{words})(?![\w'])", re.IGNORECASE))


RULES: Final = (
    _rule(
        "hype",
        "amazing, awesome, epic, incredible, legendary, phenomenal, stunning, mind-blowing, game changer",
        "crushing it, crushed it, crush it, nailing it, nailed it, killing it, on fire, slay*, beast mode",
    ),
    _rule(
        "cheering",
        "great job, good job, well done, nice work, nice job, good work, way to go, bravo, kudos, congrat*",
        "keep it up, keep going, you've got this, you got this, hang in there, let's go, woo*, yay, hooray",
        "proud of you, believe in you, you rock, rock star, rockstar, ninja, guru, wizard, 10x, superstar",
    ),
    _rule(
        "a claim of watching or feeling",
        "I noticed, I saw, I see, I watched, I missed, I feel, I felt, I love, I care, I hope, I worry",
        "watching you, been watching, I'm proud, I'm happy, I'm glad, I'm sorry, missed you, miss you",
    ),
    _rule(
        "guilt",
        "your streak, don't break, in danger, you still have, you still haven't, you forgot, you should have",
    ),
    _rule(
        "advice nobody asked for",
        "you should, you must, you need to, you have to, remember to, don't forget, make sure, try to",
        "consider, why not, it's time to, take a break, drink water, stretch, go to bed, get some",
    ),
    _rule("belittling", "simply, obviously, of course, just do, just use, just run, just fix, no brainer"),
    _rule(
        "a claim that needs proof",
        "successfully, all green, all tests, all passed, all clear, all good, everything passes",
        "everything works, everything is fine, never fails, bug-free, flawless, perfect",
    ),
    _rule(
        "slang that dates",
        "lol, lmao, rofl, omg, wtf, yolo, fomo, vibe*, lit, sus, cringe, bruh, fam, goat, no cap, yeet*",
    ),
    _rule(
        "a joke that a search finds",
        "works on my machine, 99 bugs, two hard things, it's a feature, types of people, rubber duck*",
        "have you tried turning, that's what she said, tabs vs, tabs versus, exit vim, hello world",
    ),
    _rule(
        "false nearness",
        "oopsie*, whoopsie*, yummy, kiddo, buddy, pal, champ, sweetie, dear, honey, boss, chief, dude, bro",
    ),
    _rule("about ourselves", "as an AI, language model, artificial intelligence, robot overlords"),
    _rule(
        "unkind",
        "stupid*, dumb, idiot*, moron*, fool, fools, foolish, lazy, lame, pathetic, loser*, incompetent",
        "clueless, noob*, newbie*, ugly, hate, hates, hated, shame*, embarrass*",
    ),
    _rule(
        "about an illness or a disability",
        "crazy, insane, psycho*, schizo*, retard*, crippl*, deaf, blind, blindly, autistic, bipolar, addict*",
    ),
    _rule(
        "about a group or a job",
        "guys, girl, girls, manly, girly, grandma, grandpa, your mom, woman, women, man, men, blacklist",
        "whitelist, slave, slaves, manager, managers, intern, interns, juniors, seniors, testers, designers",
        "frontend devs, backend devs, Java devs, PHP devs",
    ),
    _rule(
        "belief or swearing",
        "god, Jesus, Allah, hell, damn*, heaven, pray*, bless, blessed, holy, sin, sins, satan, devil, crap",
        "shit*, fuck*, arse, ass",
    ),
    _rule(
        "violence or death",
        "die, dies, died, dead, death, dying, kill, kills, killed, killing, suicid*, murder*, gun, shoot*",
        "bomb*, war, wars, victim*, bleed*, blood*, cancer",
    ),
    _rule("drink, drugs or bodies", "drunk*, beer, wine, vodka, hangover, weed, drugs, smok*, diet*, sexy"),
    _rule("worry about work or money", "fired, layoff*, laid off, unemploy*, salary, deadline*, overtime"),
)

SPEAKABLE: Final = {
    "facts": frozenset({"violence or death", "a claim that needs proof", "about a group or a job"}),
}
"""Reasons that do not count for a bank: a fact may quote a manual, and its source is its proof."""

BEHIND_NEWS: Final = 58
"""Columns of a line that is to stand behind a news of 60: 120, less the news and ``. ``."""
MOST_COLUMNS: Final = {
    "jokes": BEHIND_NEWS,
    "responses": BEHIND_NEWS,
    "compliments": BEHIND_NEWS,
    "recipe lines": BEHIND_NEWS,
    "weather": BEHIND_NEWS,
    "seasons": BEHIND_NEWS,
    "fallbacks": BEHIND_NEWS,
    "facts": 80,
    "reminders": 118,
}
"""Measured with a long sample in each slot."""

LOUD_GLOW: Final = 0.8
"""From this GLOW on one exclamation mark is allowed; only jokes name their least GLOW."""
