Story: The budget is asked before the queue
Rule: T5: where the budget refuses, nothing is claimed and the news goes alone; later the line is still there.
given known
set mode=chatty

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00:00 queue "The first that waited." confidence=0.99
10:00:00 queue "The second that waited." confidence=0.9
10:01:00 run make ok in 60s
> 10:01:01 build ok, 60 s. The first that waited. | source=queue_hit category=AFFIRMATION
10:01:30 run make ok in 90s
> 10:01:31 build ok, 90 s | source=news category=AFFIRMATION
10:01:50 emit topic.change from=sql to=css
> 10:01:51 nothing: budget: one warm line in 60 s
10:07:00 run make ok in 150s
> 10:07:01 build ok, 2 min. The second that waited. | source=queue_hit category=AFFIRMATION

Story: The queue goes before the banks
Rule: T5: a hit of the queue is queue_hit; a miss leaves it to the banks.
given known
set mode=chatty
shelf jokes tags=build "A build walks in."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 queue "This one waited." tags=build
10:01 run make ok in 60s
> 10:01:01 build ok, 60 s. This one waited. | source=queue_hit category=AFFIRMATION
10:10 run make ok in 60s
> 10:10:01 build ok, 60 s. A build walks in. | source=cpu_repo category=AFFIRMATION

Story: In quiet mode nothing is claimed
Rule: T5: a mode without warm lines says news, and the queue is left alone.
given known
set mode=quiet

2026-11-24 09:00 open
> 09:00:00 nothing: budget: this mode says no warm lines
10:00 queue "This one waited."
10:01 run make ok in 60s
> 10:01:01 build ok, 60 s | source=news category=AFFIRMATION
10:02 emit topic.change from=sql to=css
> 10:02:01 nothing: budget: this mode says no warm lines
10:03 next
> 10:03:00 This one waited. | source=queue_hit category=-

Story: A day has room for so many
Rule: T5: the budget of a day counts over its sessions, and what is asked for is not charged.
given known
set mode=chatty banterPerDay=2 banterIntervalSeconds=0
shelf responses label=small_talk pattern=event:topic.change "Mind the step."
shelf responses label=small_talk pattern=event:topic.change "Over the bridge."
shelf responses label=small_talk pattern=event:topic.change "Another shelf."
shelf jokes "A step walks in."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 emit topic.change from=sql to=css
> 10:00:01 Mind the step. | source=cpu_repo category=BRIDGE
10:10 next
> 10:10:00 A step walks in. | source=cpu_repo category=-
10:20 emit topic.change from=css to=sql
> 10:20:01 Another shelf. | source=cpu_repo category=BRIDGE
10:30 emit topic.change from=sql to=css
> 10:30:01 nothing: budget: 2 warm lines today
10:31 close
14:00 open
> 14:00:00 nothing: nothing to remind of yet
14:10 emit topic.change from=css to=sql
> 14:10:01 nothing: budget: 2 warm lines today
2026-11-25 09:00 emit topic.change from=css to=sql
> 09:00:01 Over the bridge. | source=cpu_repo category=BRIDGE

Story: Low stars bring quiet
Rule: T5: after a rating of 1 or 2 no warm line comes unasked for half an hour.
given known
set banterIntervalSeconds=0 banterPerDay=0
shelf responses label=small_talk pattern=event:topic.change "Mind the step."
shelf responses label=small_talk pattern=event:topic.change "Over the bridge."
shelf responses label=small_talk pattern=event:topic.change "Another shelf."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 emit topic.change from=sql to=css
> 10:00:01 Mind the step. | source=cpu_repo category=BRIDGE
10:01 rate last 2
10:20 emit topic.change from=css to=sql
> 10:20:01 nothing: budget: quiet for a while after a low rating
10:32 emit topic.change from=css to=sql
> 10:32:01 Another shelf. | source=cpu_repo category=BRIDGE
