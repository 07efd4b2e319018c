# Pairs that differ in one field of the prediction, and in the line. The title names the field.

Story: domain_tags = sql
Rule: T2a: the domain restricts what may be told.
given known
set mode=chatty seed=a
shelf jokes tags=sql "A joke about SQL."
shelf jokes tags=css "A joke about CSS."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 predict domain_tags=sql
10:01 run make ok in 60s tags=sql,css
> 10:01:01 build ok, 60 s. A joke about SQL. | source=cpu_repo category=AFFIRMATION

Story: domain_tags = css
Rule: T2a: the domain restricts what may be told.
given known
set mode=chatty seed=a
shelf jokes tags=sql "A joke about SQL."
shelf jokes tags=css "A joke about CSS."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 predict domain_tags=css
10:01 run make ok in 60s tags=sql,css
> 10:01:01 build ok, 60 s. A joke about CSS. | source=cpu_repo category=AFFIRMATION

Story: domain_tags = pottery
Rule: T2a: a domain that leaves nothing restricts nothing.
given known
set mode=chatty seed=a
shelf jokes tags=sql "A joke about SQL."
shelf jokes tags=css "A joke about CSS."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 predict domain_tags=pottery
10:01 run make ok in 60s tags=sql,css
> 10:01:01 build ok, 60 s. A joke about CSS. | source=cpu_repo category=AFFIRMATION

Story: warmth_delta = 0
Rule: T2a: the delta shifts the warmth that is sought.
given known rapport=6
show source level warmth
shelf responses label=small_talk pattern=event:topic.change warmth=2 "Mind the step."
shelf responses label=small_talk pattern=event:topic.change warmth=3 "Over the bridge."
shelf responses label=small_talk pattern=event:topic.change warmth=4 level=2 "This bridge knows you."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 predict warmth_delta=0
10:01 emit topic.change from=sql to=css
> 10:01:01 Over the bridge. | source=cpu_repo level=1 warmth=3

Story: warmth_delta = 1
Rule: T2a: the delta shifts the warmth that is sought.
given known rapport=6
show source level warmth
shelf responses label=small_talk pattern=event:topic.change warmth=2 "Mind the step."
shelf responses label=small_talk pattern=event:topic.change warmth=3 "Over the bridge."
shelf responses label=small_talk pattern=event:topic.change warmth=4 level=2 "This bridge knows you."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 predict warmth_delta=1
10:01 emit topic.change from=sql to=css
> 10:01:01 This bridge knows you. | source=cpu_repo level=2 warmth=4

Story: warmth_delta = -1
Rule: T2a: the delta shifts the warmth that is sought.
given known rapport=6
show source level warmth
shelf responses label=small_talk pattern=event:topic.change warmth=2 "Mind the step."
shelf responses label=small_talk pattern=event:topic.change warmth=3 "Over the bridge."
shelf responses label=small_talk pattern=event:topic.change warmth=4 level=2 "This bridge knows you."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 predict warmth_delta=-1
10:01 emit topic.change from=sql to=css
> 10:01:01 Mind the step. | source=cpu_repo level=1 warmth=2

Story: level = 3
Rule: T2a: the level is a ceiling.
given known rapport=8
show source level warmth
shelf responses label=small_talk pattern=event:topic.change warmth=3 "Over the bridge."
shelf responses label=small_talk pattern=event:topic.change warmth=4 level=3 "This bridge knows you."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 predict warmth_delta=1 level=3
10:01 emit topic.change from=sql to=css
> 10:01:01 This bridge knows you. | source=cpu_repo level=3 warmth=4

Story: level = 1
Rule: T2a: the level is a ceiling.
given known rapport=8
show source level warmth
shelf responses label=small_talk pattern=event:topic.change warmth=3 "Over the bridge."
shelf responses label=small_talk pattern=event:topic.change warmth=4 level=3 "This bridge knows you."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 predict warmth_delta=1 level=1
10:01 emit topic.change from=sql to=css
> 10:01:01 Over the bridge. | source=cpu_repo level=1 warmth=3

Story: mode = normal
Rule: T2a: empathetic tells no joke and celebrates nothing; energetic celebrates from GLOW 0.5.
given known
set mode=chatty banterIntervalSeconds=0 banterPerDay=0 seed=a
show source glow
shelf responses label=celebration pattern=moment:green "Green again, in lights."
shelf jokes "A build walks in." max_glow=0.6

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now | glow=0.1
10:00 run make fail in 38s
> 10:00:01 nothing: red: build (make) since 10:00 | glow=-
10:07 predict mode=normal
10:08 run make ok in 38s
> 10:08:01 build ok, 38 s, first green after 8 min. A build walks in. | source=cpu_repo glow=0.55

