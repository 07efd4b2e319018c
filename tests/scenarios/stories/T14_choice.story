# The same week with two seeds. Compare the two stories by eye: the same lines, in another order.

Story: Seed a
Rule: T14: what comes is fixed by seed and turn, and no line is repeated while another of its kind waits.
given known
set seed=a banterIntervalSeconds=0 banterPerDay=0
show source
shelf responses label=small_talk pattern=event:topic.change "Mind the step."
shelf responses label=small_talk pattern=event:topic.change "Over the bridge."
shelf responses label=small_talk pattern=event:topic.change "Another shelf."
shelf responses label=small_talk pattern=event:topic.change "New page."
shelf responses label=small_talk pattern=event:topic.change "Other drawer."
shelf responses label=small_talk pattern=event:topic.change "Change of air."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
09:10 emit topic.change from=sql to=css
> 09:10:01 Change of air. | source=cpu_repo
09:20 emit topic.change from=css to=sql
> 09:20:01 Mind the step. | source=cpu_repo
09:30 emit topic.change from=sql to=css
> 09:30:01 Another shelf. | source=cpu_repo
09:40 emit topic.change from=css to=sql
> 09:40:01 Over the bridge. | source=cpu_repo
09:50 emit topic.change from=sql to=css
> 09:50:01 New page. | source=cpu_repo
10:00 emit topic.change from=css to=sql
> 10:00:01 Other drawer. | source=cpu_repo
10:10 emit topic.change from=sql to=css
> 10:10:01 nothing: no line is worth saying just now

Story: Seed b
Rule: T14: another seed, another order.
given known
set seed=b banterIntervalSeconds=0 banterPerDay=0
show source
shelf responses label=small_talk pattern=event:topic.change "Mind the step."
shelf responses label=small_talk pattern=event:topic.change "Over the bridge."
shelf responses label=small_talk pattern=event:topic.change "Another shelf."
shelf responses label=small_talk pattern=event:topic.change "New page."
shelf responses label=small_talk pattern=event:topic.change "Other drawer."
shelf responses label=small_talk pattern=event:topic.change "Change of air."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
09:10 emit topic.change from=sql to=css
> 09:10:01 New page. | source=cpu_repo
09:20 emit topic.change from=css to=sql
> 09:20:01 Mind the step. | source=cpu_repo
09:30 emit topic.change from=sql to=css
> 09:30:01 Over the bridge. | source=cpu_repo
09:40 emit topic.change from=css to=sql
> 09:40:01 Change of air. | source=cpu_repo
09:50 emit topic.change from=sql to=css
> 09:50:01 Other drawer. | source=cpu_repo
10:00 emit topic.change from=css to=sql
> 10:00:01 Another shelf. | source=cpu_repo
10:10 emit topic.change from=sql to=css
> 10:10:01 nothing: no line is worth saying just now

Story: What was told least goes first
Rule: T14: also over sessions, no line is repeated while another of its kind waits.
given known
set seed=a
show source
shelf jokes "One."
shelf jokes "Two."
shelf jokes "Three."
shelf jokes "Four."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
09:10 next
> 09:10:00 One. | source=cpu_repo
09:11 next
> 09:11:00 Four. | source=cpu_repo
2026-11-25 09:00 close
2026-11-25 09:01 open
> 09:01:00 nothing: no line is worth saying just now
09:10 next
> 09:10:00 Three. | source=cpu_repo
09:11 next
> 09:11:00 Two. | source=cpu_repo
2026-11-26 09:00 close
2026-11-26 09:01 open
> 09:01:00 nothing: no line is worth saying just now
09:10 next
> 09:10:00 One. | source=cpu_repo
