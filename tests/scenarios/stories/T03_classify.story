# What a text or an event is taken for.

Story: What is said
Rule: T3: label, confidence, tags, GLOW and register of a text; a task is work and left alone.
given known
set redirectAfterExchanges=0
show source label sure tags register
shelf responses label=greeting "Hello yourself."
shelf responses label=gratitude "Any time."
shelf responses label=celebration "That had it coming."
shelf responses label=struggle "No hurry here."
shelf responses label=learning "Worth keeping."
shelf responses label=question "Good question; the manual may know."
shelf responses label=small_talk "It was quiet here."
shelf responses label=off_domain "Sounds like a map is needed."
shelf responses label=goodbye "The rest keeps."
shelf jokes "A test walks in."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now | label=greeting sure=yes tags=- register=neutral,normal,normal,medium
10:00 say "good morning"
> 10:00:00 Hello yourself. | source=cpu_repo label=greeting sure=yes tags=- register=formal,terse,normal,medium
10:01 say "thx"
> 10:01:00 Any time. | source=cpu_repo label=gratitude sure=yes tags=- register=casual,terse,normal,medium
10:02 say "YES!!! all green!"
> 10:02:00 That had it coming. | source=cpu_glow label=celebration sure=yes tags=- register=neutral,terse,urgent,high
10:03 say "I'm stuck, this makes no sense"
> 10:03:00 No hurry here. | source=cpu_repo label=struggle sure=yes tags=- register=neutral,normal,normal,medium
10:04 say "today I learned about generators in python"
> 10:04:00 Worth keeping. | source=cpu_repo label=learning sure=yes tags=python register=neutral,normal,normal,medium
10:05 say "what is a monad?"
> 10:05:00 Good question; the manual may know. | source=cpu_repo label=question sure=yes tags=- register=neutral,terse,normal,medium
10:06 say "how was your weekend?"
> 10:06:00 It was quiet here. | source=cpu_repo label=small_talk sure=yes tags=weekend register=neutral,terse,normal,medium
10:07 say "I'm planning a trip to Greece!"
> 10:07:00 Sounds like a map is needed. | source=cpu_repo label=off_domain sure=yes tags=travel,greece register=neutral,normal,normal,medium
10:08 say "tell me a joke"
> 10:08:00 A test walks in. | source=cpu_repo label=humor sure=yes tags=- register=neutral,terse,normal,medium
10:09 say "create a task for the release"
> 10:09:00 nothing: this is work: small talk leaves it alone | label=task sure=yes tags=release register=neutral,normal,normal,medium
10:10 say "wexel flurb dax"
> 10:10:00 nothing: no line is worth saying just now | label=unknown sure=no tags=- register=neutral,terse,normal,medium
10:11 say "bye, see you tomorrow"
> 10:11:00 The rest keeps. | source=cpu_repo label=goodbye sure=yes tags=- register=neutral,terse,normal,medium

Story: What happened
Rule: T3: an event's label comes from its kind and outcome, with certainty; its subject feeds tags and GLOW only.
given known
set mode=chatty banterIntervalSeconds=0 banterPerDay=0
show label sure tags glow

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now | label=greeting sure=yes tags=- glow=0.1
10:00 commit subject="Rename a variable"
> 10:00:00 nothing: nothing to remind of yet | label=greeting sure=yes tags=- glow=0.1
> 10:00:01 Committed at 10:00 | label=task sure=yes tags=- glow=0.05
10:01 commit subject="I hate this broken SQL query, goodbye, thanks"
> 10:01:01 Committed at 10:01 | label=task sure=yes tags=sql glow=0.5
10:02 commit subject="FINALLY!!! amazing: the pytest suite is green!!!"
> 10:02:01 Committed at 10:02 | label=task sure=yes tags=python,testing glow=0.5
10:10 run pytest fail 3 of 142 in 38s
> 10:10:01 nothing: red: test (pytest) since 10:10 | label=struggle sure=yes tags=testing,python glow=-
10:20 run pytest ok 142 in 38s
> 10:20:01 142 passed in 38 s, first green after 10 min | label=celebration sure=yes tags=testing,python glow=0.6
10:21 run pytest ok 142 in 38s
> 10:21:01 142 passed in 38 s | label=task sure=yes tags=testing,python glow=0.11
10:22 run make unknown in 38s
> 10:22:01 nothing: its outcome is not known | label=unknown sure=yes tags=build glow=-
10:30 emit topic.change from=sql to=css
> 10:30:01 nothing: no line is worth saying just now | label=small_talk sure=yes tags=- glow=0.08
10:31 emit milestone label="1000 commits"
> 10:31:01 1000 commits | label=celebration sure=yes tags=- glow=0.85
