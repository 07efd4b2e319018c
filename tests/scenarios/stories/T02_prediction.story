# What the idle worker expects guides the five turns after it, and no other.

Story: One turn old, it counts
Rule: T2: a prediction of this user and workspace guides the turns after it.
given known
set mode=chatty seed=a
shelf jokes tags=sql "A joke about SQL."
shelf jokes tags=css "A joke about CSS."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 predict domain_tags=sql age=1
10:01 run make ok in 60s tags=sql,css
> 10:01:01 build ok, 60 s. A joke about SQL. | source=cpu_repo category=AFFIRMATION

Story: Five turns old, it still counts
Rule: T2: until the fifth turn after it.
given known
set mode=chatty seed=a
shelf jokes tags=sql "A joke about SQL."
shelf jokes tags=css "A joke about CSS."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 predict domain_tags=sql age=5
10:01 run make ok in 60s tags=sql,css
> 10:01:01 build ok, 60 s. A joke about SQL. | source=cpu_repo category=AFFIRMATION

Story: Six turns old, it is ignored
Rule: T2: more than five turns old, it is ignored.
given known
set mode=chatty seed=a
shelf jokes tags=sql "A joke about SQL."
shelf jokes tags=css "A joke about CSS."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 predict domain_tags=sql age=6
10:01 run make ok in 60s tags=sql,css
> 10:01:01 build ok, 60 s. A joke about CSS. | source=cpu_repo category=AFFIRMATION

Story: Made on the same turn, it is ignored
Rule: T2: what was made on the turn at hand is for later ones.
given known
set mode=chatty seed=a
shelf jokes tags=sql "A joke about SQL."
shelf jokes tags=css "A joke about CSS."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 predict domain_tags=sql age=0
10:01 run make ok in 60s tags=sql,css
> 10:01:01 build ok, 60 s. A joke about CSS. | source=cpu_repo category=AFFIRMATION

Story: Without one, the same line as with one that is ignored
Rule: T2: what is ignored changes nothing.
given known
set mode=chatty seed=a
shelf jokes tags=sql "A joke about SQL."
shelf jokes tags=css "A joke about CSS."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:01 run make ok in 60s tags=sql,css
> 10:01:01 build ok, 60 s. A joke about CSS. | source=cpu_repo category=AFFIRMATION
