# When silence is kinder. The gate comes first, before anything else is asked.

Story: A red workspace is silent until it is green
Rule: T1: while red, nothing is said, asked for or not; only one who says that it is hard gets a calm line.
given known
shelf responses label=celebration pattern=moment:green "Green again."
shelf responses label=celebration pattern=event:milestone "Worth a line in the log."
shelf responses label=small_talk pattern=event:topic.change "Mind the step."
shelf responses label=struggle tone=warm warmth=2 "No hurry here."
shelf responses label=struggle tone=warm warmth=3 "Well fought!"
shelf responses label=gratitude tone=warm "Any time."
shelf jokes "A test walks in."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 run pytest fail 3 of 142 in 38s
> 10:00:01 nothing: red: test (pytest) since 10:00
10:10 run make ok in 40s
> 10:10:01 nothing: red: test (pytest) since 10:00
10:20 emit topic.change from=sql to=css
> 10:20:01 nothing: red: test (pytest) since 10:00
10:21 emit milestone label="100 days of commits"
> 10:21:01 nothing: red: test (pytest) since 10:00
10:30 next
> 10:30:00 nothing: red: test (pytest) since 10:00
10:31 say "thanks a lot"
> 10:31:00 nothing: red: test (pytest) since 10:00
10:32 say "I'm stuck, this makes no sense"
> 10:32:00 No hurry here. | source=cpu_repo category=-
10:40 run pytest cancelled
> 10:40:01 nothing: red: test (pytest) since 10:00
10:41 run make ok in 60s
> 10:41:01 nothing: red: test (pytest) since 10:00
10:50 run pytest ok 142 in 38s
> 10:50:01 142 passed in 38 s, first green after 50 min. Green again. | source=cpu_glow category=AFFIRMATION
10:51 next
> 10:51:00 A test walks in. | source=cpu_repo category=-

Story: A destructive command is followed by a minute of silence, its neighbours are not
Rule: T1: silent for the turn of a destructive command and for 60 s after it.
given known
set banterIntervalSeconds=0 banterPerDay=0
shelf responses label=small_talk pattern=event:topic.change "Mind the step."
shelf responses label=small_talk pattern=event:topic.change "Over the bridge."
shelf responses label=small_talk pattern=event:topic.change "Another shelf."
shelf responses label=small_talk pattern=event:topic.change "New page."
show source

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 terminal "git push --force origin main"
> 10:00:00 nothing: a destructive command not long ago; silent for 60 s more
10:00:30 emit topic.change from=sql to=css
> 10:00:31 nothing: a destructive command not long ago; silent for 28 s more
10:00:50 next
> 10:00:50 nothing: a destructive command not long ago; silent for 10 s more
10:01:10 emit topic.change from=css to=sql
> 10:01:11 Mind the step. | source=cpu_repo
10:05 terminal "git push origin main"
10:05:30 emit topic.change from=sql to=css
> 10:05:31 Over the bridge. | source=cpu_repo
10:10 terminal "terraform destroy -auto-approve"
10:10:55 emit topic.change from=css to=sql
> 10:10:56 nothing: a destructive command not long ago; silent for 3.5 s more
10:15 terminal "terraform plan"
10:15:10 emit topic.change from=css to=sql
> 10:15:11 Another shelf. | source=cpu_repo
10:20 run "kubectl delete pod web" ok in 40s
> 10:20:01 nothing: this was a destructive command
10:25 run "kubectl get pods" ok in 40s
> 10:25:01 kubectl done in 40 s | source=news
10:25:30 emit topic.change from=css to=sql
> 10:25:31 New page. | source=cpu_repo

