"""What people say to a companion: the phrases of each label, each row with its own confidence.

Invariant: data only. A row counts once, however many of its phrases match; its confidence is how often a
text with one of its phrases deserves the label when nothing else is known: about 0.9 where the phrase
says it all, about 0.55 for a word that only leans that way, less for what decides nothing alone. The form
is that of ``core.pattern_table``; apostrophes are dropped, and ``is not`` is ``isnt``.
"""

from __future__ import annotations

from typing import Final

from afterglow.core.pattern_table import patterns
from afterglow.core.struggle_patterns import STRUGGLE

NEGATIONS: Final = frozenset(
    {
        *("not", "no", "never", "without", "nothing", "nobody", "hardly", "barely", "nor", "neither"),
        *("isnt", "arent", "wasnt", "werent", "doesnt", "dont", "didnt", "cant", "couldnt", "wont"),
        *("wouldnt", "hasnt", "havent", "hadnt"),
    }
)
NEGATION_REACHES: Final = 3
"""How many words before a phrase a negation may stand; a comma or the sentence's end stops it."""

_TABLE: Final = """
[greeting]
0.8  ^ hey/hi/hello/hiya/heya/yo/howdy/hullo/ahoy/greetings/sup/salut/hallo/hola/moin/servus
0.6  ^ hey/hi/hello/hiya/heya/yo/howdy/hola $; ^ hey/hi/hello there/again/afterglow/everyone/all/friend/
     hey
0.9  ^ good morning/afternoon/evening/day; ^ gday; ^ morning/afternoon/evening $; ^ top of the morning
0.75 ^ morning/evening/afternoon ,; ^ morning/evening/afternoon folks/all/everyone; ^ rise and shine
0.85 im back $; im back at/from/again/online; ^ back again/online; ^ here again; im here $; ^ im here; ^
     good to be back; ^ guten morgen/tag; ^ bonjour/ciao/buenos; reporting for duty
0.6  back at it; first day back; back from vacation/holiday/holidays/leave/lunch; ready to start/go/work

[goodbye]
0.9  bye/goodbye/goodnight/cya/ttyl/farewell/adios/ciao/tschüss; good night; so long $; over and out;
     bedtime
0.8  see/seeing/cu you/ya/u $; ^ see you/ya/u; ^ later/laters $; take care; until then/next $
0.9  see/catch/talk ~ tomorrow/later/soon/around/monday/tuesday/wednesday/thursday/friday/next/morning;
     back/continue/more tomorrow/monday $
0.93 signing/logging/clocking/checking/heading/switching/punching off/out; sign/log/clock off for
0.9  closing/shutting/powering ~ laptop/editor/computer/machine/shop/down; close/shut the laptop
0.93 off for/until today/tonight/now/good/tomorrow/lunch; off for the/a day/night/weekend/week; off to bed
0.93 call/calling it a day/night; call/calling it quits; call/calling it here
0.9  heading/going/off/go home; head home; heading/going to bed; time to go/leave/stop $; home time
0.9  done/finished/through for today/tonight/now $; done/finished for the day/night/week; finished for
0.9  enough for today/tonight/now; enough for one/the day/night; thats/that enough for; im calling it
0.9  thats/that/was it/all for me/today/tonight/now; that was it/all for; that will be all; thats a wrap
0.85 gotta/must/should run/go/leave/dash/jet; need/have to run/leave/dash/go $; got to go/run
0.85 im off/out/leaving/going/gone $; im off/out/leaving/going ,; im leaving/going now; i am out; leaving
     now
0.75 wrapping up; wrap up for; until tomorrow/monday/next/then; stopping here; stop here; packing up
0.9  have/enjoy a/your good/great/nice/lovely weekend/evening/night/day/one/break/holiday

[gratitude]
0.9  thanks/thx/tysm/thankyou/thnx/danke/merci/gracias; thank you/u; many thanks; ty $; ty so
0.85 ^ cheers; cheers $; ^ ty; ^ ta $; ^ kudos; props to you; hats off; bless you; big thank
0.7  good catch/call; i owe you; youre the/a best/legend/star/gem; without you/your; glad you told/warned/
     noticed/caught; good looking out; kind of you

[gratitude unless denied]
0.85 appreciate/appreciated; grateful/thankful; saved me/my/us/the; lifesaver; life saver
0.75 that/you/it/this ~ helped; helped me/us/a/out; so/very/really/super helpful; youve been; glad youre

[celebration]
0.9  woohoo/hooray/hurray/hurrah/woot/whoop/yippee/huzzah/eureka/booyah/hallelujah/champagne; cant believe
     ~ works/worked/passed/made/did/live/done; got ~ working/running/green/accepted; not a/one single
     failing/failure/error/red/bug/complaint; zero errors/failures/bugs/warnings
0.75 🎉; 🥳; 🎊; 🚀; 🏆; 🙌; 🍾; 🥂; 💪

[celebration unless denied]
0.65 yay/yes/woo/yeah/boom/victory/success/bingo/score/tada/voila
0.8  it/this/that/everything/all/finally/suite/build actually/finally/just/now/all works/worked/runs/ran/
     compiles/compiled/builds/built/passes/passed; it/this/that/everything/finally works/worked/compiles/
     compiled/passes/passed/ran/built; works/working now/again/perfectly/great/beautifully/at/like; back
     up; up and running
0.85 nailed/cracked/aced/crushed/smashed it/that/this; we/i did it; made it work/happen/through; pulled ~
     off; got ~ to work/pass/run/compile/build
0.8  shipped/launched/released; went/gone/goes live; is/were/its/are/now/im live; out the door; in
     production $
0.8  deployed/deploy ~ without/clean/cleanly/successfully; deployed $; no downtime; first customer/user/
     sale
0.75 solved/fixed/squashed/resolved/conquered/mastered/tamed; found it; found the ~ bug/cause/culprit/
     leak/fix; finally/just/i/we beat/defeated/tamed/crushed/conquered/killed the/that/this; figured it/
     this/that/everything out; got it $; got to the bottom
0.7  finally fixed/found/solved/working/works/done/green/passing/passes/merged/got/finished/over; ^
     finally $; at last; no more red/errors/failures/warnings/leaks/crashes; is/are/its/theyre gone/fixed/
     over/solved
0.8  all/is/are/back/turned/its/completely green; green again/at/now/across/everywhere; everything/all/
     tests/suite/build/builds/ci ~ passing/passes/pass/passed/green
0.8  went/gone/go through/smoothly/well/perfectly/great; first try/attempt/go; like a charm/dream
0.8  passed/aced/cleared ~ exam/certification/audit/interview/review/inspection/test/probation; got
     promoted; got the job/offer/promotion/grant; won the/a/our/first; landed upstream/in/on; we/i got the
     ~ contract/deal/job/funding/customer/ok/approval; is out $; is out ,; hit/reached ~ users/stars/
     downloads/milestone/goal
0.75 got/was/been/is/just/finally merged/accepted/approved/promoted/published; my first pr/release/merge/
     talk
0.75 so/very/really/super/pretty/im happy/proud/pleased/glad/excited/stoked/relieved/thrilled/delighted;
     proud of; cant stop smiling/grinning; over the moon; made my day; love/loved/loves it/this/the/how
0.65 cut/reduced/dropped/brought/down ~ from ~ to; twice/times as fast; much/way/so faster; twice/times
     faster
0.65 great/awesome/amazing/fantastic/wonderful/best/good/perfect/brilliant day/news/feeling/result/
     success/progress
0.6  just/finally/everything clicked; its/im/all/is/were/finally done/finished; its/is over; done and
     dusted
0.55 thrilled/delighted/ecstatic/stoked/relieved/milestone/celebrate/celebrating/triumph/beautiful/
     flawless/phew
0.35 great/awesome/amazing/fantastic/wonderful/brilliant/perfect/excellent/sweet/gorgeous/smooth
0.3  wow/omg/nice/whoa/finally/proud/happy

[learning]
0.95 ^ til; today i learned/learnt; the more you know; you learn something new; learn something new
0.9  im/ive/been/start/started/starting/am/were/still learning; learning about/how/to/a/the/some/more; fun
     to learn
0.85 i/we never/didnt knew/know/realised/realized ~ you/it/that/this/there/was; never knew; had no idea
     that; didnt know/realise/realize that/you/there
0.85 now i/we get/understand/see/know/finally ~ how/why/what/it/the; now i get/understand/see; so thats
     how/why/what; so this/that is how/why/what; aha ,
0.8  finally/now/suddenly/starting/starts to make/makes/made sense; makes sense now; finally understand/
     understood/get/grok/grasp; it/that clicked; now ~ make/makes sense; just/finally/now understood;
     understood what/how/why
0.85 reading/read/brushing/catching/studying up on; getting/got/wrap/wrapped/wrapping my head around;
     teaching myself; self taught; getting/got the hang/basics/gist of/right
0.75 discovered/noticed/realised/realized that/how/you/a; found out that/how/about/why; turns out ~ is/
     are/has/can
0.8  tutorial/tutorials/course/courses/bootcamp/workshop/lecture/lectures/webinar/kata ~ on/about/in/for;
     working/going/worked/went through a/the/some ~ tutorial/course/book/guide/exercises/chapter;
     following a/the tutorial; did a kata; watching/listening/watched/attended ~ talk/lecture/video/
     conference/podcast ~ about/on; halfway through/into the ~ book/course/tutorial/guide; doing ~ katas/
     exercises/course
0.75 trying/tried/playing/experimenting out/with/around; first time trying/using/writing/reading/doing;
     trying/tried/reading/using/writing/did/wrote/used/read * for the first time; my/a first _ program/
     script/app
0.75 picking/picked up _ this/today/again/lately; first steps; just started with/on/using; getting started
     with; new to; studying/exploring the/for/how; diving/dive into; deep dive
0.7  finding my way; new concept; new language for me; still learning; reading the/a/about ~ docs/book/
     paper/spec/guide

[learning unless denied]
0.8  i/we/just/finally/also learned/learnt; ^ learned/learnt; understood how/why

[question]
0.3  what/which/who/whose/when/where/why/how ~ is/are/was/were/do/does/did/can/could/should/would/will/am/
     isnt/doesnt/has/have/to/much/many/big/long/often/far/i/you/we; whats/hows
0.65 ^ what/which/who/whose/when/where/why/how; ^ whats/hows; ^ explain/define/compare; ^ so/and/but/ok
     what/which/who/when/where/why/how
0.6  ^ is/are/was/were/do/does/did/can/could/should/would/will/has/have/isnt/doesnt/cant/shouldnt/am/may/
     wouldnt/arent i/you/we/it/this/that/there/the/a/an/any/anyone/anybody/someone/my/our/they/_ * ?
0.7  any idea/ideas/clue/thoughts/suggestions/advice/chance; anyone/anybody/someone know/knows; do you
     know/remember if/how/what/why/when/where; whats the difference; difference between; i wonder/
     wondered; wondering if/how/why/what/whether; can/could you explain/tell; not sure if/whether/how/
     what/which; ask you something

[task]
0.93 remind me/us; dont let me/us forget; dont forget to/that/the/about; set a reminder/timer
0.9  ^ remember that/to/this/my/the/it/we/i; ^ please remember; ^ remember .; ^ remember _ .; ^ memorize/
     memorise
0.93 ^ note to self; make/take/leave a note; ^ note that/down/.; write/jot ~ down; ^ todo; ^ memo; note
     this down
0.93 create/add/open/make/file/start/new/track a/an/the/new/another/me ~ task/tasks/todo/ticket/issue/
     subtask/reminder/card/note/workflow/project/plan/checklist/story/epic; ^ new task/todo/ticket/note/
     project
0.9  add/put/stick * to/on my/the/our/a list/backlog/board/todo/todos/tasks/notes/agenda/roadmap
0.88 ^ split/break ~ into/down/up; ^ split/break * into/down; ^ decompose/prioritize/prioritise; ^ divide
     ~ into
0.85 ^ plan/schedule/organize/organise/outline/sketch the/a/my/our/this/how/next/out/tomorrow/an; make/
     draft a plan; ^ plan for
0.9  ^ recall/lookup; recall it/that/what/the/my; look up what/when/where/how/the/my; look it/that/this
     up; what did i note/decide/write/save/say ~ about; find my/the note/notes; what do you remember/
     recall; show me my/the notes/tasks/list/reminders
0.88 ^ save/store/keep/bookmark/archive this/that/it/the ~ for/in/as/under; save/keep this/that; keep in
     mind that
0.85 start/finish/begin/run/stop/pause the/a/my _ recipe/workflow/task/import; set up a/the ~ workflow/
     reminder/task/project; ^ mark ~ done/finished/complete/completed; ^ mark * as done/finished/complete
0.5  ^ please/pls; can/could/would/will you please; for me $; i need you to; i want you to
0.55 ^ fix/add/update/write/remove/delete/implement/refactor/rename/review/check/rewrite/clean/document/
     move/replace/migrate/merge/upgrade/deploy/generate/summarize/summarise/list/show/export/import/draft/
     prepare the/a/an/my/our/all/this/that/some/it/up/me/_

[humor]
0.92 tell/know/got/have/another/hear/need/want ~ joke/jokes/pun/puns; joke/jokes ?; ^ joke; a joke but
0.92 lol/lmao/rofl/lmfao/hehe/haha/ahaha/hah/hihi; just/only kidding; jk $; im joking
0.9  make me laugh/smile/giggle; knock knock; something/anything ~ funny; cheer me up; something witty/
     silly; amuse me; surprise me
0.95 walks/walked/walk/goes/enters into/in a bar; a bar and; kinds/types of people ~ those; there are 10/
     two/three/only kinds/types/hard; how many ~ does it take
0.88 ^ why did/do/dont/does/didnt/was/is * ? because/it/he/she/they/to/so; ^ what do you call
0.7  😂; 🤣; 😆; 😹
0.5  hilarious/funny/joke/joking/pun; is like a/an/trying

[small_talk]
0.95 how are/r you/ya/things/we/u; how have you been; hows it; hows life/your/everything/things/work/
     tricks; how was your; how do you feel; how you doing; are you ok/alright/well/there/having/doing/
     tired/bored; you ok ?
0.93 whats up/new/happening/cooking; nice/good to see/meet/have you; long time no see; did you miss me;
     hows the
0.8  mondays/fridays; ^ monday/friday/tgif; happy friday/monday/tuesday; monday again; hump day; its ~
     monday/tuesday/wednesday/thursday/friday; almost/nearly/finally friday/monday/weekend
0.75 long/slow/quiet/busy/weird/lazy/strange/rainy/short/calm/hectic day/morning/afternoon/week/night; so
     many meetings; meeting after meeting; another meeting
0.7  just/had/having/after/time/for lunch/breakfast/tea; lunch/tea break/time; in the office/kitchen; my
     tea; hot chocolate; do you like/sleep/dream/get/ever/have feelings; working from home; cup of; my
     desk; new chair/keyboard/monitor/headphones/desk
0.65 boring; waiting for; cant sleep; need/taking/took/take a break/nap; slept well/badly; my commute; the
     commute

[small_talk unless denied]
0.7  bored/sleepy/hungry/yawn; so/too quiet; so/too/very/really/freezing hot/cold/warm/sunny/dark ~ here/
     outside/today/there

[off_domain]
0.9  election/elections/politics/president/minister/parliament; stock market; the lottery; olympics; world
     cup; capital/population of; born in; national anthem; horoscope; gardening; tomatoes; bicycle/
     bicycles; album/song/songs/band/singer; watch/watched the game/show/episode/series/news/finale; ten/
     five/two/0 kilometres/kilometers/miles; ran ~ km/kilometres/kilometers/miles
0.7  my/our/the/a/new apartment/garden/rent/mortgage/landlord/neighbour/neighbor/neighbours/bike/car/flat/
     kitchen; birthday party/present/cake; new shoes/car/flat/house; moving house; gift/present for ~
     wife/husband/friend/son/daughter/mom/dad/year; wedding/married/engaged; on my/the guitar/piano
"""

PATTERNS: Final = (*STRUGGLE, *patterns(_TABLE))

SMALL_TALK_TAGS: Final = frozenset({"coffee", "weather", "weekend"})
SMALL_TALK_TAG_CONFIDENCE: Final = 0.72
OFF_DOMAIN_CONFIDENCE: Final = 0.9
"""What one other tag of life (travel, food, ...) says for ``off_domain``; each tag counts."""
BESIDE_WORK: Final = 0.4
"""The share of it that is left where a tag of work stands in the same text."""
