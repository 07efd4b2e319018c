Story: The second piece of small talk leads back
Rule: T12: after two exchanges of small talk in a row a way back to the work is appended.
given known
show source label
shelf responses label=gratitude "Any time."
shelf responses label=small_talk "It was quiet here."
shelf responses label=struggle "No hurry here."
shelf responses label=greeting "Hello yourself."
shelf responses label=gratitude "You are welcome."
shelf responses label=goodbye "The rest keeps."

2026-11-24 09:00 open branch=main
> 09:00:00 nothing: no line is worth saying just now | label=greeting
09:10 save src/auth.py
10:00 say "good morning"
> 10:00:00 Hello yourself. | source=cpu_repo label=greeting
10:01 say "how was your weekend?"
> 10:01:00 It was quiet here. Meanwhile, auth.py waits on main. | source=cpu_repo label=small_talk
10:02 say "I'm stuck, this makes no sense"
> 10:02:00 No hurry here. | source=cpu_repo label=struggle
10:03 say "thanks a lot"
> 10:03:00 Any time. | source=cpu_repo label=gratitude
10:04 say "thanks a lot"
> 10:04:00 You are welcome. Back to auth.py, whenever it suits. | source=cpu_repo label=gratitude
10:05 say "bye, see you tomorrow"
> 10:05:00 The rest keeps. | source=cpu_repo label=goodbye

Story: After how many is a setting
Rule: T12: redirectAfterExchanges; 0 is never.
given known
set redirectAfterExchanges=1
shelf responses label=gratitude "Any time."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 say "thanks a lot"
> 10:00:00 Any time. The cursor is where you left it. | source=cpu_repo category=-

Story: Never, if it is so set
Rule: T12: redirectAfterExchanges; 0 is never.
given known
set redirectAfterExchanges=0
shelf responses label=gratitude "Any time."
shelf responses label=gratitude "You are welcome."
shelf responses label=gratitude "Likewise."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 say "thanks a lot"
> 10:00:00 Any time. | source=cpu_repo category=-
10:01 say "thanks a lot"
> 10:01:00 You are welcome. | source=cpu_repo category=-
10:02 say "thanks a lot"
> 10:02:00 Likewise. | source=cpu_repo category=-

Story: A new session begins a new row
Rule: T12: in a row means in one session.
given known
shelf responses label=gratitude "Any time."

2026-11-24 09:00 open
> 09:00:00 nothing: no line is worth saying just now
10:00 say "thanks a lot"
> 10:00:00 Any time. | source=cpu_repo category=-
10:01 close
14:00 open
> 14:00:00 nothing: nothing to remind of yet
14:01 say "thanks a lot"
> 14:01:00 Any time. | source=cpu_repo category=-
