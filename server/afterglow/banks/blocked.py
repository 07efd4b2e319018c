"""What a line that a model wrote may never hold, as tables: the voice's own rules, and more.

A person reads each shipped line; nobody reads these before they are shown. So the tables err on the side
of silence: a harmless line that meets a word of them is lost, and that is cheap.
Invariant: data and the patterns made from it. Words stand in small letters, phrases with single spaces;
``*`` stands for any ending. They are looked for in folded text, see ``unfit.folded``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from afterglow.banks.voice import Rule

_HEAD: Final = r"(?<![\w'])"
_TAIL: Final = r"(?![\w'])"


def word_set(text: str) -> frozenset[str]:
    """The words of a text with spaces between."""
    return frozenset(text.split())


def _rule(why: str, *lists: str) -> Rule:
    phrases = [" ".join(phrase.split()) for text in lists for phrase in text.split(",")]
    return Rule(why, _pattern([re.escape(phrase).replace(r"\*", r"\w*") for phrase in phrases if phrase]))


def _pattern(parts: list[str]) -> re.Pattern[str]:
    """Any of these as whole words. Grouped by their first letters, for there are hundreds of them."""
    groups: dict[str, list[str]] = {}
    for part in dict.fromkeys(parts):
        head = part[:2] if part[:2].isalpha() else part[:1] if part[:1].isalpha() else ""
        groups.setdefault(head, []).append(part.removeprefix(head))
    words = "|".join(f"{head}(?:{'|'.join(rest)})" for head, rest in groups.items())
    return re.compile(rf"{_HEAD}(?:{words}){_TAIL}")


def any_of(*tables: Iterable[Rule]) -> re.Pattern[str]:
    """One pattern that is met in folded text wherever a rule of the tables of words is: most lines meet none,
    and are spared the single rules."""
    parts: list[str] = []
    for rule in (rule for table in tables for rule in table):
        for part in _parts(rule.pattern.pattern):
            parts.append(part.replace(r"\s+", r"\ ").lower().replace(r"\w", r"\w"))
    return _pattern(parts)


def _parts(pattern: str) -> Iterator[str]:
    """The words of a rule, whether they stand in groups or one behind the other."""
    inside = pattern.removeprefix(_HEAD).removeprefix("(?:").removesuffix(_TAIL).removesuffix(")")
    for head, rest, single in re.findall(r"([a-z]*)\(\?:([^()]*)\)|([^|()]+)", inside):
        yield from (head + part for part in rest.split("|")) if not single else (single,)


BLOCKED: Final = (
    _rule(
        "a slur",
        "nigger*, nigga*, faggot*, fag, fags, kike*, spic, spics, chink, chinks, gook*, wetback*",
        "tranny, trannies, dyke*, coon, coons, paki, pakis, towelhead*, raghead*, midget*, spastic*",
        "spaz, mongoloid*, redskin*, gypsy, gypsies, white trash, polack*, neger*, kanake*",
        "schwuchtel*, zigeuner*, maricon*, tard, tards, savages, subhuman*, master race, white power",
        "heil",
    ),
    _rule(
        "sexual",
        "sex, sexual*, sexting, porn*, nude*, nudity, naked, boob*, tits, titties, dick, dicks, cock",
        "cocks, pussy, pussies, penis*, vagina*, horny, orgasm*, erotic*, fetish*, blowjob*, handjob*",
        "cum, cumming, masturbat*, hentai, milf, nsfw, onlyfans, rape, raped, rapes, raping, rapist*",
        "molest*, pedo*, paedo*, incest*, whore*, slut*, bitch*, cunt*, twat*, wank*, bastard*",
        "asshole*, arsehole*, motherf*, bollock*, dildo*, kinky, stripper*, hooker*, prostitut*",
        "seduc*, bdsm, lingerie, foreplay, threesome, undress*, make love, in bed with, turn you on",
        "turns me on, bugger*, piss, pissed, pissing",
    ),
    _rule(
        "swearing in another tongue",
        "scheisse*, scheiss*, arsch*, fotze*, hure, huren*, hurensohn, wichser*, merde, putain",
        "connard*, salope*, encule*, puta, putas, puto, mierda, joder, cabron*, cojones, cazzo",
        "stronz*, vaffanculo, puttana, porra, caralho, kurwa*, chuj*, pierdol*, klootzak*",
        "godverdomme, perkele, vittu, blyat, suka",
    ),
    _rule(
        "violent",
        "stab, stabs, stabbed, stabbing, strangl*, slaughter*, massacre*, behead*, decapitat*",
        "tortur*, terroris*, hostage*, genocid*, holocaust, lynch*, assassin*, weapon*, rifle*",
        "pistol*, grenade*, explosiv*, explod*, arson*, attack*, beat you, beat up, hit you, hurt you",
        "choke*, drown*, corpse*, gore, gory, maim*, mutilat*, poison*, execution*, shot dead",
        "burn you, punish*, threat*",
    ),
    _rule(
        "about harming oneself",
        "self harm, self-harm, kill yourself, kys, end it all, end your life, end my life",
        "cut yourself, cutting yourself, overdos*, hurt yourself, harm yourself, hang yourself",
        "hang myself, starve yourself, not worth living, no reason to live, jump off, slit*",
        "worthless, hopeless, better off without you",
    ),
    _rule(
        "medicine or law",
        "doctor*, physician*, diagnosis, diagnosed, diagnose you, medic*, dose*, dosage*, pill, pills",
        "symptom*, therap*, prescri*, antidepress*, vaccin*, ibuprofen, aspirin, paracetamol, xanax",
        "insulin, disease*, illness*, anxiety, depress*, burnout, lawyer*, attorney*, solicitor*",
        "lawsuit*, sue, sued, suing, legal*, illegal*, lawful*, unlawful*, plaintiff*, defendant*",
        "subpoena*, blood pressure",
    ),
    _rule(
        "money",
        "invest*, stock tip*, bitcoin*, cryptocurrenc*, ethereum, forex, gambl*, casino*, betting",
        "loan*, mortgage*, credit card*, bank account*, wire transfer*, gift card*, lottery, get rich",
        "for free, buy now, discount*, coupon*, promo*, sponsor*, advert*",
    ),
    _rule(
        "politics",
        "trump, biden, obama, putin, zelensky*, netanyahu, hitler, stalin, mussolini, politic*",
        "election*, elected, vote*, voting, voter*, democrat*, republican*, liberals, conservatives",
        "left-wing, right-wing, socialis*, communis*, marxis*, fascis*, nazi*, capitalis*, abortion*",
        "immigra*, refugee*, brexit, congress, parliament*, senator*, president*, prime minister*",
        "government*, gaza, hamas, palestin*, israel*, ukrain*, kremlin, isis, taliban, antifa, maga",
        "woke, gun control, protest*, propaganda, dictator*, regime*, feminis*, genders, transgender*",
        "racis*, sexis*",
    ),
    _rule(
        "religion",
        "relig*, christian*, catholic*, protestant*, muslim*, islam*, jew, jews, jewish, judais*",
        "hindu*, buddh*, sikh*, atheis*, church*, mosque*, synagogue*, bible*, biblical, quran*",
        "koran*, torah, prophet*, messiah, christ, pope, priest*, imam*, rabbi*, sermon*, gospel*",
        "crusade*, jihad*, infidel*, heathen*, scripture*, angel*, demon, demons, the lord, amen",
    ),
    _rule(
        "about a group of people",
        "boomer*, blonde*, millennial*, gen z, zoomer*, gay, gays, lesbian*, queer*, homosexual*",
        "trans, foreigner*, immigrants, natives, peasant*, hillbill*, redneck*, virgins, spinster*",
        "housewi*, boss fires, fire you, ceo, your ex, mother-in-law, wives, husbands, feminine",
        "masculine, ladies",
    ),
    _rule(
        "drink or drugs",
        "cocaine, heroin, meth, cannabis, marijuana, lsd, ecstasy, opium, opioid*, fentanyl, stoned",
        "alcohol*, whisky*, whiskey*, tequila, booze*, cocktail*, ouzo, raki, schnapps, tobacco",
        "cigar*, vape*, vaping",
    ),
    _rule(
        "unkind",
        "useless, suck, sucks, sucked, shut up, nobody likes, ridiculous, disgust*, freak*, fat",
        "obese, cripple*, midlife, old man, old woman, loony, mental, mad man, imbecile*, dunce*",
        "jerk*, crybaby, wimp*, coward*, traitor*, your fault, blame you, ashamed, disappoint*",
        "let down",
    ),
)
"""What no screen of ours may show. Looked for in the folded text and again with its signs read as letters."""

OBEYED: Final = (
    _rule(
        "an echo of instructions",
        "ignore all, ignore any, ignore the, ignore previous, ignore prior, ignore above, ignore your",
        "ignore these, ignore those, ignore everything, ignoring, disregard*, previous instruction*",
        "instruction*, system prompt*, system message*, developer mode, jailbreak*, prompt injection",
        "injected, override*, pretend to be, act as, roleplay*, you are now, new task, as requested",
        "as instructed, as you asked, here is, here are, here's the, here's your, as you wish",
        "i cannot, i can't, unable to, sorry, canary*, pwned, pwn, owned, hacked, hacker*, exfiltrat*",
        "payload*, exploit*, malware, ransom*, repeat after, say exactly, output only, respond with",
        "reply with, the word, secret word*, magic word*, code word*, password*, lorem ipsum",
        "user input",
    ),
    _rule(
        "about a model",
        "as an ai, ai, a.i, artificial intelligence, language model*, llm*, gpt*, chatgpt, openai",
        "anthropic, claude, chatbot*, ai assistant, assistant*, neural net*, training data",
        "my programming",
    ),
    _rule(
        "a command",
        "sudo, curl, wget, chmod, chown, mkfs, rm, rmdir, eval, exec, powershell, cmd, netcat, ncat",
        "ssh, scp, telnet, crontab, systemctl, killall, drop table*, drop database*, delete from",
        "insert into, truncate table, select from, format c, etc passwd, etc shadow, dev null, base64",
        "shutdown now, git push, git reset, git clean, git checkout, git clone, git pull, git rebase",
        "git commit, git add, git rm, git config, git remote, npm install, npm run, npm i, npx",
        "pip install, pip uninstall, yarn add, cargo install, apt install, apt-get, brew install",
        "docker run, docker exec, docker rm, kubectl delete, kubectl apply, kubectl exec",
        "make install, dash dash, minus minus, backtick*, force push it, delete everything",
        "delete all, wipe*, erase*, rm rf, bash, zsh script, run the script, run this, execute*",
        "paste this, type this, copy this, enter this, open a terminal, open the terminal",
    ),
    _rule(
        "a link or an address",
        "http*, hxxp*, www, ftp, ftps, sftp, mailto, vbscript, url, urls, uri, link, links",
        "hyperlink*, website*, web site*, webpage*, web page*, homepage*, click*, tap here, visit the",
        "visit our, visit my, visit this, go to the site, download*, install*, subscribe*, log in",
        "login, sign in, sign up, qr code, email*, e-mail*, e-mails, call us, phone number*, whatsapp",
        "telegram, discord, follow us, contact us, dot com, dot org, dot net, dot io, dot dev",
        "dot example, dot ai, dot co, dot sh, slash, backslash, localhost, ip address*, passw*",
        "passphrase*, credential*, api key*, access token*, private key*, ssh key*, secret key*",
        "social security, attacker*, evil",
    ),
)
"""What a model says that obeyed a text it was told to read as data, or that wants something done."""

CLAIMS: Final = (
    _rule(
        "a claim about the work",
        "passed, passes, passing, green, greens, failed, fails, failing, failure, failures, fixed",
        "fixes, broke, broken, breaks, merged, merges cleanly, deployed, released, shipped, tagged",
        "compiled, compiles, committed, pushed, reverted, refactored, resolved, solved, finished",
        "completed, succeed*, success*, working now, works now, it works, they work, everything works",
        "went through, came back, came through, no errors, no failures, no warnings, no bugs",
        "no issues, is gone, are gone, zero errors, error free, error-free, bug free, is done",
        "are done, all done, is ready, are ready, is clean, are clean, all set, up to date, on track",
        "streak*, in a row, so far, clean run, clean build, well tested, looks good, looking good",
        "lgtm, approved, good to go, ship it, faster now, is faster, is slower, is better now",
        "improved, regression is, milestone*, level up, one step closer, deadline*",
    ),
    _rule(
        "a claim about the work",
        "finally, smoothly, as expected, as planned, is stable, are stable, stable again",
        "agrees with you, agree with you, is up, are up, is down, are down, productive, made progress",
        "smooth sailing, behaving, behaves now, won't be back, almost there, nearly there",
        "back on track, under control, no longer, sorted out",
    ),
    _rule(
        "about how somebody is",
        "tired, exhausted, stress*, overwork*, late hour*, working late, up late, this late, so late",
        "proud, prouder, love you, loves you, loved you, need you, needs you, want you, wants you",
        "thank you, grateful, your day, sounds like a, lonely, sad, you okay, are you, how are",
    ),
    _rule(
        "advice nobody asked for",
        "time for, time to, let's, let us, maybe grab, maybe take, maybe try, grab a, grab some",
        "take five, take ten, take a moment, take a walk, take it easy, treat yourself, be kind",
        "be careful, beware, watch out, slow down, hurry*, worth a try, go for it, give it a",
        "how about, what about, feel free",
    ),
    _rule(
        "a claim about when",
        "today, yesterday, tonight, this morning, this evening, this afternoon, this week, this month",
        "this year, now, nowadays, last night, last week, last month, last year, last time, this time",
        "ago, hours later, minutes later, days later, all day, all night, all morning, all week",
    ),
    _rule(
        "given as a fact",
        "fact, facts, did you know, in fact, actually, studies, study shows, research*, scientist*",
        "according to, statistic*, it is known, proven, true story, guarantee*, percent*, per cent",
        "hundred*, thousand*, million*, billion*, dozen*, twenty, thirty, forty, fifty, sixty",
        "seventy, eighty, ninety, trivia, source:, quote:, on average, world record*, officially",
    ),
    _rule(
        "cheering or hype",
        "excellent, fantastic, wonderful, brilliant, magnificent, spectacular, outstanding, superb",
        "gorgeous, unstoppable, invincible, hero, heroes, heroic, genius, legend, legends, mastermind",
        "impressive, impressed, congratul*, celebrate*, hats off, high five, cheers, hurrah",
        "bravissimo, keep at it, keep pushing, stay strong, stay positive, don't give up",
        "never give up, dream big, felicitation*, felicidades, enhorabuena, parabens, complimenti",
        "gratulacj*, glueckwunsch, herzlichen, gut gemacht, weiter so, bien joue, muy bien",
        "molto bene, goed gedaan",
    ),
    _rule(
        "a claim in another tongue",
        "bestanden, grun, erfolgreich, fehlgeschlagen, behoben, repariert, dein, deine, deinen",
        "deiner, ihre, reussi*, corrige*, votre, vos, tes, tous les tests, pasaron, pasado, arreglado",
        "tu codigo, tus, su, superati, superato, corretto, il tuo, i tuoi, la tua, passou, passaram",
        "corrigido, seu, sua, teu, geslaagd, jouw, opgelost, twoj*, naprawion*, heute, gestern",
        "hier soir, aujourd'hui, hoy, ayer, oggi",
    ),
    _rule(
        "slang that dates",
        "gg, ggwp, noice, based, slaps, bussin, drip, skibidi, rizz, stan, ship this, hashtag*, tbh",
        "imho, ngl, fr fr, bae, boi, smol, doggo*, big brain, galaxy brain, stonks, pog, poggers, kek",
        "rekt, n00b, finna, gonna, wanna, gotta, lemme, hella, deadass, mood, iconic, legit, dope",
        "sick burn, savage",
    ),
)

OF_WORK: Final = (
    "build|builds|test|tests|suite|pipeline|ci|commit|commits|branch|merge|deploy|deployment|release|coverage"
    "|job|run|bug|bugs|flake|flakes|error|errors|regression|fix|patch|refactor|refactoring|migration|query"
    "|script|warning|warnings|pr|diff|check|checks|linter run|lock|lockfile"
)
"""Of these nothing is said that only a recorded event could know."""
YOURS: Final = (
    f"{OF_WORK}|code|codebase|work|change|changes|function|functions|file|files|score|progress|effort|repo"
    "|repository|project|module|class|feature|team|boss|family|wife|husband|partner|kids|mother|father|life"
    "|health|body|weight|mood|feelings|heart|mind|sleep|skills|career|future|own|best|turn|attention|name"
    "|device|computer|machine|account|data|secrets?|keys?|tokens?"
)
"""What a stranger does not speak of as yours."""
_UNITS: Final = (
    "tests?|commits?|runs?|minutes?|hours?|days?|seconds?|weeks?|months?|years?|lines?|files?|errors?"
    "|warnings?|times|bugs?|builds?|tries|attempts?|failures?|stars?|points?"
)
_NUMBERS: Final = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|many|few|more|fewer|another|zero"
)
_DID: Final = (
    "just|finally|already|still|have|had|did|were|was|are|got|made|wrote|ran|found|beat|won|lost|took|kept"
    "|left|came|went|said|saw|knew|must|should|ought|need|shall|cannot|can't|might want|may want|know|look"
    "|seem|sound|feel|deserve|earned|rock|rule|do|did|never|always|again"
)
SHAPES: Final = (
    Rule("about the user", re.compile(r"(?:^|[.:;,] )(?:and |but |so |then |yes |well )?you\b")),
    Rule("about the user", re.compile(rf"\byou(?:'(?:ve|re|d|ll)|\s+(?:{_DID}|\w+ed))\b")),
    Rule("about what is the user's", re.compile(rf"\byour\s+(?:\w+\s+)?(?:{YOURS})\b")),
    Rule(
        "a claim about the work",
        re.compile(
            rf"(?:\b(?:the|that|this|these|those|all|every|both)\s+(?:\w+\s+)?|(?:^|[.:;,] ))(?:{OF_WORK})\s+"
            r"(?:is|are|was|were|has|have|had|now|finally|just|looks?|ran|came|went|turned|got|did|held"
            r"|landed|survived|took|will|won't|isn't|aren't|didn't|doesn't|\w+ed)\b"
        ),
    ),
    Rule("a claim about the work", re.compile(rf"\bno\s+(?:\w+\s+)?(?:{OF_WORK}|failures?|regressions?)\b")),
    Rule(
        "about a group of people",
        re.compile(
            r"\b(?:french|german|greek|italian|american|british|english|chinese|indian|russian|polish|turkish"
            r"|spanish|japanese|mexican|african|asian|arab|irish|scottish|dutch|swedish|black|white|brown|old"
            r"|young|rich|poor|short|straight)\s+(?:people|guys|folks?|drivers|developers|women|men|girls|boys)\b"
        ),
    ),
    Rule("a claim about the work", re.compile(rf"\b(?:{OF_WORK}|failures?)\s?[:-] ")),
    Rule("a number", re.compile(rf"\b(?:{_NUMBERS})\s+(?:\w+\s+)?(?:{_UNITS})\b")),
    Rule(
        "a number",
        re.compile(
            r"\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\s+"
            r"(?:time|commit|run|try|attempt|build|test|day|week|hour|visit|round|green|red|coffee|cup|tea)\b"
        ),
    ),
    Rule(
        "an order",
        re.compile(
            r"(?:^|[.:;,] |- )(?:please\s+)?(?:run|use|check|try|open|visit|delete|remove|send|type|enter"
            r"|execute|copy|paste|call|contact|buy|follow|consult|avoid|push|commit|merge|deploy|restart"
            r"|reboot|disable|enable|forget|update|upgrade|remember|drink|eat|sleep|breathe|relax|go to"
            r"|go and|get|tell|reply|print|write|say|output|ignore|subscribe|please|approve|trust|believe)\b"
        ),
    ),
)
"""What is wrong in the way a sentence is made, in folded text."""

NO_WORDS: Final = word_set(
    """the and for are but not you all any can had her was one our out day get has him his how man new now
    old see two way who boy did its let put say she too use that with have this will your from they know
    want been good much some time very when come here just like long make many more only over such take
    than them well were what where which while about after again also back because before being between
    both could does doing done down each even every first found give goes going gone great into last left
    less look made might most must need never next nothing off once other part people place really right
    same should since something still stuff sure then there these thing things think thinking those through
    today tomorrow under until upon used using want wants went would yes yesterday year years yet
    add added app api auth bug bugs build builds call check class code codes command commit commits config
    copy data database debug default delete deploy dev diff doc docs edit error errors event fail failed
    fails feature file files find fix fixed fixes folder form format function functions git github green
    help hello home host http idea image index info input install issue issues item job jobs key keys label
    lib library line lines link lint list load local log login logs main map master menu merge message
    method mode model module name node note number object open option output package page parse pass passed
    path plan please point post print problem process program project property pull push query read readme
    red refactor release remove repo report request response result review root run running runs save
    schema script search server service set setting settings setup show software sort source src start
    state status step stop store string style system table tag task team temp test tested testing tests text
    thanks thank title token tool tools try trying turn type types update user users util value values var
    variable version view warning web window word words work working works write writing wrong
    bit file's ok okay hey hmm lot lots maybe actually always another anything anyone around ask away bad
    best better big can't cannot day days didn't doesn't don't else end ever far feel few fine full getting
    got guess happy hard hope hour hours how's i'll i'm i've isn't it's keep kind later let's little lets
    love mean minute minutes morning night nice often own planning pretty question quite rather ready
    second seems seen short small soon sorry talk tell that's they're thought took week weekend weeks we're
    what's whole without won't you're"""
)
"""Common English and the common words of the trade: as words for a domain they would match everything."""
