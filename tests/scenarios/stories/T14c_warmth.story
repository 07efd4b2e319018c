Story: Three, to begin with
Rule: T14c: the warmest is 3, 4 from rapport 4, 5 from rapport 6.
given known rapport=3
set redirectAfterExchanges=0
show source level warmth
shelf responses label=gratitude level=3 warmth=5 min_trust=0 "Five."
shelf responses label=gratitude level=2 warmth=4 "Four."
shelf responses label=gratitude level=1 warmth=3 "Three."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
09:50 queue "Queue of four." level=2 warmth=4
09:55 next
> 09:55:00 nothing: no line is worth saying just now
10:00 say "thanks a lot"
> 10:00:00 Three. | source=cpu_repo level=1 warmth=3
10:01 say "thanks a lot"
> 10:01:00 nothing: no line is worth saying just now

Story: Four
Rule: T14c: the warmest is 3, 4 from rapport 4, 5 from rapport 6.
given known rapport=4
set redirectAfterExchanges=0
show source level warmth
shelf responses label=gratitude level=3 warmth=5 min_trust=0 "Five."
shelf responses label=gratitude level=2 warmth=4 "Four."
shelf responses label=gratitude level=1 warmth=3 "Three."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
09:50 queue "Queue of four." level=2 warmth=4
09:55 next
> 09:55:00 Queue of four. | source=queue_hit level=2 warmth=4
10:00 say "thanks a lot"
> 10:00:00 Three. | source=cpu_repo level=1 warmth=3
10:01 say "thanks a lot"
> 10:01:00 Four. | source=cpu_repo level=2 warmth=4
10:02 say "thanks a lot"
> 10:02:00 nothing: no line is worth saying just now

Story: Five
Rule: T14c: the warmest is 3, 4 from rapport 4, 5 from rapport 6.
given known rapport=6
set redirectAfterExchanges=0 complimentFrequency=0
show source level warmth
shelf responses label=gratitude level=3 warmth=5 min_trust=0 "Five."
shelf responses label=gratitude level=1 warmth=3 "Three."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 say "thanks a lot"
> 10:00:00 Three. | source=cpu_repo level=1 warmth=3
10:01 say "thanks a lot"
> 10:01:00 Five. | source=cpu_repo level=3 warmth=5

Story: A ceiling that the user sets is hard
Rule: T14c: max_warmth_level lowers the cap for whatever speaks.
given known rapport=9
set redirectAfterExchanges=0 maxWarmthLevel=2
show source level warmth
shelf responses label=gratitude level=3 warmth=5 min_trust=0 "Five."
shelf responses label=gratitude level=1 warmth=3 "Three."
shelf responses label=gratitude level=1 warmth=2 "Two."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
09:50 queue "Queue of three." level=1 warmth=3
09:55 next
> 09:55:00 nothing: no line is worth saying just now
10:00 say "thanks a lot"
> 10:00:00 Two. | source=cpu_repo level=1 warmth=2
10:01 say "thanks a lot"
> 10:01:00 nothing: no line is worth saying just now

Story: Rapport grows by at most one a day
Rule: T14c: days of use, ratings and engagement; at most 1 a day.
given known rapport=2.98
set banterIntervalSeconds=0 banterPerDay=0
show source warmth
shelf responses label=small_talk pattern=event:topic.change warmth=3 "Mind the step."
shelf responses label=small_talk pattern=event:topic.change warmth=3 "Over the bridge."
shelf responses label=small_talk pattern=event:topic.change warmth=3 "Another shelf."
shelf responses label=small_talk pattern=event:topic.change warmth=3 "New page."
shelf responses label=small_talk pattern=event:topic.change warmth=4 level=2 "This bridge knows you."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
09:10 emit topic.change from=sql to=css
> 09:10:01 Over the bridge. | source=cpu_repo warmth=3
09:11 rate last 5
09:20 emit topic.change from=sql to=css
> 09:20:01 Another shelf. | source=cpu_repo warmth=3
09:21 rate last 5
09:30 emit topic.change from=sql to=css
> 09:30:01 Mind the step. | source=cpu_repo warmth=3
09:31 rate last 5
09:40 emit topic.change from=sql to=css
> 09:40:01 New page. | source=cpu_repo warmth=3
09:41 rate last 5
09:50 emit topic.change from=sql to=css
> 09:50:01 nothing: no line is worth saying just now
