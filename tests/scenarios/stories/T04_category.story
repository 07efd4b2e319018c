Story: Each occasion has its category
Rule: T4: opening GREETING, what ended well AFFIRMATION, a phase TRANSITION, a topic BRIDGE, a return PROACTIVE_PROMPT.
given known git-log=2026-11-01
set banterIntervalSeconds=0 banterPerDay=0 mode=chatty proactivePerSession=0
show category about
shelf responses label=greeting pattern=event:session.open "Lights on, then."
shelf responses label=small_talk pattern=event:topic.change "Mind the step."
shelf responses label=small_talk pattern=event:phase.change "New hat."
shelf responses label=small_talk pattern=event:active "Still here. So is line 212."

2026-11-24 09:00 open
> 09:00:00 Lights on, then. | category=GREETING about=session.open
10:00 commit
> 10:00:00 nothing: nothing to remind of yet
> 10:00:01 First commit today; the last was yesterday at 09:00 | category=AFFIRMATION about=commit
10:01 tag v2.0
> 10:01:01 v2.0 is tagged at 10:01 | category=AFFIRMATION about=tag
10:02 merge
> 10:02:01 First merge today | category=AFFIRMATION about=merge
10:03 run "make deploy" ok in 40s
> 10:03:01 Deploy done in 40 s | category=AFFIRMATION about=job.finished
10:04 emit phase.change from=coding to=reviewing
> 10:04:01 New hat. | category=TRANSITION about=phase.change
10:05 emit topic.change from=sql to=css
> 10:05:01 Mind the step. | category=BRIDGE about=topic.change
10:06 emit active
> 10:06:01 Still here. So is line 212. | category=PROACTIVE_PROMPT about=active
10:07 emit recipe.finish name=oauth took=40min
> 10:07:01 Oauth done in 40 min | category=AFFIRMATION about=recipe.finish
10:08 emit pr.merged took=3h
> 10:08:01 PR merged after 3 h | category=AFFIRMATION about=pr.merged
10:09 push
> 10:09:01 Pushed at 10:09, first today | category=AFFIRMATION about=push
10:10 next
> 10:10:00 nothing: no line is worth saying just now
10:11 say "thanks a lot"
> 10:11:00 nothing: no line is worth saying just now
10:12 emit idle
10:13 emit weather temp_c=21

Story: What waits for another category is not for this one
Rule: T4: a line of the queue that names a category waits for it.
given known
set banterIntervalSeconds=0 banterPerDay=0

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
09:30 queue "For a bridge." category=BRIDGE confidence=0.99
09:31 queue "For a return." category=PROACTIVE_PROMPT confidence=0.5
10:00 emit active
> 10:00:00 nothing: nothing to remind of yet
> 10:00:01 For a return. | source=queue_hit category=PROACTIVE_PROMPT
10:05 emit topic.change from=sql to=css
> 10:05:01 For a bridge. | source=queue_hit category=BRIDGE

Story: The last push of the day closes it
Rule: T4: the first push after the usual end of the day is CLOSING, and that goes before AFFIRMATION.
given known
show category source
shelf responses label=goodbye pattern=event:push "The rest keeps."
shelf responses label=celebration pattern=event:push "Away it goes."

2026-11-24 17:00 open
> 17:00:00 nothing: no line is worth saying just now
17:10 push
> 17:10:01 nothing: no news
17:45 push
> 17:45:00 nothing: nothing to remind of yet
> 17:45:01 Pushed at 17:45. The rest keeps. | category=CLOSING source=cpu_repo
18:20 push
> 18:20:00 nothing: nothing to remind of yet
> 18:20:01 nothing: no news

Story: A goodbye that is said closes, nothing else that is asked for has a category
Rule: T4: next and say have no category, but a goodbye is CLOSING.
given known
show category label
shelf responses label=goodbye "The rest keeps."
shelf responses label=gratitude "Any time."
shelf jokes "A test walks in."

2026-11-24 17:00 open
> 17:00:00 nothing: no line is worth saying just now | label=greeting
17:01 queue "For those who go." category=CLOSING
17:02 say "bye, see you tomorrow"
> 17:02:00 For those who go. | category=CLOSING label=goodbye
17:03 say "goodbye!"
> 17:03:00 The rest keeps. | category=CLOSING label=goodbye
17:04 say "thanks a lot"
> 17:04:00 Any time. | category=- label=gratitude
17:05 next
> 17:05:00 A test walks in. | category=- label=small_talk
