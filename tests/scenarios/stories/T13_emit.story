Story: News first, and one line
Rule: T13: news, then the warm part, and the token carries the event that the news is about.
given known
show source news banter about
shelf responses label=celebration pattern=job:build "It holds."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 run make ok in 60s
> 10:00:01 build ok, 60 s. It holds. | source=cpu_repo news=build ok, 60 s banter=It holds. about=job.finished

Story: A candidate that does not fit is passed over
Rule: T13: at most 25 words and 120 columns, the news included.
given known
show source
shelf responses label=celebration pattern=job:build warmth=3 "It ran and it ran and it ran and it ran and it ran and now it is done."
shelf responses label=celebration pattern=job:build warmth=2 "Incomprehensibilities notwithstanding, compartmentalization characteristically persists here."
shelf responses label=celebration pattern=job:build warmth=1 "It holds."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 run make fail in 60s
> 10:00:01 nothing: red: build (make) since 10:00
10:09 run make ok in 60s
> 10:09:01 build ok, 60 s, first green after 9 min. It holds. | source=cpu_repo

Story: A candidate that does not fit before the way back is passed over
Rule: T13: what is appended counts as well.
given known
set redirectAfterExchanges=1
show source
shelf responses label=gratitude warmth=3 "One and two and three and four and five and six and seven and eight and nine and ten and on."
shelf responses label=gratitude warmth=1 "Any time."

2026-11-24 09:00 open branch=main
> 09:00:00 nothing: no line is worth saying just now
10:00 save src/auth.py
> 10:00:00 nothing: nothing to remind of yet
10:01 say "thank you so much for that, it was what I needed"
> 10:01:00 Any time. Anyway: auth.py is where you left it. | source=cpu_repo

Story: Without news, only some occasions speak
Rule: T13: unasked banter alone for greeting, closing, milestone, return, topic and phase; not for a commit or a rebase.
given known
set banterIntervalSeconds=0 banterPerDay=0 proactivePerSession=0

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 queue "One." confidence=0.99 until_used=true
10:00 queue "Two." confidence=0.98 until_used=true
10:00 queue "Three." confidence=0.97 until_used=true
10:00 queue "Four." confidence=0.96 until_used=true
10:01 commit
> 10:01:00 nothing: nothing to remind of yet
> 10:01:01 nothing: a commit speaks only with a number that nobody typed
10:02 rebase
> 10:02:01 nothing: no news
10:03 revert
> 10:03:01 nothing: no news
10:04 run make ok in 2s
> 10:04:01 nothing: nothing changed, and it took less than 10 s
10:05 emit topic.change from=sql to=css
> 10:05:01 One. | source=queue_hit category=BRIDGE
10:06 emit phase.change from=coding to=reviewing
> 10:06:01 Two. | source=queue_hit category=TRANSITION
10:07 emit active
> 10:07:01 Three. | source=queue_hit category=PROACTIVE_PROMPT
10:08 emit milestone label="on time"
> 10:08:01 Four. | source=queue_hit category=AFFIRMATION

Story: Who writes formally is answered so
Rule: T13: in the user's formality: nothing playful for one who writes formally.
given known
set redirectAfterExchanges=0
show source register
shelf responses label=gratitude tone=playful warmth=3 "No bugs were harmed."
shelf responses label=gratitude tone=warm warmth=1 "You are welcome."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now | register=neutral,normal,normal,medium
10:00 say "good day to you, and thank you kindly"
> 10:00:00 You are welcome. | source=cpu_repo register=formal,normal,normal,medium
10:01 say "thx"
> 10:01:00 No bugs were harmed. | source=cpu_repo register=casual,terse,normal,medium

Story: Who writes briefly is answered so
Rule: T13: in the user's brevity: 12 words for one who is terse, 8 for one in a hurry.
given known
set redirectAfterExchanges=0
show source register
shelf responses label=gratitude warmth=3 "One two three four five six seven eight nine ten eleven twelve thirteen."
shelf responses label=gratitude warmth=2 "One two three four five six seven eight nine ten."
shelf responses label=gratitude warmth=1 "Any time."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now | register=neutral,normal,normal,medium
10:00 say "THANKS!!!"
> 10:00:00 Any time. | source=cpu_repo register=neutral,terse,urgent,high
10:01 say "thx"
> 10:01:00 One two three four five six seven eight nine ten. | source=cpu_repo register=casual,terse,normal,medium
10:02 say "thank you so much for that, it was what I needed"
> 10:02:00 One two three four five six seven eight nine ten eleven twelve thirteen. | source=cpu_repo register=formal,normal,normal,medium

Story: How somebody wrote last counts for what comes unasked
Rule: T13: in the user's brevity and formality.
given known
set banterIntervalSeconds=0 banterPerDay=0
show source
shelf responses label=gratitude "Any time."
shelf responses label=small_talk pattern=event:topic.change tone=playful warmth=3 "Mind the step."
shelf responses label=small_talk pattern=event:topic.change tone=warm warmth=1 "Over the bridge."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 say "good day to you, and thank you kindly"
> 10:00:00 Any time. | source=cpu_repo
10:01 emit topic.change from=sql to=css
> 10:01:01 Over the bridge. | source=cpu_repo

Story: Typing is not interrupted
Rule: A9: a line waits for a pause of two seconds.
given known
show source

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00:00 type 10s
10:00:01 run make ok in 60s
> 10:00:11 nothing: nothing to remind of yet
> 10:00:11 build ok, 60 s | source=news
