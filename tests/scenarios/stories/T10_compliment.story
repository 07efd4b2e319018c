Story: Resilience
Rule: T10: green after 3 reds or more, or 30 min: a compliment goes before what the banks have.
given known
set mode=chatty
shelf compliments trigger=resilience "Nicely untangled."
shelf responses label=celebration pattern=moment:green "Green again."
shelf jokes tags=testing "A test walks in."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 run pytest fail 3 of 142 in 38s
> 10:00:01 nothing: red: test (pytest) since 10:00
10:02 run pytest fail 2 of 142 in 38s
> 10:02:01 nothing: red: test (pytest) since 10:00
10:04 run pytest fail 1 of 142 in 38s
> 10:04:01 nothing: red: test (pytest) since 10:00
10:06 run pytest ok 142 in 38s
> 10:06:01 142 passed in 38 s, green after 6 min and 3 runs. Nicely untangled. | source=compliment category=AFFIRMATION

Story: Two reds are not enough
Rule: T10: resilience is 3 reds or 30 min.
given known
shelf compliments trigger=resilience "Nicely untangled."
shelf responses label=celebration pattern=moment:green "Green again."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 run pytest fail 3 of 142 in 38s
> 10:00:01 nothing: red: test (pytest) since 10:00
10:02 run pytest fail 2 of 142 in 38s
> 10:02:01 nothing: red: test (pytest) since 10:00
10:06 run pytest ok 142 in 38s
> 10:06:01 142 passed in 38 s, first green after 6 min. Green again. | source=cpu_glow category=AFFIRMATION

Story: One red of half an hour is
Rule: T10: resilience is 3 reds or 30 min.
given known
shelf compliments trigger=resilience "Nicely untangled."
shelf responses label=celebration pattern=moment:green "Green again."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 run pytest fail 3 of 142 in 38s
> 10:00:01 nothing: red: test (pytest) since 10:00
10:30 run pytest ok 142 in 38s
> 10:30:01 142 passed in 38 s, first green after 30 min. Nicely untangled. | source=compliment category=AFFIRMATION

Story: Momentum
Rule: T10: three good ends in 60 min, none failed; not each time after that.
given known
set banterIntervalSeconds=0 banterPerDay=0
shelf compliments trigger=momentum "Three in a row."
shelf compliments trigger=momentum "Three, and counting."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 run make ok in 60s
> 10:00:01 build ok, 60 s | source=news category=AFFIRMATION
10:10 run pytest ok 142 in 38s
> 10:10:01 142 passed in 38 s | source=news category=AFFIRMATION
10:20 run make ok in 60s
> 10:20:01 build ok, 60 s. Three, and counting. | source=compliment category=AFFIRMATION
10:30 run make ok in 60s
> 10:30:01 build ok, 60 s | source=news category=AFFIRMATION

12:00 run make ok in 60s
> 12:00:01 build ok, 60 s | source=news category=AFFIRMATION
12:10 run make ok in 60s
> 12:10:01 build ok, 60 s | source=news category=AFFIRMATION
12:20 run make ok in 60s
> 12:20:01 build ok, 60 s | source=news category=AFFIRMATION
14:00 run make ok in 60s
> 14:00:01 build ok, 60 s | source=news category=AFFIRMATION
14:10 run make ok in 60s
> 14:10:01 build ok, 60 s | source=news category=AFFIRMATION
14:20 run make ok in 60s
> 14:20:01 build ok, 60 s | source=news category=AFFIRMATION

Story: No momentum with a failure in it
Rule: T10: momentum needs an hour without a failure.
given known
set banterIntervalSeconds=0 banterPerDay=0
shelf compliments trigger=momentum "Three in a row."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
09:50 run "ruff check" fail in 12s
> 09:50:01 nothing: red: lint (ruff check) since 09:50
09:55 run "ruff check" ok in 12s
> 09:55:01 lint clean, 12 s, first green after 5 min | source=news category=AFFIRMATION
10:00 run make ok in 60s
> 10:00:01 build ok, 60 s | source=news category=AFFIRMATION
10:10 run pytest ok 142 in 38s
> 10:10:01 142 passed in 38 s | source=news category=AFFIRMATION
10:20 run make ok in 60s
> 10:20:01 build ok, 60 s | source=news category=AFFIRMATION

Story: A piece of work is done
Rule: T10: on task_completed, at most 3 a session, never the same twice, and not one on the heels of another.
given known
set banterIntervalSeconds=0 banterPerDay=0 sessionGapMinutes=240
shelf compliments trigger=task_completed "That is off the list."
shelf compliments trigger=task_completed "One fewer."
shelf compliments trigger=task_completed "Done, and it stays done."
shelf compliments trigger=task_completed "Nothing left to do on that."
shelf compliments trigger=task_completed "Closed properly."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 tag v2.0
> 10:00:01 v2.0 is tagged at 10:00. Closed properly. | source=compliment category=AFFIRMATION
10:10 emit pr.merged took=3h
> 10:10:01 PR merged after 3 h | source=news category=AFFIRMATION
11:00 run "make deploy" ok in 60s
> 11:00:01 Deploy done in 60 s. Nothing left to do on that. | source=compliment category=AFFIRMATION
12:00 emit pr.merged took=3h
> 12:00:01 PR merged after 3 h. That is off the list. | source=compliment category=AFFIRMATION
13:00 emit review.done took=20min
> 13:00:01 Review done after 20 min | source=news category=AFFIRMATION
13:10 close
18:00 open
> 18:00:00 nothing: nothing to remind of yet
18:10 emit review.done took=25min
> 18:10:01 Review done after 25 min. One fewer. | source=compliment category=AFFIRMATION

Story: A compliment does not take the place of a line that waited, or of a gift
Rule: T10: in place of T6 or T7 only.
given known
set banterIntervalSeconds=0 banterPerDay=0
shelf compliments trigger=task_completed "That is off the list."
shelf jokes "A joke walks in."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 queue "This one waited."
10:01 emit pr.merged took=3h
> 10:01:01 PR merged after 3 h. This one waited. | source=queue_hit category=AFFIRMATION
10:02 say "wexel flurb dax"
> 10:02:00 A joke walks in. The work keeps, one window over. | source=gift category=-

Story: After two warm lines a compliment would be too much
Rule: T10: not when the last two tokens had warmth 4 or more; what comes then is cooler.
given known rapport=6
set banterIntervalSeconds=0 banterPerDay=0 sessionGapMinutes=240
show source warmth
shelf compliments trigger=task_completed warmth=4 "That is off the list."
shelf compliments trigger=task_completed warmth=4 "One fewer, thanks to you."
shelf compliments trigger=task_completed warmth=4 "Done, and it stays done."
shelf responses label=celebration pattern=event:review.done warmth=4 level=2 "Reviews become you."
shelf responses label=celebration pattern=event:review.done warmth=2 "A review less."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 emit pr.merged took=3h
> 10:00:01 PR merged after 3 h. Done, and it stays done. | source=compliment warmth=4
11:00 emit pr.merged took=2h
> 11:00:01 PR merged after 2 h. One fewer, thanks to you. | source=compliment warmth=4
12:00 emit review.done took=20min
> 12:00:01 Review done after 20 min. A review less. | source=cpu_repo warmth=2
13:00 emit pr.merged took=1h
> 13:00:01 PR merged after 1 h. That is off the list. | source=compliment warmth=4
