"""What one developer does in the week of 22 March 2027 in Berlin, and on the Friday before.

Friday is Good Friday; in the night to Sunday the clocks go forward. The first day is the first ever with
Afterglow. Verbs: ``week_desk``; a job is given the time it starts, its counts and how long it takes.
"""

from __future__ import annotations

from datetime import date
from typing import Final

FRIDAY_BEFORE: Final = date(2027, 3, 19)
MONDAY: Final = date(2027, 3, 22)

BEFORE: Final = """
15:38 holidays 2027-01-01=New_Year's_Day 2027-03-26=Good_Friday 2027-03-29=Easter_Monday 2027-05-01=Labor_Day
15:40 open
15:42 edit ledger.py 4
15:50 lint 4s
15:58 test 388 41s
16:04 edit ledger.py 5
16:12 commit Round amounts once, at the edge
16:15 push
16:20 switch feature/token-refresh
16:21 edit tokens.py 14
16:37 test 386 40s failing=test_expiry,test_refresh_twice
16:48 note the refresh test wants a fake clock
16:52 close
"""

DAYS: Final = (
    """
08:54 open
08:57 edit tokens.py 6
09:05 test 386 39s failing=test_expiry,test_refresh_twice
09:11 edit tokens.py 8
09:20 test 387 40s failing=test_refresh_twice
09:24 edit tokens.py 9
09:34 test 391 41s
09:40 commit Refresh tokens before they expire
09:46 edit tokens.py 10
10:00 lint 4s
10:02 types 21s
10:06 commit Name the margin
10:12 next
10:31 active 18
10:33 edit routes.py 11
10:46 test 395 40s
10:52 commit Answer 401 with the reason
11:05 topic tokens routes
11:07 edit routes.py 15
11:24 test 395 39s
11:27 commit Return the new token in a header
11:40 phase coding reviewing
12:02 reviewed 20m
12:08 push
13:14 active 58
13:20 edit routes.py 12
13:34 test 398 42s
13:37 commit Rotate the signing key without a restart
13:50 phase reviewing coding
13:52 edit errors.py 18
14:12 types 22s fail
14:14 edit errors.py 3
14:19 types 20s
14:25 test 402 44s
14:31 commit Errors carry their cause
14:40 edit errors.py 20
15:05 lint 4s
15:10 commit One name for each error
15:30 rate 5
15:32 active 14
15:40 topic routes config
15:44 edit config.py 22
16:10 test 405 41s
16:16 commit Read the config once
16:30 merge main
16:33 test 411 43s
16:50 edit config.py 12
17:06 build 95s
17:12 commit Warn of unknown keys
17:20 edit config.py 8
17:34 test 412 42s
17:52 push
18:01 close
""",
    """
09:06 open
09:09 weather 6 rain Hamburg
09:12 edit config.py 10
09:25 test 412 41s
09:31 commit Defaults in one table
09:44 edit config.py 6
09:52 switch release/2.4
09:55 build 102s
10:04 test 414 44s
10:12 commit Changelog for 2.4
10:20 deploy 6m10s
10:40 topic config release
10:52 edit notes.md 6
11:02 tag v2.4.0
11:06 push
11:20 switch main
11:22 pull 7
11:30 test 420 44s
11:42 edit ledger.py 16
12:02 commit Balance in one query
12:10 lint 4s
13:05 active 50
13:10 edit ledger.py 9
13:22 conflict
13:24 edit ledger.py 11
13:30 test 420 43s
13:38 resolved
13:39 merge main
13:50 test 421 44s
13:58 edit ledger.py 10
14:12 test 417 41s failing=test_balance,test_carry,test_zero,test_year_end
14:20 edit ledger.py 14
14:36 test 419 42s failing=test_carry,test_year_end
14:44 edit ledger.py 17
15:03 test 420 41s failing=test_year_end
15:10 say this bug is driving me up the wall
15:20 edit ledger.py 15
15:38 exception
15:52 debug 4m
16:02 edit ledger.py 6
16:10 test 421 42s
16:15 commit Year end closes at midnight, local
16:24 active 6
16:30 edit ledger.py 12
16:45 test 423 42s
16:49 commit Test the carry at year end
17:10 types 20s
17:30 commit Types for the carry
17:48 push
17:58 close
""",
    """
08:41 open
08:44 edit ledger.py 9
08:55 test 423 41s
09:02 commit Sort by date, then by number
09:15 edit ledger.py 12
09:29 test 424 38s
09:34 commit Ties keep their order
09:40 @site open website
09:42 @site edit index.css 8
09:52 @site build 14s
09:55 @site commit A wider column
10:01 front
10:05 topic styles ledger
10:07 edit ledger.py 13
10:22 test 426 39s
10:26 commit Import skips empty rows
10:33 @second open
10:35 @second edit importer.py 12
10:49 @second test 427 39s
10:52 @second commit Import in batches
10:58 @second close
11:04 front
11:10 command git reset --hard HEAD
11:10:05 test 427 40s
11:20 edit importer.py 14
11:36 test 429 40s
11:40 commit Tell the row that is wrong
11:50 @site front
11:52 @site build 13s
11:54 @site push
12:00 front
12:58 active 55
13:01 edit importer.py 15
13:18 test 431 41s
13:22 commit Stop at the first bad header
13:30 lint 5s fail
13:31 edit importer.py 2
13:34 lint 4s
13:44 phase coding testing
13:46 edit test_importer.py 22
14:10 test 439 43s
14:16 commit Import tests from real files
14:30 rate 2
14:36 active 5
14:40 test 439 43s
14:50 build 101s
15:05 edit test_importer.py 14
15:22 test 441 43s
15:26 commit Quoted fields keep their breaks
15:40 migrate 75s
15:52 edit importer.py 12
16:06 test 441 42s
16:12 rebase 6
16:20 merged 26h
16:30 edit importer.py 15
16:47 test 443 43s
16:50 commit Count what was skipped
17:05 push
17:15 close
17:16 @site close
""",
    """
09:12 open
09:13 switch docs/import-guide
09:15 edit docs/import.md 18
09:35 commit A guide to the import
09:48 edit docs/import.md 13
10:03 build 88s
10:07 commit An example for each column
10:22 active 12
10:24 edit docs/import.md 12
10:38 commit Say what is skipped
10:50 say thanks
10:51 rate 5
10:58 push
11:05 switch bugfix/rounding
11:07 edit ledger.py 12
11:21 test 441 42s failing=test_round_half,test_totals
11:28 edit ledger.py 9
11:40 test 443 42s
11:44 commit Half a cent goes to even
11:50 topic docs rounding
13:02 active 62
13:05 edit ledger.py 14
13:21 test 446 42s
13:25 commit Totals add what was rounded
13:40 edit ledger.py 11
13:53 types 21s
13:58 lint 4s
14:04 test 446 12s cancelled
14:06 test 446 43s
14:10 commit No floats in the totals
14:20 next
14:21 next
14:25 edit ledger.py 21
14:50 test 448 36s
14:55 commit A table of the awkward cases
15:10 task 3m
15:20 reviewed 35m
15:30 active 8
15:33 edit ledger.py 17
15:54 test 450 37s coverage=88.4
15:58 commit Round only for display
16:20 merge main
16:24 test 452 44s
16:30 merged 5h
16:40 phase coding releasing
16:44 build 99s
16:50 tag v2.4.1
16:52 push
16:58 deploy 5m40s
17:20 note check the totals of last year
17:22 switch main
17:26 pull 3
17:40 say good night
17:44 close
""",
    """
10:30 open
10:33 edit ledger.py 7
10:42 test 452 43s
10:46 commit Ask for the year by name
10:55 edit ledger.py 10
11:08 test 453 43s
11:12 commit Year of the books, not of the clock
11:20 push
11:28 close
""",
    """
20:40 open
20:42 switch train/categories
20:44 edit train.py 20
21:08 test 455 44s
21:12 commit Guess the category of an entry
21:20 train 25m accuracy=0.874
21:50 edit train.py 8
22:00 commit Weigh the rare ones
22:10 train 10h20m accuracy=0.913
""",
    """
10:04 active 690
10:06 edit train.py 7
10:15 commit Keep the better weights
10:30 close
17:30 open
17:32 edit report.py 14
17:48 test 457 43s
17:52 commit A page for the month
18:05 push
18:10 close
""",
)
