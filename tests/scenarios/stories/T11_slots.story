Story: A name that is not known goes with its comma
Rule: T11: an address without a value goes with its punctuation and spaces; no brace reaches the screen.
given known
show source
shelf responses label=gratitude "{user_name}, likewise."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 say "thanks a lot"
> 10:00:00 Likewise. | source=cpu_repo

Story: A name that is known
Rule: T11: slots are filled from the settings and from what is recorded.
given known
set userName=Ada redirectAfterExchanges=0
show source
shelf responses label=gratitude "{user_name}, likewise."
shelf responses label=greeting "On {branch}, in {file} of {project_name}."

2026-11-24 09:00 open branch=feature/refresh
> 09:00:00 nothing: no line is worth saying just now
09:10 save src/auth.py
10:00 say "thanks a lot"
> 10:00:00 Ada, likewise. | source=cpu_repo
10:01 say "good morning"
> 10:01:00 On feature/refresh, in auth.py of project. | source=cpu_repo

Story: What carries the sense of a line cannot be missing
Rule: T11: a line with a slot that nothing fills is passed over.
given known
set redirectAfterExchanges=0
show source
shelf responses label=gratitude warmth=3 "On {branch}, any time."
shelf responses label=gratitude warmth=2 "In {file}, {temp} outside."
shelf responses label=gratitude warmth=1 "Any time."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 say "thanks a lot"
> 10:00:00 Any time. | source=cpu_repo
10:01 say "thanks a lot"
> 10:01:00 nothing: no line is worth saying just now

Story: Where the change led
Rule: T11: an event fills the slots from and to.
given known
set banterIntervalSeconds=0 banterPerDay=0
shelf responses label=small_talk pattern=event:topic.change "Past {from}, on {to}."
shelf responses label=small_talk pattern=event:topic.change "Over the bridge to {to}, from {from}."
shelf responses label=small_talk pattern=event:topic.change "From {from} to {to}. Mind the step."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 emit topic.change from=SQL to=CSS
> 10:00:01 Past SQL, on CSS. | source=cpu_repo category=BRIDGE
10:10 emit topic.change from={SQL} to={CSS}
> 10:10:01 Over the bridge to (CSS), from (SQL). | source=cpu_repo category=BRIDGE
10:20 emit topic.change to=CSS
> 10:20:01 nothing: no line is worth saying just now

Story: A line that waited is filled like any other
Rule: T11: no brace reaches the screen from the queue either.
given known
set userName={Ada} banterIntervalSeconds=0 banterPerDay=0

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 queue "{user_name}, it waited for {nothing}." confidence=0.99
10:00 queue "{user_name}, it waited." confidence=0.9
10:01 run make ok in 60s
> 10:01:01 build ok, 60 s. (Ada), it waited. | source=queue_hit category=AFFIRMATION
10:10 run make ok in 60s
> 10:10:01 build ok, 60 s | source=news category=AFFIRMATION
