Story: Where was I
Rule: T16: a session opens with where the one before stopped, from what was recorded; one a session.
given known
show source warmth about
shelf reminders warmth=4 "On {branch}, in {file}: {test} was red {red_when}."
shelf reminders warmth=3 "{file} on {branch}, {age} ago."
shelf responses label=greeting pattern=event:session.open "Lights on, then."

2026-11-24 09:00 open branch=feature/refresh
> 09:00:00 Lights on, then. | source=cpu_repo warmth=3 about=session.open
16:00 run pytest fail 2 of 142 in 38s failing=tests/test_auth.py::test_expiry,tests/test_auth.py::test_refresh
> 16:00:01 nothing: red: test (pytest) since 16:00
16:10 save src/auth.py
> 16:10:00 nothing: red: test (pytest) since 16:00
16:11 close
2026-11-25 09:00 open
> 09:00:00 On feature/refresh, in auth.py: test_expiry was red yesterday at 16:00. | source=reminder warmth=4 about=session.open
09:10 close
09:12 open

Story: Nothing is claimed that is not recorded
Rule: T16: every slot that a reminder requires is a recorded fact; without them there is none.
given known
show source
shelf reminders "On {branch}, in {file}: {test} was red {red_when}."
shelf reminders "In {file}, {age} ago."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
16:00 run pytest ok 142 in 38s
> 16:00:01 142 passed in 38 s | source=news
16:10 save src/auth.py
> 16:10:00 nothing: nothing to remind of yet
16:11 close
2026-11-25 09:00 open
> 09:00:00 In auth.py, 17 h ago. | source=reminder

Story: What has turned green is not told as red
Rule: T16: it never claims what it cannot show.
given known
show source
shelf reminders "{test} was red {red_when}."
shelf reminders "In {file}, {age} ago."

2026-11-24 09:00 open branch=main
> 09:00:00 nothing: no line is worth saying just now
16:00 run pytest fail 2 of 142 in 38s failing=tests/test_auth.py::test_expiry
> 16:00:01 nothing: red: test (pytest) since 16:00
16:05 save src/auth.py
> 16:05:00 nothing: red: test (pytest) since 16:00
16:10 run pytest ok 142 in 38s
> 16:10:01 142 passed in 38 s, first green after 10 min | source=news
16:11 close
2026-11-25 09:00 open
> 09:00:00 In auth.py, 17 h ago. | source=reminder

Story: It may open a red workspace, without banter
Rule: T1, T16: only the reminder is said while red, and nothing warm with it.
given known
show source
shelf reminders "In {file}, {age} ago."
shelf responses label=greeting pattern=event:session.open "Lights on, then."

2026-11-24 09:00 open branch=main
> 09:00:00 Lights on, then. | source=cpu_repo
10:00 save src/auth.py
> 10:00:00 nothing: nothing to remind of yet
10:01 run pytest fail 2 of 142 in 38s
> 10:01:01 nothing: red: test (pytest) since 10:01
10:02 close
11:30 open
> 11:30:00 In auth.py, 1 h 29 ago. | source=reminder
11:31 emit topic.change from=sql to=css
> 11:31:01 nothing: red: test (pytest) since 10:01

Story: Red, and nothing to remind of
Rule: T1: without a reminder a red workspace opens in silence.
given known
show source
shelf reminders "In {file}, {age} ago."
shelf responses label=greeting pattern=event:session.open "Lights on, then."

2026-11-24 09:00 open
> 09:00:00 Lights on, then. | source=cpu_repo
10:01 run pytest fail 2 of 142 in 38s
> 10:01:01 nothing: red: test (pytest) since 10:01
10:02 close
11:30 open
> 11:30:00 nothing: red: test (pytest) since 10:01

Story: Not while something is unfinished
Rule: T16: other gates than red hold for the reminder as well.
given known
show source
shelf reminders "Your note: {note}."

2026-11-24 09:00 open branch=main
> 09:00:00 nothing: no line is worth saying just now
10:00 save src/auth.py
> 10:00:00 nothing: nothing to remind of yet
10:01 note "a fake clock for the refresh test"
10:02 emit conflict.begin
10:03 close
11:30 open
> 11:30:00 nothing: unfinished: conflict

Story: Not wanted
Rule: T16: reminderAtSessionStart.
given known
set reminderAtSessionStart=false
show source
shelf reminders "Your note: {note}."
shelf responses label=greeting pattern=event:session.open "Lights on, then."

2026-11-24 09:00 open branch=main
> 09:00:00 Lights on, then. | source=cpu_repo
10:00 save src/auth.py
> 10:00:00 nothing: nothing to remind of yet
10:01 note "a fake clock for the refresh test"
10:02 close
2026-11-25 09:00 open
> 09:00:00 Your note from last time: a fake clock for the refresh test. | source=queue_hit

Story: The user's own note goes first
Rule: T16: it answers "where was I", best with the user's own words.
given known
shelf reminders "In {file}, {age} ago."
shelf reminders "Your note: {note}."
show source

