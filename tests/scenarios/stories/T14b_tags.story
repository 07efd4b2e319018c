Story: Words, not parts of words
Rule: T14b: HTML is not ml, digital not git, author not auth, specific not ci.
given known
set redirectAfterExchanges=0
show tags label
shelf jokes "One."
shelf jokes "Two."
shelf jokes "Three."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now | tags=- label=greeting
10:00 say "that digital author is very specific about his social media"
> 10:00:00 Two. The cursor is where you left it. | tags=- label=unknown
10:01 say "the ML model and git and auth in CI"
> 10:01:00 One. The work keeps, one window over. | tags=ml,git,auth,ci label=unknown

Story: From the command, the branch and the subject
Rule: T14b: tags come from languages, commands, branches and text.
given known
set mode=chatty
show tags

2026-11-24 09:00 open branch=feature/sql-index
> 09:00:00 nothing: no line is worth saying just now | tags=sql
10:00 run pytest ok 142 in 38s
> 10:00:01 142 passed in 38 s | tags=testing,python,sql
10:10 run "cargo build" ok in 60s
> 10:10:01 build ok, 60 s | tags=build,rust,sql
10:20 commit subject="Cache the docker layers"
> 10:20:00 nothing: nothing to remind of yet | tags=sql
> 10:20:01 Committed at 10:20 | tags=cache,docker,sql
10:30 emit topic.change from=sql to=css tags=css
> 10:30:01 nothing: no line is worth saying just now | tags=css,sql

Story: A line finds its moment by a tag
Rule: T14b: the tags of the moment choose among lines.
given known
set mode=chatty
shelf jokes tags=ml "A model walks in."
shelf jokes tags=html "A page walks in."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 run make ok in 60s tags=html
> 10:00:01 build ok, 60 s. A page walks in. | source=cpu_repo category=AFFIRMATION
