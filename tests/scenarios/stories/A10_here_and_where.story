Story: From one part of the code to another
Rule: A10: a topic changes once it held, and is told where there is room.
given known
show source category about
shelf responses label=small_talk pattern=event:topic.change "From {from} to {to}. Mind the step."

2026-11-24 09:00 open branch=main
> 09:00:00 nothing: no line is worth saying just now
09:01 save server/parser/lexer.py
09:03 save server/parser/lexer.py
09:05 save server/parser/tokens.py
09:10 save web/styles/main.css
09:11 save web/styles/main.css
09:12 save web/styles/grid.css
> 09:12:01 From server/parser to web/styles. Mind the step. | source=cpu_repo category=BRIDGE about=topic.change
09:14 save server/parser/lexer.py
09:15 save server/parser/lexer.py
09:16 save server/parser/lexer.py
09:23 save server/parser/lexer.py
> 09:23:01 nothing: budget: one warm line in 2700 s

Story: There and back is nothing
Rule: A10: looking something up elsewhere is no change of topic.
given known
show source about
shelf responses label=small_talk pattern=event:topic.change "From {from} to {to}. Mind the step."

2026-11-24 09:00 open branch=main
> 09:00:00 nothing: no line is worth saying just now
09:01 save server/parser/lexer.py
09:03 save server/parser/lexer.py
09:05 save server/parser/tokens.py
09:10 save web/styles/main.css
09:11 save server/parser/lexer.py
09:12 save web/styles/main.css
09:13 save server/parser/lexer.py
09:14 save web/styles/main.css
09:15 save server/parser/lexer.py
09:16 run make ok in 60s
> 09:16:01 build ok, 60 s | source=news about=job.finished

Story: From coding to testing
Rule: A10: runs in a row are another phase; the news of the last run goes first, and the change with it.
given known
show source category about
shelf responses label=small_talk pattern=event:phase.change "Other tools, same bench."

2026-11-24 09:00 open branch=main
> 09:00:00 nothing: no line is worth saying just now
09:01 save server/parser/lexer.py
09:03 save server/parser/lexer.py
09:05 save server/parser/lexer.py
09:10 run pytest ok 142 in 38s
> 09:10:01 142 passed in 38 s | source=news category=AFFIRMATION about=job.finished
09:12 run pytest ok 142 in 38s
> 09:12:01 142 passed in 38 s | source=news category=AFFIRMATION about=job.finished
09:13 run pytest ok 142 in 38s
> 09:13:01 142 passed in 38 s | source=news category=AFFIRMATION about=job.finished
09:20 emit review.requested name=parser
09:21 emit review.requested name=lexer

Story: Back from a pause
Rule: A9, A10: a return is told once, after half an hour, and never where the session begins anew.
given known
set sessionGapMinutes=120
show source category about
shelf responses label=small_talk pattern=event:active "The cursor kept its place."

2026-11-24 09:00 open branch=main
> 09:00:00 nothing: no line is worth saying just now
09:01 save server/parser/lexer.py
09:20 save server/parser/lexer.py
10:10 edit server/parser/lexer.py
> 10:10:02 The cursor kept its place. | source=cpu_repo category=PROACTIVE_PROMPT about=active
10:11 save server/parser/lexer.py
10:30 save server/parser/lexer.py
13:30 save server/parser/lexer.py
> 13:30:00 nothing: nothing to remind of yet