2026-11-24 09:00 open branch=main
> 09:00:00 nothing: no line is worth saying just now
10:00 save src/auth.py
> 10:00:00 nothing: nothing to remind of yet
10:01 note "a fake clock for the refresh test"
10:02 close
2026-11-25 09:00 open
> 09:00:00 Your note: a fake clock for the refresh test. | source=reminder

Story: With the shipped banks
Rule: T16: warmth 3 or 4, branch, file, what failed.
given known
set seed=a
shelf shipped
show source warmth

2026-11-24 09:00 open branch=feature/refresh
> 09:00:00 Last here yesterday at 09:00, on feature/refresh. | source=reminder warmth=3
16:00 run pytest fail 2 of 142 in 38s failing=tests/test_auth.py::test_expiry
> 16:00:01 nothing: red: test (pytest) since 16:00
16:10 save src/auth.py
> 16:10:00 Last here yesterday at 09:00, on feature/refresh. | source=reminder warmth=3
16:11 close
2026-11-25 09:00 open
> 09:00:00 test_expiry was red yesterday at 16:00. You were in auth.py, on feature/refresh. | source=reminder warmth=3

Story: A window that stayed open over night
Rule: T16: whatever comes first after a break opens a session, with its reminder and before anything else.
given known
show source about
shelf reminders "On {branch}, in {file}, {age} ago."

2026-11-24 09:00 open branch=feature/refresh
> 09:00:00 nothing: no line is worth saying just now
09:10 save src/auth.py
17:30 save src/token.py
> 17:30:00 On feature/refresh, in auth.py, 8 h ago. | source=reminder about=session.open
2026-11-25 08:40 edit src/token.py
> 08:40:02 On feature/refresh, in token.py, 15 h ago. | source=reminder about=session.open
08:41 run pytest ok 142 in 38s
> 08:41:01 142 passed in 38 s | source=news about=job.finished
12:30 edit src/token.py
> 12:30:02 nothing: nothing to remind of yet

Story: It waits for the keyboard
Rule: T16: never while somebody types, though the session is open by then.
given known
show source
shelf reminders "In {file}, {age} ago."

2026-11-24 17:30 open
> 17:30:00 nothing: no line is worth saying just now
17:31 save src/auth.py
2026-11-25 08:40 type 20s
> 08:40:21 In auth.py, 15 h ago. | source=reminder
08:41 wait

Story: Somebody who types on hears nothing late
Rule: T16: what waited for over a minute is stale.
given known
show source
shelf reminders "In {file}, {age} ago."

2026-11-24 17:30 open
> 17:30:00 nothing: no line is worth saying just now
17:31 save src/auth.py
2026-11-25 08:40 type 90s
08:43 run pytest ok 142 in 38s
> 08:43:01 142 passed in 38 s | source=news

Story: Another branch now
Rule: T16: what was red on one branch is not told on another, nor is the branch that was left.
given known
show source
shelf reminders "On {branch}: {test} was red {red_when}."
shelf reminders "In {file}, {age} ago."

2026-11-24 16:00 open branch=feature/refresh
> 16:00:00 nothing: no line is worth saying just now
16:05 commit branch=feature/refresh
> 16:05:01 nothing: a commit speaks only with a number that nobody typed
16:10 run pytest fail 2 of 142 in 38s failing=tests/test_auth.py::test_expiry
> 16:10:01 nothing: red: test (pytest) since 16:10
16:20 save src/auth.py
16:21 emit branch.switch from=feature/refresh to=main
16:22 branch main
2026-11-25 09:00 edit src/auth.py
> 09:00:02 In auth.py, 17 h ago. | source=reminder

Story: A red workspace is reminded over night as well
Rule: T1, T16: the reminder alone, and nothing warm with it.
given known
show source
shelf reminders "{failing} tests were red {red_when}, {test} among them."
shelf responses label=greeting pattern=event:session.open "Lights on, then."

2026-11-24 16:00 open branch=main
> 16:00:00 Lights on, then. | source=cpu_repo
16:10 run pytest fail 2 of 142 in 38s failing=tests/test_auth.py::test_expiry,tests/test_auth.py::test_refresh
> 16:10:01 nothing: red: test (pytest) since 16:10
16:11 save src/auth.py
17:00 edit src/auth.py
> 17:00:02 2 tests were red at 16:10, test_expiry among them. | source=reminder

Story: What a job does at night is not what somebody left
Rule: T16, S3: a session in which things only happened by themselves leaves the notes of the one before.
given known
show source
shelf reminders "In {file}, {age} ago."

2026-11-24 16:00 open branch=main
> 16:00:00 nothing: no line is worth saying just now
16:10 save src/auth.py
2026-11-25 03:00 run make ok in 60s
> 03:00:01 build ok, 60 s | source=news
09:00 edit src/auth.py
> 09:00:02 In auth.py, 17 h ago. | source=reminder