Story: mode = energetic
Rule: T2a: empathetic tells no joke and celebrates nothing; energetic celebrates from GLOW 0.5.
given known
set mode=chatty banterIntervalSeconds=0 banterPerDay=0 seed=a
show source glow
shelf responses label=celebration pattern=moment:green "Green again, in lights."
shelf jokes "A build walks in." max_glow=0.6

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now | glow=0.1
10:00 run make fail in 38s
> 10:00:01 nothing: red: build (make) since 10:00 | glow=-
10:07 predict mode=energetic
10:08 run make ok in 38s
> 10:08:01 build ok, 38 s, first green after 8 min. Green again, in lights. | source=cpu_glow glow=0.55

Story: mode = empathetic
Rule: T2a: empathetic tells no joke and celebrates nothing; energetic celebrates from GLOW 0.5.
given known
set mode=chatty banterIntervalSeconds=0 banterPerDay=0 seed=a
show source glow
shelf responses label=celebration pattern=moment:green "Green again, in lights."
shelf jokes "A build walks in." max_glow=0.6

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now | glow=0.1
10:00 run make fail in 38s
> 10:00:01 nothing: red: build (make) since 10:00 | glow=-
10:07 predict mode=empathetic
10:08 run make ok in 38s
> 10:08:01 build ok, 38 s, first green after 8 min | source=news glow=0.55

Story: compliment_budget = 1
Rule: T2a: of the own and the predicted budget of compliments the smaller counts.
given known
shelf compliments trigger=resilience "Nicely untangled."
shelf responses label=celebration pattern=moment:green "Green again."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 run pytest fail 3 of 142 in 38s
> 10:00:01 nothing: red: test (pytest) since 10:00
10:40 predict compliment_budget=1
10:41 run pytest ok 142 in 38s
> 10:41:01 142 passed in 38 s, first green after 41 min. Nicely untangled. | source=compliment category=AFFIRMATION

Story: compliment_budget = 0
Rule: T2a: of the own and the predicted budget of compliments the smaller counts.
given known
shelf compliments trigger=resilience "Nicely untangled."
shelf responses label=celebration pattern=moment:green "Green again."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 run pytest fail 3 of 142 in 38s
> 10:00:01 nothing: red: test (pytest) since 10:00
10:40 predict compliment_budget=0
10:41 run pytest ok 142 in 38s
> 10:41:01 142 passed in 38 s, first green after 41 min. Green again. | source=cpu_glow category=AFFIRMATION

Story: over_watering_risk = false
Rule: T2a: the risk of too much warmth wins: no compliment, and nothing warmer than before.
given known rapport=6
set banterIntervalSeconds=0 banterPerDay=0
show source level warmth
shelf compliments trigger=resilience warmth=4 "Nicely untangled."
shelf responses label=celebration pattern=moment:green warmth=2 "Green again."
shelf responses label=celebration pattern=moment:green warmth=5 level=3 min_trust=0.6 "Green suits this one, and you."
shelf responses label=small_talk pattern=event:topic.change warmth=3 "Over the bridge."
shelf responses label=small_talk pattern=event:topic.change warmth=5 level=3 "This bridge knows you."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 run pytest fail 3 of 142 in 38s
> 10:00:01 nothing: red: test (pytest) since 10:00
10:40 predict warmth_delta=2 over_watering_risk=false
10:41 run pytest ok 142 in 38s
> 10:41:01 142 passed in 38 s, first green after 41 min. Nicely untangled. | source=compliment level=2 warmth=4
10:50 emit topic.change from=sql to=css
> 10:50:01 This bridge knows you. | source=cpu_repo level=3 warmth=5

Story: over_watering_risk = true
Rule: T2a: the risk of too much warmth wins: no compliment, and nothing warmer than before.
given known rapport=6
set banterIntervalSeconds=0 banterPerDay=0
show source level warmth
shelf compliments trigger=resilience warmth=4 "Nicely untangled."
shelf responses label=celebration pattern=moment:green warmth=2 "Green again."
shelf responses label=celebration pattern=moment:green warmth=5 level=3 min_trust=0.6 "Green suits this one, and you."
shelf responses label=small_talk pattern=event:topic.change warmth=3 "Over the bridge."
shelf responses label=small_talk pattern=event:topic.change warmth=5 level=3 "This bridge knows you."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 run pytest fail 3 of 142 in 38s
> 10:00:01 nothing: red: test (pytest) since 10:00
10:40 predict warmth_delta=2 over_watering_risk=true
10:41 run pytest ok 142 in 38s
> 10:41:01 142 passed in 38 s, first green after 41 min. Green again. | source=cpu_glow level=1 warmth=2
10:50 emit topic.change from=sql to=css
> 10:50:01 Over the bridge. | source=cpu_repo level=1 warmth=3
