"""What people say to a companion: the rows of every label, and the phrases of ``celebration`` and
``learning``; the others stand in ``task_patterns``, ``struggle_patterns`` and ``chat_patterns``.

Invariant: data only. A row counts once, however many of its phrases match; its confidence is how often a
text with one of its phrases deserves the label when nothing else is known: about 0.9 where the phrase
says it all, about 0.55 for a word that only leans that way, less for what decides nothing alone. The form
is that of ``core.pattern_table``; apostrophes are dropped, and ``is not`` is ``isnt``.
"""

from __future__ import annotations

from typing import Final

from afterglow.core.chat_patterns import CHAT
from afterglow.core.pattern_table import patterns
from afterglow.core.struggle_patterns import STRUGGLE, THINGS
from afterglow.core.task_patterns import QUESTION_AND_TASK

NEGATIONS: Final = frozenset(
    {
        *("not", "no", "never", "without", "nothing", "nobody", "hardly", "barely", "nor", "neither"),
        *("isnt", "arent", "wasnt", "werent", "doesnt", "dont", "didnt", "cant", "couldnt", "wont"),
        *("wouldnt", "hasnt", "havent", "hadnt", "if", "whether", "unless", "hope", "hopefully"),
    }
)
NEGATION_REACHES: Final = 3
"""How many words before a phrase a negation or a condition may stand; a comma or the sentence's end stops
it."""