Story: Whoever handles a credential is left alone
Rule: T1: silent for 60 s after a login, while a secret file is in front, and for 5 min after it was edited.
given known
set banterIntervalSeconds=0 banterPerDay=0
shelf responses label=small_talk pattern=event:topic.change "Mind the step."
shelf responses label=small_talk pattern=event:topic.change "Over the bridge."
shelf responses label=small_talk pattern=event:topic.change "Another shelf."
shelf jokes "A key walks in."
show source

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 terminal "docker login registry.example.org"
> 10:00:00 nothing: something with credentials not long ago; silent for 60 s more
10:00:30 next
> 10:00:30 nothing: something with credentials not long ago; silent for 30 s more
10:00:40 emit topic.change from=sql to=css
> 10:00:41 nothing: something with credentials not long ago; silent for 18 s more
10:01:10 emit topic.change from=css to=sql
> 10:01:11 Mind the step. | source=cpu_repo
10:10 front .env
10:30 emit topic.change from=sql to=css
> 10:30:01 nothing: something with credentials not long ago; silent for under 0.1 s more
10:30:10 say "thanks"
> 10:30:10 nothing: something with credentials not long ago; silent for under 0.1 s more
10:31 front app.py
10:31:10 emit topic.change from=sql to=css
> 10:31:11 Over the bridge. | source=cpu_repo
10:40 edit .env
> 10:40:02 nothing: something with credentials not long ago; silent for 5 min more
10:40:30 front app.py
10:44:30 emit topic.change from=css to=sql
> 10:44:31 nothing: something with credentials not long ago; silent for 28 s more
10:45:10 emit topic.change from=css to=sql
> 10:45:11 Another shelf. | source=cpu_repo

Story: OAuth as a topic is no secret
Rule: T1: a topic of ordinary code that sounds like a credential is no reason for silence.
given known
set banterIntervalSeconds=0 banterPerDay=0
shelf responses label=small_talk pattern=event:topic.change "Mind the step."
shelf responses label=small_talk pattern=event:topic.change "Over the bridge."
show source

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 front src/oauth_token.py
10:00:10 emit topic.change from=css to=oauth tags=oauth,auth
> 10:00:11 Mind the step. | source=cpu_repo
10:01 terminal "pytest tests/test_login.py"
> 10:01:00 nothing: nothing to remind of yet
> 10:01:01 nothing: nothing changed, and how long it took is not known
10:02 emit topic.change from=oauth to=css
> 10:02:01 Over the bridge. | source=cpu_repo

Story: An unresolved conflict is silent until it is over
Rule: T1: no line in an unfinished merge, seen in git or reported by a client; conflict.end ends what was reported.
given known
set banterIntervalSeconds=0 banterPerDay=0
shelf responses label=small_talk pattern=event:topic.change "Mind the step."
shelf responses label=small_talk pattern=event:topic.change "Over the bridge."
shelf responses label=small_talk pattern=event:topic.change "Another shelf."
shelf responses label=struggle tone=warm "No hurry here."
show source

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 unfinished merge
10:01 run make ok in 60s
> 10:01:01 nothing: unfinished: merge
10:02 emit topic.change from=sql to=css
> 10:02:01 nothing: unfinished: merge
10:03 next
> 10:03:00 nothing: unfinished: merge
10:04 say "I'm stuck, this makes no sense"
> 10:04:00 nothing: unfinished: merge
10:10 unfinished
10:11 emit topic.change from=sql to=css
> 10:11:01 Mind the step. | source=cpu_repo
10:20 emit conflict.begin
> 10:20:00 nothing: unfinished: conflict
10:21 emit topic.change from=sql to=css
> 10:21:01 nothing: unfinished: conflict
10:29 emit conflict.end
> 10:29:01 Conflict over after 9 min | source=news
10:30 emit topic.change from=sql to=css
> 10:30:01 Another shelf. | source=cpu_repo

