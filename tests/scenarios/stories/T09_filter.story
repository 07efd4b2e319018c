Story: Level 2 waits for rapport 2
Rule: T9: a line of level 2 is for those who have met: from rapport 2.
given known rapport=1.5
set banterIntervalSeconds=0 banterPerDay=0
show source level

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 queue "For anybody." level=1
10:00 queue "For one who is known." level=2 confidence=0.99
10:01 run make ok in 60s
> 10:01:01 build ok, 60 s. For anybody. | source=queue_hit level=1
10:10 run make ok in 60s
> 10:10:01 build ok, 60 s | source=news level=1

Story: Level 2 from rapport 2
Rule: T9: a line of level 2 is for those who have met: from rapport 2.
given known rapport=2
set banterIntervalSeconds=0 banterPerDay=0
show source level

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 queue "For anybody." level=1
10:00 queue "For one who is known." level=2 confidence=0.99
10:01 run make ok in 60s
> 10:01:01 build ok, 60 s. For one who is known. | source=queue_hit level=2
10:10 run make ok in 60s
> 10:10:01 build ok, 60 s. For anybody. | source=queue_hit level=1

Story: Level 2 is about something
Rule: T9: a line of level 2 needs a tag that matches.
given known rapport=6
show source level
shelf responses label=celebration pattern=job:build level=2 tags=css "The stylesheet again."
shelf responses label=celebration pattern=job:build level=1 "A build like others."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:01 run make ok in 60s
> 10:01:01 build ok, 60 s. A build like others. | source=cpu_repo level=1

Story: Level 2 about what is at hand
Rule: T9: a line of level 2 needs a tag that matches.
given known rapport=6
set seed=b
show source level
shelf responses label=celebration pattern=job:build level=2 warmth=3 tags=build "The build again; it must like you."
shelf responses label=celebration pattern=job:build level=1 warmth=1 "A build like others."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:01 run make ok in 60s
> 10:01:01 build ok, 60 s. The build again; it must like you. | source=cpu_repo level=2

Story: Level 3 asks for trust
Rule: T9: level 3 from a trust of 0.6, or what the line itself asks for.
given known rapport=6
set banterIntervalSeconds=0 banterPerDay=0 redirectAfterExchanges=0
show source level
shelf responses label=gratitude level=3 warmth=4 min_trust=0.9 "Deeper than that."
shelf responses label=gratitude level=3 warmth=4 "Third time you and this lock file have met."
shelf responses label=gratitude level=1 warmth=1 "Any time."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 say "thanks a lot"
> 10:00:00 Third time you and this lock file have met. | source=cpu_repo level=3
10:01 say "thanks a lot"
> 10:01:00 Any time. | source=cpu_repo level=1
10:02 say "thanks a lot"
> 10:02:00 nothing: no line is worth saying just now

Story: Level 3 below that trust
Rule: T9: level 3 from a trust of 0.6, or what the line itself asks for.
given known rapport=5.5
show source level
shelf responses label=gratitude level=3 warmth=4 "Third time you and this lock file have met."
shelf responses label=gratitude level=3 warmth=4 min_trust=0.5 "Twice now, you and this file."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 say "thanks a lot"
> 10:00:00 Twice now, you and this file. | source=cpu_repo level=3
10:01 say "thanks a lot"
> 10:01:00 nothing: no line is worth saying just now

Story: Level 3 never in the first session
Rule: T9: level 3 is never said in the first session, whatever the trust.
given rapport=9
set mode=chatty banterIntervalSeconds=0 banterPerDay=0 redirectAfterExchanges=0
show source level
shelf responses label=gratitude level=3 warmth=4 "Third time you and this lock file have met."
shelf responses label=gratitude level=1 warmth=1 "Any time."

2026-11-24 09:00 open
> 09:00:00 nothing: first session: nothing you started has ended well yet
09:10 commit
> 09:10:01 Committed at 09:10 | source=news level=1
09:20 say "thanks a lot"
> 09:20:00 Any time. | source=cpu_repo level=1
09:21 say "thanks a lot"
> 09:21:00 nothing: no line is worth saying just now

Story: Once a session
Rule: T9: a line that was used in this session makes way for the next; with none left there is no banter.
given known
set banterIntervalSeconds=0 banterPerDay=0
shelf responses label=celebration pattern=job:build "A build."
shelf responses label=celebration pattern=job:build "The other build."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 run make ok in 60s
> 10:00:01 build ok, 60 s. A build. | source=cpu_repo category=AFFIRMATION
10:01 run make ok in 60s
> 10:01:01 build ok, 60 s. The other build. | source=cpu_repo category=AFFIRMATION
10:02 run make ok in 60s
> 10:02:01 build ok, 60 s | source=news category=AFFIRMATION
10:03 emit topic.change from=sql to=css
> 10:03:01 nothing: no line is worth saying just now

Story: A line due for review is served
Rule: T9: older than its freshness, a line is still said.
given known
shelf responses label=celebration pattern=job:build added_at=2026-01-01 freshness_days=90 "An old line about builds."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 run make ok in 60s
> 10:00:01 build ok, 60 s. An old line about builds. | source=cpu_repo category=AFFIRMATION

Story: What a review retired is not said
Rule: T9a: a review at idle time retires a line, in an overlay.
given known
review old-one=retire other-one=refresh
set banterIntervalSeconds=0 banterPerDay=0
shelf responses id=old-one label=celebration pattern=job:build "An old line about builds."
shelf responses id=other-one label=celebration pattern=job:build "Another old line about builds."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 run make ok in 60s
> 10:00:01 build ok, 60 s. Another old line about builds. | source=cpu_repo category=AFFIRMATION
10:01 run make ok in 60s
> 10:01:01 build ok, 60 s | source=news category=AFFIRMATION
