Story: What is not understood gets a gift
Rule: T8: joke and fact strictly alternating, the odd ones jokes, and each time a way back to the work.
given known
shelf jokes "A joke walks in."
shelf jokes "Another joke walks in."
shelf jokes "A third joke walks in."
shelf facts "A true thing."
shelf facts "Another true thing."
shelf responses label=unknown "Never said."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
09:30 save src/auth.py
10:00 say "wexel flurb dax"
> 10:00:00 A joke walks in. Back to auth.py, whenever it suits. | source=gift category=-
10:01 say "snorp"
> 10:01:00 A true thing. Back to auth.py, whenever it suits. | source=gift category=-
10:02 say "wug wug wug"
> 10:02:00 A third joke walks in. Back to auth.py, whenever it suits. | source=gift category=-
10:03 say "thanks a lot"
> 10:03:00 nothing: no line is worth saying just now
10:04 say "blicket dax"
> 10:04:00 Another true thing. Back to auth.py, whenever it suits. | source=gift category=-

Story: A gift from what there is
Rule: T8: the head of the cascade joke, weather, fact, fixed line; what is missing is passed over.
given known
shelf facts "A true thing."
shelf fallbacks "Carry on."
shelf weather when.rain=true "Rain outside. The queue stays dry."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
09:59 emit weather rain=true
10:00 say "wexel flurb dax"
> 10:00:00 Rain outside. The queue stays dry. The cursor is where you left it. | source=gift category=-
10:01 say "snorp"
> 10:01:00 A true thing. The work keeps, one window over. | source=gift category=-
10:02 say "wug wug wug"
> 10:02:00 Carry on. The work keeps, one window over. | source=gift category=-
10:03 say "blicket dax"
> 10:03:00 nothing: no line is worth saying just now

Story: A gift goes on where the day before stopped
Rule: T8: odd and even count over sessions.
given known
set fallbackToJokes=false
shelf jokes "A joke walks in."
shelf jokes "Another joke walks in."
shelf facts "A true thing."
shelf facts "Another true thing."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 say "wexel flurb dax"
> 10:00:00 Another joke walks in. The cursor is where you left it. | source=gift category=-
10:01 close
14:00 open
> 14:00:00 nothing: nothing to remind of yet
14:01 say "snorp"
> 14:01:00 A true thing. The cursor is where you left it. | source=gift category=-

Story: What is only half understood
Rule: T8: below a confidence of 0.70 it is a gift, whatever the label.
given known
show source label sure
shelf jokes "A joke walks in."
shelf facts "A true thing."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now | label=greeting sure=yes
10:00 say "the parser?"
> 10:00:00 A joke walks in. The cursor is where you left it. | source=gift label=question sure=no
10:01 say "what is a monad?"
> 10:01:00 A true thing. The work keeps, one window over. | source=cpu_repo label=question sure=yes