Story: The debugger stopped on an exception
Rule: T1: silent until the debugging ends, or for 10 min.
given known
set banterIntervalSeconds=0 banterPerDay=0 minJobSeconds=0
shelf responses label=small_talk pattern=event:topic.change "Mind the step."
shelf responses label=small_talk pattern=event:topic.change "Over the bridge."
show source

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 emit debug.exception
10:05 run make ok in 60s
> 10:05:01 nothing: the debugger stopped on an exception at 10:00
10:09 next
> 10:09:00 nothing: the debugger stopped on an exception at 10:00
10:11 emit topic.change from=sql to=css
> 10:11:01 Mind the step. | source=cpu_repo
10:20 emit debug.exception
10:22 emit topic.change from=sql to=css
> 10:22:01 nothing: the debugger stopped on an exception at 10:20
10:24 run debugger ok in 90s job=debug
> 10:24:01 debug run ok, 90 s | source=news
10:25 emit topic.change from=sql to=css
> 10:25:01 Over the bridge. | source=cpu_repo

Story: Ten new errors at once
Rule: T1: silent after error diagnostics rose by 10 or more in 60 s, until they are back.
given known
set banterIntervalSeconds=0 banterPerDay=0
shelf responses label=small_talk pattern=event:topic.change "Mind the step."
shelf responses label=small_talk pattern=event:topic.change "Over the bridge."
shelf responses label=small_talk pattern=event:topic.change "Another shelf."
show source

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 errors 2
10:00:20 errors 11
10:01 emit topic.change from=sql to=css
> 10:01:01 Mind the step. | source=cpu_repo
10:10 errors 2
10:10:30 errors 12
10:11 emit topic.change from=css to=sql
> 10:11:01 nothing: many new error diagnostics
10:15 next
> 10:15:00 nothing: many new error diagnostics
10:20 errors 5
10:21 emit topic.change from=css to=sql
> 10:21:01 nothing: many new error diagnostics
10:22 errors 2
10:23 emit topic.change from=css to=sql
> 10:23:01 Over the bridge. | source=cpu_repo

Story: What ended is not known
Rule: T1: an outcome that is unknown or cancelled is silent, for the turn and for that alone.
given known
shelf responses label=celebration pattern=job:build "A build."
shelf responses label=celebration pattern=job:deploy "A deploy."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 run make unknown in 60s
> 10:00:01 nothing: its outcome is not known
10:01 run make cancelled in 60s
> 10:01:01 nothing: it was cancelled
10:02 run make ok in 60s
> 10:02:01 build ok, 60 s. A build. | source=cpu_repo category=AFFIRMATION
10:10 terminal "make | tee log" exit=0
> 10:10:00 nothing: nothing to remind of yet
> 10:10:01 nothing: its outcome is not known
10:11 run "make deploy" fail in 60s
> 10:11:01 nothing: red: deploy (make deploy) since 10:11

Story: The first session ever is silent until something ends well
Rule: T1: a newcomer hears nothing before the first good end, and that end counts.
set mode=chatty
shelf responses label=small_talk pattern=event:topic.change "Mind the step."
shelf responses label=greeting pattern=event:session.open "Lights on, then."

2026-11-24 09:00 open
> 09:00:00 nothing: first session: nothing you started has ended well yet
09:05 emit topic.change from=sql to=css
> 09:05:01 nothing: first session: nothing you started has ended well yet
09:06 emit milestone label="100 days"
> 09:06:01 nothing: first session: nothing you started has ended well yet
09:10 run pytest fail 2 of 10 in 20s
> 09:10:01 nothing: red: test (pytest) since 09:10
09:20 run pytest ok 10 in 20s
> 09:20:01 10 passed in 20 s, first green after 10 min | source=news category=AFFIRMATION
09:30 emit topic.change from=css to=sql
> 09:30:01 Mind the step. | source=cpu_repo category=BRIDGE

Story: Who is known is greeted
Rule: T1: the silence of the first session ends with it.
given known
shelf responses label=greeting pattern=event:session.open "Lights on, then."

2026-11-24 09:00 open
> 09:00:00 Lights on, then. | source=cpu_repo category=GREETING