_TABLE: Final = """
[celebration]
0.99 0/zero failed/failures/failing/failure/errors/error; 0/zero test/tests failed/failing/failures
0.75 woohoo/hooray/hurray/hurrah/woot/whoop/yippee/huzzah/eureka/booyah/hallelujah/champagne/wohoo/yeehaw/
     hurra
0.9  nothing/none/nobody failed/broke/crashed/complained; hell/fuck yes/yeah/yea; mission accomplished; lets
     go $; cant believe ~ works/worked/passed/made/did/live/done; got ~ working/running/green/accepted; not
     a/one single failing/failure/error/red/bug/complaint; zero errors/failures/bugs/warnings
0.75 🎉; 🥳; 🎊; 🚀; 🏆; 🙌; 🍾; 🥂; 💪

[celebration unless denied]
0.65 yay/yes/woo/boom/victory/success/bingo/tada/voila/yippie; oh/aw yeah/yes $
0.4  yeah/score
0.9  all ~ tests/specs/checks/suites/cases/jobs passed/pass/passing/green/succeeded; all/everything passed/
     passing; passed/passing/passes all; passed in
0.8  it/this/that/everything/all/finally/suite/build actually/finally/just/now/all works/worked/runs/ran/
     compiles/compiled/builds/built/passes/passed; it/this/that/everything/finally works/worked/compiles/
     compiled/passes/passed/ran/built; works/working now/again/perfectly/great/beautifully/at/like; back up;
     up and running; {thing} passed/succeeded/works/worked/compiles; {thing} ~ finally works/worked/runs/
     compiles/builds/passes/passed/deployed/loads; {thing} actually/just/now works/worked/passes/passed/
     compiles/builds; {thing} is/are/looks working/passing/live/green; {thing} is/are/looks all/now/finally/
     back/fully/completely working/passing/live/green/up/done; ^ works $; ^ works ,
0.85 nailed/cracked/aced/smashed it/that/this/the/my/our; crushed it/that; we/i did it; made it work/happen/
     through; pulled ~ off; got ~ to work/pass/run/compile/build; bug/bugs/error/leak/issue/problem/crash/
     deadlock is/are/was/finally/now ~ gone/fixed/solved/history/resolved/squashed; it/that/this did the
     trick; that/this/which fixed/solved it/the
0.8  shipped/launched/released; went/gone/goes live; is/were/its/are/now/im live; out the door; in
     production $
0.8  deployed/deploy ~ without/clean/cleanly/successfully; deployed $; no downtime; no conflicts/errors/
     issues/problems/surprises; merge/deploy/release/migration/rollout/upgrade done/complete/completed/
     finished/succeeded; first customer/user/sale
0.75 solved/fixed/squashed/resolved/conquered/mastered/tamed; found it; found the ~ bug/cause/culprit/leak/
     fix; finally/just/i/we beat/defeated/tamed/crushed/conquered/killed the/that/this; killed the/that/this
     ~ bug/leak/race/flake; figured it/this/that/everything out; got it $; got it ,; got to the bottom;
     tracked/hunted it/that/this/the ~ down
0.75 closed/finished/completed/merged/cleared/finalized/delivered/submitted the/my/our/all ~ last/final/
     whole/entire/remaining/backlog/sprint/milestone/biggest; ^ finished/completed/closed/merged/delivered/
     done; finished/completed/closed/merged/delivered the/my/our/that/all; inbox zero; 100 coverage/pass/
     green; coverage ~ 100; first ~ contribution/pr/patch/commit/release/deploy/customer/app ~ accepted/
     merged/approved/landed/shipped/live; ahead of schedule; personal best
0.75 feels/feel/feeling so/really/very/pretty/damn/super good/great/amazing/nice/satisfying/proud; feels
     good/great/amazing/nice
0.7  finally stable/fast/clean/complete/live/ready/quiet/fixed/found/solved/working/works/done/green/
     passing/passes/merged/got/finished/over/closed/shipped/deployed/passed/compiles/landed/figured/tracked;
     ^ finally $; at last; no more ~ red/errors/failures/warnings/leaks/crashes/bugs/flakes/conflicts/
     segfaults/timeouts; is/are/its/theyre gone/fixed/over/solved
0.8  all/is/are/back/turned/its/completely green; green again/at/now/across/everywhere; everything/all/
     tests/suite/build/builds/ci ~ passing/passes/pass/passed/green; green build/pipeline/ci
0.8  went/gone through/smoothly/well/perfectly/great; first try/attempt/go; like a charm/dream
0.8  passed/aced/cleared ~ exam/certification/audit/interview/review/inspection/test/probation; got
     promoted; got the job/offer/promotion/grant; won the/a/our/first; landed upstream/in/on; we/i got the ~
     contract/deal/job/funding/customer/ok/approval; is out $; is out ,; hit/reached ~ users/stars/
     downloads/milestone/goal
0.75 got my ~ merged/accepted/approved/published; got/was/been/is/just/finally merged/accepted/approved/
     promoted/published; my first pr/release/merge/talk
0.75 so/very/really/super/pretty/im happy/proud/pleased/glad/excited/stoked/relieved/thrilled/delighted;
     proud of; cant stop smiling/grinning; over the moon; made my day; love/loved/loves it/this/the/how
0.65 cut/reduced/dropped/brought/down/went/improved/shrank ~ from ~ to; twice/times as fast; much/way/so
     faster; twice/times/x faster
0.7  performance/throughput/revenue/coverage/speed/traffic/sales/users doubled/tripled/improved; look/looks/
     looking so/really/great/good/fantastic/amazing/perfect/awesome/beautiful; beat/met/made the deadline;
     made it to/into/in; down by half; cut in half/two; halved/doubled/tripled the/our/my; it/its lives/
     alive; 0/zero/no ~ bugs/complaints/issues/incidents/alerts reported/since/in/today; users/client/
     customer/customers/boss/team/they/everyone ~ love/loved/loves it; first green _
0.65 great/awesome/amazing/fantastic/wonderful/best/good/perfect/brilliant day/news/feeling/result/success/
     progress
0.6  just/finally/everything clicked; its/im/all/is/were/finally done/finished; its/is over; done and
     dusted; ^ done $
0.55 thrilled/delighted/ecstatic/stoked/relieved/milestone/celebrate/celebrating/triumph/beautiful/flawless/
     phew
0.6  that was/is ~ fast/easy/quick/satisfying/fun; easier/faster/quicker/smaller than i/expected/before/
     ever; its alive; look at that; as expected/intended/planned; up to speed; worth it; paid off
0.35 great/awesome/amazing/fantastic/wonderful/brilliant/perfect/excellent/sweet/gorgeous/smooth
0.3  wow/omg/nice/whoa/finally/proud/happy

0.52 passes/passed/passing/merged/deployed/shipped/released/finished/approved/accepted/succeeded/compiles/
     compiled/published/launched/landed/completed/satisfying/satisfied/relief/flawlessly/smoothly/painless/
     effortless/improved/stable/win/winning/resolved/unblocked

[learning]
0.95 ^ til; today i learned/learnt; the more you know; you learn something new; learn something new
0.9  im/ive/been/start/started/starting/am/were/still learning; learning about/how/to/a/the/some/more; fun
     to learn
0.85 i/we want/wanted/love/like/wish/hope/trying/decided/plan to ~ learn/understand/study/master; wanna/
     gonna learn/study; going/time/eager/keen to learn/study; im/as/still/total/complete a/an/total/complete
     ~ beginner/newbie/noob/novice; beginner in/at/with; practicing/practising/revising _; digging/diving/
     dived/dove/delving/deeper/dug into; following/coding along; days of code; blew my mind; taking notes on
0.85 ^ so/oh/ah/aha/huh/hm/hmm/wow/ok/okay/interesting/, ~ thats/that how/why/what; i/we never/didnt knew/
     know/realised/realized ~ you/it/that/this/there/was; never knew/realised/realized/realise/realize; had
     no idea that; didnt know/realise/realize that/you/there
0.85 now i/we get/understand/see/know/finally ~ how/why/what/it/the; now i get/understand/see; so thats how/
     why/what; so this/that is how/why/what; aha ,
0.8  finally/now/suddenly/starting/starts to make/makes/made sense; makes sense now; finally understand/
     understood/get/grok/grasp; it/that clicked; now ~ make/makes sense; just/finally/now understood;
     understood what/how/why
0.75 reading/read about; i get/understand ~ now; ^ so a/an/the ~ is just/basically/really; took me ~ while
     but
0.85 reading/read/brushing/catching/studying up on; getting/got/wrap/wrapped/wrapping my head around;
     teaching myself; self taught; getting/got the hang/basics/gist of/right
0.75 discovered/noticed/realised/realized that/how/you/a; found out that/how/about/why; turns out ~ is/are/
     has/can; a neat/new/cool trick/technique/concept
0.8  tutorial/tutorials/course/courses/bootcamp/workshop/lecture/lectures/webinar/kata ~ on/about/in/for;
     working/going/worked/went through a/the/some ~ tutorial/course/book/guide/exercises/chapter; following
     a/the tutorial; did a kata; watching/listening/watched/attended ~ talk/lecture/video/conference/podcast
     ~ about/on; halfway through/into the ~ book/course/tutorial/guide; doing ~ katas/exercises/course;
     leetcode/exercism/rustlings/udemy/coursera
0.75 trying/tried/playing/experimenting out/with/around; first time trying/using/writing/reading/doing/with/
     working/touching/seeing/building; trying/tried/reading/using/writing/did/wrote/used/read * for the
     first time; my/a first _ program/script/app
0.75 picking/picked up _ this/today/again/lately; first steps; just started with/on/using; getting started
     with; new to; studying/exploring the/for/how; diving/dive into; deep dive
0.75 never used/seen/tried/heard/done/written/worked ~ before; figuring/working out how/what/why; good to
     know; fun fact; who knew; todays/today lesson/learning; lesson learned/learnt; now i know; didnt
     expect; noted $
0.8  taking/took/started/doing/attending/joined a/an/the/my ~ course/class/workshop/lesson/lecture/
     certification/degree
0.55 learn/learning/learns/study/course/courses/tutorial/tutorials/lecture/lectures/beginner/newbie/basics/
     chapter/exercises/bootcamp/textbook/lesson/lessons/understood/understanding/concepts/fundamentals/
     discovered/realized/realised/mentor/mentoring/workshop; first time; makes sense; trying/tried to
     understand/grasp/grok/follow; finally got/get/see/know how/why/what/the/it; turns out; wasnt/not aware;
     whole new; reading a/the/some/through; watching a/the/some video/talk/series; experiment/experimenting
     with; interesting ,
0.7  finding my way; new concept; new language for me; still learning; reading the/a/about ~ docs/book/
     paper/spec/guide

[learning unless denied]
0.8  i/we/just/finally/also learned/learnt; ^ learned/learnt; understood how/why
"""

PATTERNS: Final = (*STRUGGLE, *QUESTION_AND_TASK, *patterns(_TABLE, {"thing": THINGS}), *CHAT)

SMALL_TALK_TAGS: Final = frozenset({"coffee", "weather", "weekend"})
SMALL_TALK_TAG_CONFIDENCE: Final = 0.72
OFF_DOMAIN_CONFIDENCE: Final = 0.9
"""What one other tag of life (travel, food, ...) says for ``off_domain``; each tag counts."""
BESIDE_WORK: Final = 0.4
"""The share of it that is left where a tag of work stands in the same text."""
