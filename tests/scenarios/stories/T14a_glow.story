Story: A routine green glows little, whatever a tool says about it
Rule: T14a: below 0.3 where nothing changed.
given known
set minJobSeconds=0
show glow

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now | glow=0.1
10:00 run pytest ok 3 in 38s
> 10:00:01 3 passed in 38 s | glow=0.09
10:10 run pytest ok 142 in 38s
> 10:10:01 142 passed in 38 s, 139 more than last time | glow=0.17
10:20 run pytest ok 9999 in 38s
> 10:20:01 9999 passed in 38 s, 9857 more than last time | glow=0.2
10:30 run make ok in 2s
> 10:30:01 build ok, 2 s | glow=0.08
10:40 run "make deploy" ok in 200s
> 10:40:01 Deploy done in 3 min | glow=0.4
10:50 run "make deploy" ok in 200s
> 10:50:01 Deploy done in 3 min | glow=0.2
11:00 run "make deploy" ok in 200s
> 11:00:01 Deploy done in 3 min | glow=0.2
11:10 run "make deploy" ok in 20s
> 11:10:01 Deploy done in 20 s (usually 3 min) | glow=0.29

Story: After a red it depends on how long that was
Rule: T14a: monotone in the length and the runs of the red; after 3 reds or 30 min above 0.6.
given known
set minJobSeconds=0
show glow

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now | glow=0.1
10:00 run "pytest a" fail 1 of 5
> 10:00:01 nothing: red: test (pytest) since 10:00 | glow=-
10:01 run "pytest a" ok 5
> 10:01:01 5 passed, first green after 60 s | glow=0.52
11:00 run "pytest b" fail 1 of 5
> 11:00:01 nothing: red: test (pytest) since 11:00 | glow=-
11:05 run "pytest b" fail 1 of 5
> 11:05:01 nothing: red: test (pytest) since 11:00 | glow=-
11:06 run "pytest b" ok 5
> 11:06:01 5 passed, first green since 10:01 | glow=0.61
12:00 run "pytest c" fail 1 of 5
> 12:00:01 nothing: red: test (pytest) since 12:00 | glow=-
12:02 run "pytest c" fail 1 of 5
> 12:02:01 nothing: red: test (pytest) since 12:00 | glow=-
12:04 run "pytest c" fail 1 of 5
> 12:04:01 nothing: red: test (pytest) since 12:00 | glow=-
12:06 run "pytest c" ok 5
> 12:06:01 5 passed, green after 6 min and 3 runs | glow=0.68
13:00 run "pytest d" fail 1 of 5
> 13:00:01 nothing: red: test (pytest) since 13:00 | glow=-
13:30 run "pytest d" ok 5
> 13:30:01 5 passed, first green since 12:06 | glow=0.71
14:00 run "pytest e" fail 1 of 5
> 14:00:01 nothing: red: test (pytest) since 14:00 | glow=-
15:50 run "pytest e" ok 5
> 15:50:01 5 passed, first green since 13:30 | glow=0.73

Story: What is rare glows
Rule: T14a: kind, first of its kind, milestone.
given known
set mode=chatty
show glow

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now | glow=0.1
10:00 commit
> 10:00:00 nothing: nothing to remind of yet | glow=0.1
> 10:00:01 Committed at 10:00 | glow=0.05
10:10 tag v1.0
> 10:10:01 v1.0 is tagged at 10:10 | glow=0.6
10:20 tag v1.1
> 10:20:01 v1.1 is tagged at 10:20 | glow=0.4
10:30 emit milestone label="1000 commits"
> 10:30:01 1000 commits | glow=0.85
10:40 run "make deploy" ok in 60s
> 10:40:01 Deploy done in 60 s | glow=0.4

Story: What is said glows by its words and marks
Rule: T14a: documented weights of strong words, marks, capitals, pictures.
given known
set redirectAfterExchanges=0
show glow label
shelf jokes "One."
shelf jokes "Two."
shelf jokes "Three."
shelf jokes "Four."
shelf jokes "Five."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now | glow=0.1 label=greeting
10:00 say "it works"
> 10:00:00 Four. | glow=0.35 label=celebration
10:01 say "it works!"
> 10:01:00 One. | glow=0.45 label=celebration
10:02 say "it works, finally!!!"
> 10:02:00 nothing: no line is worth saying just now | glow=0.85 label=celebration
10:03 say "YES!!! it WORKS, amazing!!! 🎉"
> 10:03:00 nothing: no line is worth saying just now | glow=1.0 label=celebration
