"""The words by which something private is found in a text, and those that only look like it.

Invariant: data only, in lower case, and nothing here is anybody's: first names, places, months and the
words that stand around a password.
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STRONG: Final = _words(
    "password passwords passwd passwort kennwort pwd pw passphrase passphrases passcode secret secrets"
    " contraseña clave motdepasse wachtwoord parola passe"
)
"""After one of these and ``is`` all goes until the sentence ends: a passphrase is made of words."""
WEAK: Final = _words(
    "token tokens key keys pin otp credential credentials creds login username apikey licence license"
    " cookie bearer ssn iban passport birthday"
)
"""After one of these and ``is`` the next words go."""
CONNECTORS: Final = _words("is was are were = : := == => -> equals ist est es lautet remains became")
SKIPPED: Final = _words("the a an now still just literally probably currently simply really my our your to")
"""Between ``is`` and the secret."""
SETTING: Final = _words(
    "set setting sets change changed changing reset updated update switched switch make made"
)
"""``set the password to …``."""
PASSWORDS: Final = STRONG - {"secret", "secrets"}
ABOUT_PASSWORDS: Final = _words(
    "i we you he she they me us them am be been being need needs needed want wants use using forgot"
    " forget forgotten remember remembers typed type types enter entered entering ask asks asked show"
    " shows shown store stores fix fixes bug bugs slow fast user users account accounts app apps site page"
    " pages server database module library feature migration today yesterday first last third second two"
    " three twice once all any some every each no yes more much many than then also even please thanks how"
    " why another other same good bad long short hard easy better worse nobody everybody plain text clear"
    " bcrypt argon salt salted logs screen phone phones keyboard deploy deployed merge merged release"
    " released wrote write read reads updates update finally still never today's minutes minute hours hour"
    " days day week"
)
"""Besides the words below, what a sentence about a password may be made of."""
STATES: Final = _words(
    "twice once already anyway too yet empty missing invalid wrong expired valid required set not short"
    " long null none correct incorrect reset changed hashed encrypted stored broken gone fine okay ok weak"
    " strong rotated revoked leaked rejected accepted refreshed cached checked validated passed sent saved"
    " lost old new unset hidden unique masked logged redacted ignored optional deprecated always never"
    " only being on off in at where what unknown ready safe working failing used needed unused up down"
    " back there here due"
)
"""What may be said of a secret without telling it."""
AFTER: Final = _words(
    "reset resets manager managers field fields hash hashes hashing policy policies form forms check"
    " checks input inputs page prompt rules flow flows change changes box dialog screen store rotation"
    " auth hint hints expiry length strength and or for in on at from with again that which who when where"
    " while because so but if by before after is was are were has had have does did do can cannot can't"
    " could should would will won't must to as into of over until without fails failed failing works"
    " expires expired handling validation validator generator test tests code link mail email leak leaks"
    " scanner scanning support storage login sauce garden weapon santa agent service services handler"
    " provider rotated rotates"
)
"""What may follow such a word without being one."""
CLAUSE: Final = _words(
    "and but because so when while which who then if after before again for in on at since"
)
POINTING: Final = _words("that this it which what where here there who everything nothing")
OWN: Final = _words("my the a an our his her their your as")

BEFORE_NAMES: Final = _words(
    "with ask asked asking tell told telling by thanks thank cc hi hello hey dear ping pinged meet met"
    " meeting call called calling named colleague coworker friend boss manager wife husband son daughter"
    " brother sister mom mum dad uncle aunt cousin neighbour neighbor mentor teammate reviewer maintainer"
    " from mailed emailed messaged texted helped helping blame blamed i'm"
)
HONORIFICS: Final = _words(
    "mr mrs ms miss dr prof professor sir madam herr frau monsieur madame señor señora"
)

FIRST_NAMES: Final = _words(
    "aaron abby abigail adam adrian agnes aisha alan albert alejandro alex alexander alexandra alexis"
    " alfred alice alicia alina allison amanda amelia amit amy ana andrea andreas andrew andy angela anita"
    " anja anke anna anne annie anthony antonio anton arjun arthur ashley astrid barbara beatrice ben"
    " benjamin bernard beth betty birgit björn bob bradley brandon brenda brian bruno bryan camille carlos"
    " carmen carol carolina caroline catherine cecilia charlotte chloe chris christian christina christine"
    " christopher claire clara claudia colin connor craig cynthia daniel daniela danielle david deborah"
    " denise dennis diana diego dieter dimitri dmitri dominic donald dorothy douglas dylan edward elena"
    " eleni elias elisabeth elizabeth ella ellen emily emma enrique eric erik erika ethan eugene eva"
    " evelyn fatima felix fernando florian francesca francisco frank franz fred frederick frida fritz"
    " gabriel gary george gerald gerhard giorgos giovanni giulia gloria gordon greg gregory greta"
    " guillaume gustav hannah hans harold harry hassan heather hector heidi heike heinrich helen helena"
    " henrik henry hiroshi holly hugo ian ibrahim igor ingrid irene isabel isabella ivan jacob james jan"
    " jane janet jason javier jean jeff jeffrey jennifer jeremy jerry jesse jessica jill jim joachim joan"
    " joanna joe joel johan johann johanna johannes john johnny jonas jonathan jorge jose josef joseph"
    " joshua joyce juan judith judy julian julie jürgen justin karen karin karl kate katharina katherine"
    " kathleen katie katja keith kelly kenneth kenji kevin klaus kostas kristen kristin kumar kyle larry"
    " laura lauren lena leon leonard leonie liam linda lisa lorenzo louis louise luca lucas lucia lucy"
    " luis luisa lukas lukasz magdalena manfred manuel marco marcus margaret maria marie marina mario"
    " markus marta martha martin martina mary mateusz matthew matthias maureen maximilian megan mehmet"
    " melanie melissa michael michel michelle miguel mike mikhail miriam mohamed mohammed monica monika"
    " moritz nadia nancy naomi natalia natalie natasha nathan nicholas nicole niklas nikolai nikos nina"
    " noah nora norman olaf oleg olga oliver olivia omar oscar oskar pablo pamela patricia patrick paul"
    " paula pauline pavel pedro peter petra philip philippe phillip pierre piotr priya rachel rafael"
    " rajesh ralph ramon raymond rebecca regina renate ricardo richard robert roberto rodrigo roger roland"
    " ronald rosa roxana russell ruth ryan sabine sabrina sam samantha samuel sandra sanjay sara sarah"
    " scott sean sebastian sergei sergey sergio sharon shirley silvia simon simone sofia sonja sophia"
    " sophie stefan stefanie stella stephan stephanie stephen steve steven stuart susan susanne suzanne"
    " sven svetlana sylvia tamara tanja tatiana teresa theodor theresa thomas tiffany tim timothy tobias"
    " todd tom tomasz tommy tony tracy ulrich ulrike ursula uwe valentina valeria vanessa vera veronica"
    " victor victoria viktor vincent virginia vivian vladimir walter wanda wayne wendy werner william"
    " wolfgang xavier yasmin yuki yuri yusuf yvonne zachary zoe"
)
"""Common first names that are no ordinary words of the work besides (no Mark, Will, Ruby, Julia, Max)."""

MONTHS: Final = _words(
    "january february march april may june july august september october november december jan feb mar"
    " apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon"
    " tue wed thu fri sat sun christmas easter thanksgiving halloween hanukkah diwali ramadan"
)
PLACES: Final = _words(
    "greece athens crete mykonos santorini rhodes corfu naxos paros milos zakynthos thessaloniki italy"
    " rome venice florence milan naples sicily sardinia spain madrid barcelona seville mallorca ibiza"
    " portugal lisbon porto madeira france paris lyon nice marseille corsica germany berlin hamburg munich"
    " cologne frankfurt austria vienna salzburg switzerland zurich geneva bern basel netherlands amsterdam"
    " rotterdam belgium brussels england london manchester oxford cambridge scotland edinburgh glasgow"
    " wales cardiff ireland dublin belfast iceland reykjavik norway oslo bergen sweden stockholm denmark"
    " copenhagen finland helsinki estonia tallinn latvia riga lithuania vilnius poland warsaw krakow"
    " czechia prague hungary budapest romania bucharest bulgaria sofia croatia zagreb split dubrovnik"
    " serbia belgrade slovenia turkey istanbul ankara cyprus malta egypt cairo morocco marrakesh tunisia"
    " kenya nairobi ghana nigeria lagos africa israel jordan dubai india delhi mumbai bangalore goa nepal"
    " china beijing shanghai japan tokyo kyoto osaka korea seoul taiwan taipei singapore thailand bangkok"
    " vietnam hanoi bali indonesia malaysia philippines manila australia sydney melbourne brisbane perth"
    " zealand auckland wellington canada toronto montreal vancouver ottawa america usa york boston chicago"
    " seattle austin texas california nevada vegas denver miami florida washington oregon portland hawaii"
    " alaska francisco diego angeles mexico cancun oaxaca yucatan cuba havana jamaica brazil rio paulo"
    " argentina buenos aires chile santiago peru lima colombia bogota ecuador europe asia antarctica alps"
    " pyrenees andes tuscany provence bavaria catalonia scandinavia mediterranean atlantic pacific baltic"
    " aegean adriatic"
)
PROPER: Final = _words(
    "i i'm i'll i've i'd github gitlab docker postgres postgresql mysql sqlite redis linux ubuntu debian"
    " fedora windows macos ios android chrome firefox safari vim neovim emacs helix vscode jetbrains"
    " pycharm intellij python rust java kotlin swift ruby php perl haskell elixir erlang scala clojure lua"
    " bash zsh javascript typescript node deno bun react vue angular svelte django flask fastapi rails"
    " spring laravel jenkins travis circleci kubernetes helm terraform ansible pulumi aws azure gcp lambda"
    " kafka rabbitmq nginx apache grafana prometheus sentry datadog slack jira confluence notion figma"
    " zoom teams gmail google microsoft apple amazon meta anthropic openai claude copilot stack overflow"
    " english german french spanish greek italian dutch chinese japanese korean russian portuguese hindi"
    " arabic latin mexican american european british canadian irish scottish vs vpn ci cd pr prs mr qa ui"
    " ux api sql css html json yaml toml xml http gradle maven cargo webpack vite pytest jest mocha"
    " cypress playwright selenium cmake ninja bazel gulp pandas numpy jupyter celery sphinx hacker news"
    " visual studio code unity unreal godot blender steam today's yesterday's tomorrow's that's it's"
    " what's there's here's who's let's where's everyone's nobody's somebody's one's he's she's how's"
    " when's why's"
)
"""Words with a capital that are no names of people."""
