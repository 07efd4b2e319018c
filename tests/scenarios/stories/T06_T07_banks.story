Story: T6, a strong moment gets a template
Rule: T6: a miss and GLOW above 0.6: a response for the moment, cpu_glow.
given known
set mode=chatty
show source glow
shelf responses label=celebration pattern=moment:recovery "That one fought back."
shelf jokes tags=testing max_glow=1 "A test walks in."
shelf facts tags=testing "A true thing about tests."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now | glow=0.1
10:00 run pytest fail 3 of 142 in 38s
> 10:00:01 nothing: red: test (pytest) since 10:00 | glow=-
10:10 run pytest fail 2 of 142 in 38s
> 10:10:01 nothing: red: test (pytest) since 10:00 | glow=-
10:20 run pytest fail 1 of 142 in 38s
> 10:20:01 nothing: red: test (pytest) since 10:00 | glow=-
10:30 run pytest ok 142 in 38s
> 10:30:01 142 passed in 38 s, green after 30 min and 3 runs. That one fought back. | source=cpu_glow glow=0.86

Story: T6 and T7, between the two
Rule: T7: at a GLOW of 0.6 or less, banks of small things: jokes where they are allowed.
given known
set mode=chatty
show source glow
shelf responses label=celebration pattern=moment:green "Green again."
shelf jokes tags=testing "A test walks in."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now | glow=0.1
10:00 run pytest fail 3 of 142 in 38s
> 10:00:01 nothing: red: test (pytest) since 10:00 | glow=-
10:03 run pytest ok 142 in 38s
> 10:03:01 142 passed in 38 s, first green after 3 min. A test walks in. | source=cpu_repo glow=0.55

Story: T6, what is said with feeling
Rule: T6: also what is said: a celebration gets a celebration, a struggle a calm word, each cpu_glow.
given known
show source glow
shelf responses label=celebration "That had it coming."
shelf responses label=struggle "No hurry here."
shelf jokes "A test walks in."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now | glow=0.1
10:00 say "YES!!! all green, amazing!!!"
> 10:00:00 That had it coming. | source=cpu_glow glow=1.0
10:01 say "thanks"
> 10:01:00 nothing: no line is worth saying just now | glow=0.15
10:02 say "ARGH!!! I'm STUCK, this is SO broken!!!"
> 10:02:00 No hurry here. | source=cpu_glow glow=1.0

Story: T7, a joke fits the GLOW
Rule: T7: a joke is told where min_glow <= GLOW <= max_glow, and where it shares a tag.
given known
set mode=chatty
show source glow
shelf jokes tags=build min_glow=0.3 "A loud one."
shelf jokes tags=build max_glow=0.05 "A very quiet one."
shelf jokes tags=build min_glow=0.05 max_glow=0.2 "One for builds."
shelf jokes tags=css max_glow=0.2 "One for style."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now | glow=0.1
10:00 run make ok in 60s
> 10:00:01 build ok, 60 s. One for builds. | source=cpu_repo glow=0.08
10:05 run make ok in 60s
> 10:05:01 build ok, 60 s | source=news glow=0.08
10:10 run make ok in 60s
> 10:10:01 build ok, 60 s | source=news glow=0.08

Story: T7, jokes are for chatty
Rule: T7: in normal mode no joke comes unasked; asked for, it does.
given known
shelf jokes tags=build "A build walks in."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 run make ok in 60s
> 10:00:01 build ok, 60 s | source=news category=AFFIRMATION
10:10 next
> 10:10:00 A build walks in. | source=cpu_repo category=-

Story: T7, the weather where it is known
Rule: T7: a weather line only where a weather event says so, and not twice a day.
given known
set mode=chatty banterIntervalSeconds=0 banterPerDay=0
shelf weather when.rain=true "Rain outside. The queue stays dry."
shelf weather when.rain=true "More rain. The cache holds."
shelf weather when.above_c=29 "{temp} outside. The server room suddenly has friends."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 run make ok in 60s
> 10:00:01 build ok, 60 s | source=news category=AFFIRMATION
10:01 emit weather rain=true temp_c=12
10:02 run make ok in 60s
> 10:02:01 build ok, 60 s. Rain outside. The queue stays dry. | source=cpu_repo category=AFFIRMATION
10:10 run make ok in 60s
> 10:10:01 build ok, 60 s | source=news category=AFFIRMATION
10:20 next
> 10:20:00 More rain. The cache holds. | source=cpu_repo category=-
10:21 next
> 10:21:00 nothing: no line is worth saying just now

Story: T7, an aside or a fact about what is at hand
Rule: T7: a fact shares a tag with the moment, comes unasked once a day, and never behind the end of a job.
given known
set banterIntervalSeconds=0 banterPerDay=0
shelf facts tags=css "A true thing about style."
shelf facts tags=git "git's first commit imported itself, 7 April 2005."
shelf facts tags=git "Another true thing about git."
shelf facts tags=git "A third true thing about git."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 run make ok in 60s tags=git
> 10:00:01 build ok, 60 s | source=news category=AFFIRMATION
10:10 emit pr.merged took=3h tags=git
> 10:10:01 PR merged after 3 h. git's first commit imported itself, 7 April 2005. | source=cpu_repo category=AFFIRMATION
10:20 emit pr.merged took=2h tags=git
> 10:20:01 PR merged after 2 h | source=news category=AFFIRMATION
10:30 say "what is git?"
> 10:30:00 A third true thing about git. | source=cpu_repo category=-
10:31 say "what is a monad in css?"
> 10:31:00 A true thing about style. The editor has not moved. | source=cpu_repo category=-

Story: T7, five fixed lines in rotation
Rule: T7: where nothing else is left, the fixed lines take turns.
given known
set mode=chatty banterIntervalSeconds=0 banterPerDay=0 minJobSeconds=0
shelf fallbacks "Carry on."
shelf fallbacks "Noted."
shelf fallbacks "Still here."
shelf fallbacks "Same desk."
shelf fallbacks "As you were."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 run make ok in 60s
> 10:00:01 build ok, 60 s. Carry on. | source=cpu_repo category=AFFIRMATION
10:02 next
> 10:02:00 Noted. | source=cpu_repo category=-
10:04 run make ok in 60s
> 10:04:01 build ok, 60 s | source=news category=AFFIRMATION
10:12 close
14:00 open
> 14:00:00 nothing: nothing to remind of yet
14:01 next
> 14:01:00 Still here. | source=cpu_repo category=-
14:02 next
> 14:02:00 Same desk. | source=cpu_repo category=-
14:03 next
> 14:03:00 As you were. | source=cpu_repo category=-
