"""How people say that it goes badly: at work, and in life, where nothing but quiet is right.

Invariant: data only, as in ``core.label_patterns``. What is under ``grief`` names a person or the speaker,
and outweighs everything else in a text, thanks and joy included; a process that is killed, a server that
died and a dead branch are a ``struggle`` at most.
"""

from __future__ import annotations

from typing import Final

from afterglow.core.pattern_table import patterns

THINGS: Final = (
    "it/this/that/everything/build/builds/ci/server/app/test/tests/suite/deploy/migration/pipeline/demo/site"
    "/production/prod/script/service/job/laptop/editor/code/feature/release/page/staging/cluster/database/db/api"
    "/backend/frontend/container/importer/parser/query/worker/program/website/program/installer/login/upload/process/daemon/kernel/vm/machine/disk/network/wifi/internet/session/tests"
)
_KIN: Final = (
    "mother/mom/mum/mama/mommy/mummy/father/dad/papa/daddy/brother/sister/husband/wife/grandmother/grandma"
    "/granny/gran/nana/grandfather/grandpa/granddad/grandad/aunt/auntie/uncle/niece/nephew/fiance/fiancé"
    "/fiancée/fiancee/stepfather/stepmother/stepdad/stepmom/godmother/godfather"
)
_KINS: Final = "/".join(f"{one}s" for one in _KIN.split("/"))
"""As in "dad's in hospital"."""
_PEOPLE: Final = (
    f"{_KIN}/son/daughter/partner/girlfriend/boyfriend/cousin/friend/colleague/coworker/teammate/mentor/teacher"
    "/neighbour/neighbor/roommate/dog/cat/puppy/kitten/pet/horse/rabbit/hamster/parrot/baby/parents/twin"
)
_BAD: Final = (
    "crash/crashes/failure/failures/error/errors/outage/outages/bug/bugs/regression/regressions/segfault"
    "/segfaults/exception/exceptions/timeout/timeouts/conflict/conflicts/incident/flake/rollback"
)
_JOY: Final = (
    "great/wonderful/fantastic/brilliant/lovely/perfect/awesome/amazing/yay/joy/cool/nice/wow/hooray"
    "/yippee/woohoo/woot/hurray/sweet/excellent"
)

_TABLE: Final = """
[struggle]
0.85 ugh/argh/arg/aargh/grr/gah/meh/sigh/bah/damn/dammit/damnit/crap/wtf/ffs/fml/shit/fuck/fucking/oof/noo/
     facepalm; oh no; no no; hell no; what the hell/heck
0.85 doesnt/dont/wont/isnt/cant/didnt/never/not/arent/wasnt/refuses/refuse/stopped/quit/couldnt ~ work/
     works/worked/working/compile/build/run/start/load/pass/passing/respond/responding/connect/install/boot/
     merge/deploy/log
0.7  why ~ again; again and again; over and over; same error/bug/problem/issue/failure/mistake; why wont/
     cant/isnt
0.8  no idea/clue why/what/how/where; beats me; at a loss; makes no sense; doesnt make sense; nothing i/we
     do/try/tried/did; nothing seems to; of course it/the ~ broke/breaks/failed/fails/crashed; so much for;
     at my wits; for no reason; out of ideas; no luck
0.85 cant login/log/sign/connect/access/push/pull/open/save/install/build/compile/run/figure/get/find/
     understand/reproduce/make/even/seem/see/think/focus/concentrate; cant ~ figure/understand; couldnt
     figure/reproduce
0.8  dont/cant/didnt understand/get/see ~ any/anything/this/it/why/what; over my head; way too hard/
     complicated
0.85 driving/drives/drove me crazy/mad/nuts/insane/up; go/going/gone/went crazy/mad/insane/nuts; losing my
     mind/patience; pulling my hair; makes/making/made me ~ scream/cry/sad/mad/angry/sick; want to scream/
     cry/quit/throw; head hurts; head is spinning; banging my head; tearing my
0.85 sick/tired/ashamed of; fed up; nothing works/helps/worked/helped; going/getting nowhere; in circles;
     not getting anywhere; tried everything; nothing ~ makes; at the end of my; worked/works ~ yesterday/
     before/earlier/until/locally/ago; worked * now ~ dead/broken/broke/fails/failing/gone/doesnt/isnt/wont/
     crashes; used to work; why me; not my day; should never/not have; shouldnt have; waste of; had it with;
     had enough of; enough of this
0.9  works/worked ~ but ~ slow/slowly/slower/broken/wrong/fails/crashes/only/not/painfully; why is/are/does
     ~ so hard/difficult/complicated/painful/confusing/annoying; {joy} another/more/yet ~ {bad}; {joy} ,
     another/more/yet ~ {bad}/failing/broken/red/failed; {joy} , ~ {bad}/failing/broken again; thanks for
     nothing; love/loving it/when/how/that ~ breaks/broke/crashes/crashed/fails/failed/hangs/dies; who needs
     ~ anyway
0.7  oh joy; oh great/lovely/wonderful/fantastic ,; oh great/lovely/wonderful/fantastic $; just great/
     wonderful/perfect/lovely/peachy/brilliant ,; just great/wonderful/perfect/lovely/peachy/brilliant $;
     here we go again; not again; great/nice/good job/work/going breaking/broke/deleting/deleted/crashing;
     isnt/arent/wasnt/not back/up/working/green/live/available/reachable; isnt/arent ~ working/green; works/
     worked ~ but ~ slow/slowly/slower/broken/wrong/fails/crashes/only/not/painfully; works ~ machine ~
     fails/not/but/broken; been debugging/fighting/chasing/hunting/staring/banging/stuck _; why is/are/does
     ~ so hard/difficult/complicated/painful/confusing/annoying; nobody/no one/anyone ~ reviews/listens/
     answers/cares/helps/understands/replies/responds; no one ~ reviews/listens/answers/cares/helps/
     understands/replies/responds/told; dumpster fire; screwed/doomed; up all night; keep up with; hates me;
     dont cry; behind everyone; deleted/lost/erased/wiped my/all ~ files/work/data/changes/code/branch;
     hours/days/weeks of work ~ gone/lost; train wreck; trainwreck/shitshow/clusterfuck; rejected/declined/
     closed my pr/patch/proposal/application/code/request; shutting/shut ~ project/company/team/office/
     product; still red/failing/broken/crashing/down/nothing/not/doesnt/cant/wont/no; what now $; why does ~
     keep/always; how is/are/can ~ still
0.96 failed/failures/errors/failing/failure/error , ~ passed/passing/pass/succeeded/skipped; passed/passing
     , ~ failed/failures/failing/errors/error
0.85 tests/test/specs/checks/build/jobs/job/step failed; ^ failed _; ^ failed $; segmentation fault; core
     dumped; kernel panic; blue screen; unhandled exception/rejection; out of memory error
0.75 accidentally/mistakenly _; by accident/mistake; deadline is ~ today/tomorrow/hours; behind schedule;
     out of time; running out of time; boss/client/customer/customers/manager/users/everyone is/are/was ~
     angry/furious/unhappy/upset/mad/yelling/complaining/screaming; leaked ~ key/keys/secret/secrets/
     password/credentials; got hacked
0.75 what a mess/nightmare/disaster/pain/waste/day from; a nightmare/disaster; a mess $; rabbit hole; dead
     end; square one; two steps back
0.75 lost/wasted/losing/wasting/spent ~ hours/days/work/day/morning/afternoon/week/changes/everything;
     hours/days wasted/lost/gone; hours/days/weeks on the same/this/that/one; hours/days/weeks into ~ bug/
     error/problem/issue; hours/all debugging/chasing/hunting
0.85 burned/burnt/burning out; burnout; had a panic; dont know what to do; dont know anymore; i quit $; i
     surrender; not good/smart enough; cant do this/it/anything; cant take; cant go on; i suck; cant stop
     crying/shaking/worrying; could/gonna/wanna cry $; kill me $; kill me now; killing me; so/totally/
     completely done with; need a hug; dead tired; yelled/shouted/screamed at; cant ~ cope/breathe/anymore/
     bear/handle/stand; at my limit; end of my rope; breaking point; running on fumes; falling apart; fall
     apart; barely holding; im/feel/feeling not ok/okay/fine/well/alright/myself; not doing ~ well/great/
     good; too much ~ for me; on my own with; no energy/strength/motivation; hit a wall; want to disappear;
     letting everyone/everybody/people down
0.8  deleted/overwrote/dropped/pushed/merged/broke/reverted/committed ~ wrong/production/prod/main/master;
     broke ~ build/prod/production/main/everything; i broke/messed/screwed/ruined; my fault; messed up;
     screwed up
0.55 😭; 😢; 😞; 😩; 😫; 🤬; 😡; 😤; 💀; 🤦

[struggle unless denied]
0.8  {thing} just/always/still/all/only/keeps/has/is/are/randomly broke/breaks/broken/crashed/crashes/
     failed/fails/fail/failing/died/exploded/hangs/hung/hanging/froze/frozen/down/red; {thing} broke/breaks/
     crashed/crashes/failed/hangs/hung/froze/exploded/fails/dies/died/dead; prod/production/site/server/
     service/ci ~ down; times/timed/timing/locked/freezes/froze out/up
0.7  another/more/new/yet {bad}/another; another/yet ~ {bad}; another/yet ~ failing/broken/failed/red;
     broken/failing/failed/crashing/red/down again; is/are/its/still/completely/totally/everything broken;
     broke/fails/crashes/failed/crashed/hangs/fail again
0.8  keeps/keep/kept failing/crashing/breaking/hanging/happening/timing/freezing/dying/disappearing/getting/
     throwing
0.88 im/feeling/feel/getting/completely/totally/so/still/got/really/hopelessly stuck/lost; stuck on/in/at/
     with
0.9  give/giving/gave up; losing hope; lost hope; want to cry; close to tears; crying
0.88 hate/hating/loathe/despise/detest this/that/it/these/my/the/when/how/_
0.82 frustrating/frustrated/frustration/infuriating/maddening/exasperated/annoying/annoyed/awful/terrible/
     horrible/ridiculous/miserable/hopeless/unbearable/useless/worst/sucks/stinks/cursed; is/are/such/total/
     utter/this/pure/absolute/what garbage/trash/rubbish/hell/crap; hell no/of; in/from/to hell; garbage/
     trash/rubbish $
0.8  fighting/fought/wrestling/battling/struggling/struggle/struggled with/this/the/against/to; fighting/
     wrestling _
0.8  went/gone/going/goes wrong/sideways/south; blew/blown up; on fire; bad/rough/awful/hard/tough/terrible/
     horrible day/week/night/morning/sprint; worst day; bad/terrible/stupid idea; bad news; yelling/
     screaming/shouting at; tore/torn ~ apart; is a pain/mess/joke; what a ~ mess/shame; still/now ~ dead/
     broken/red/down; out of my depth; too hard/difficult/much for
0.85 feel/feeling/felt stupid/dumb/useless/awful/terrible/lost/overwhelmed/down/sad/sick/like; imposter/
     impostor
0.88 im/feel/feeling/felt/so/really/completely/totally/utterly/very desperate/helpless/worthless/defeated/
     hopeless/alone/lonely/anxious/terrified/panicking/drowning/broken/empty/incompetent/inadequate/numb/
     ashamed/scared
0.6  so/too/really/very/just/im tired
0.85 overwhelmed/exhausted/stressed/miserable/drained/anxious/ashamed/devastated/demotivated/discouraged/
     depressing/exhausting/heartbreaking; worn out; under pressure; lonely; so sad
0.65 failed/crashed halfway/overnight/again/in/on/with; fail/fails only/randomly/sometimes; lost ~ work/
     data/changes; got rejected/declined/reverted/blocked; was rejected/blamed
0.55 stuck/crash/crashed/crashing/broke/broken/outage/flaky/nightmare/stupid/disaster/segfault/segfaults/
     segfaulting/failing/confused/confusing/painful/impossible/blocked/sad/worried/angry/upset/unhappy/
     disappointed/wrong/afraid/scared/nervous/embarrassed/embarrassing/unfair/scream/dreading/dread/
     suffering/tedious/fails/failed/mess/nobody

0.9  everything/nothing/whatever/anything i touch/do/try/change ~ breaks/break/fails/crashes/works/helps
0.88 too dumb/stupid/slow/old/weak/tired for; why ~ even bother; faster/better/smarter than me; please just
     work; lose my job; everyone/everybody is ~ better/faster/smarter
0.75 nothing but errors/failures/trouble/problems/bugs/pain/_; hours/days for a/one/this/nothing; lost
     connection/connectivity/access; no matter what/how; stays/stay/remains red/broken/dead; out of ~ space/
     disk; behind on; catastrophe/fiasco/debacle/chaos; end of me; about to explode/snap/scream/lose;
     taking/takes/took forever; hanging/hung/hangs/frozen forever/again/since/for/at/on; the more i; lying
     to me; giving up on; like giving/quitting
0.6  again ?; seriously ?; really ?; hanging/frozen/freezes/crashy; lies/lying; how ~ hard can
0.6  modulenotfounderror/typeerror/valueerror/keyerror/attributeerror/syntaxerror/nameerror/importerror/
     indexerror/runtimeerror/nullpointerexception/filenotfounderror/referenceerror/assertionerror/traceback/
     panicked/eresolve/enoent/econnrefused; npm err; 500/502/503/504 error/errors; error 500/502/503/504;
     exit code/status 1/2/126/127/134/137/139/143/255; exited with; merge conflict/conflicts; for hours/
     days/ages/weeks $; ^ error/fatal/panic/exception .; tests/specs fail/fails
0.5  error/errors/failure/failures/exception/regression/deadlock/outage/timeouts; i dont get/understand;
     mad/angry at/with me/us; no one/nobody ~ me
0.55 despair/misery/agony/torture/suffer/regret/guilty/humiliated/panic/stressed/stress/stressful/anxiety/
     tears/exhausting/tiring/insane/ugly/hurts/hurt/hard/difficult/struggle/unusable/unreliable/unstable/
     corrupt/corrupted/nope/fault/desperately/sadly/unfortunately/worse/fear/fearing/rant/worst

[grief]
0.98 passed away; funeral/funerals; grieving/bereaved; in mourning; mourning my; rest in peace; hospice;
     condolences; memorial service; terminally ill; terminal cancer/illness/diagnosis; chemo/chemotherapy;
     weeks/months/days to live; weeks/months/days left to; heart attack; in a coma; lost his/her/their
     battle; didnt make it through the; burial/cremation/obituary
0.97 my/our/his/her/best ~ {person} ~ died/dying/dies/dead/missing/sick/ill/hospital/icu/surgery/cancer/
     gone/accident/stroke/coma/tumor/tumour/leukemia/leukaemia/dementia/alzheimers/overdose/suicide/icu; my/
     our/his/her/best ~ {person} ~ was/were/got/been killed; my/our/his/her/best ~ {person} ~ passed on/
     last/this/yesterday/away/in/suddenly/today; my/our/his/her/best ~ {person} ~ passed $; my/our/his/her/
     best ~ {person} ~ didnt/wont/not make it; my/our/his/her ~ {person} ~ has/only weeks/months/days; {kin}
     ~ died/dying/cancer/hospital/icu; {kins} in ~ hospital/icu/coma; {kins} dying/dead/gone; lost my/our
     best/dear/beloved/closest {person}; dog/cat/puppy/kitten/horse/pet ~ be/was/were put down/to; {kin}
     passed last/this/yesterday/on; {kin} passed $; i/we lost my/our/her/his/a ~ {person}/job/pregnancy;
     lost my/our {person}/job/home/house/child/son/daughter; my/our child/kid/children/kids died/is/are
     dying/missing; my/our child/kid died; burying/buried my/our/his/her ~ {person}
0.96 put ~ dog/cat/horse/pet/him/her down/sleep; in the hospital/icu/er $; in/to hospital; in intensive
     care; in palliative care; life support
0.96 laid off; got/been/was/were/getting fired/sacked; made redundant; lost my/his/her job; lost the/our/a/
     my baby/pregnancy/child; let me/us go $; let me/us go today/yesterday/this/last/from/after/because; let
     ~ team/department/staff/half/people/colleagues go; layoff/layoffs; out of a job; my position/role/job
     was/is/got/has ~ eliminated/cut/terminated; evicted; homeless
0.96 diagnosed with; have/has/had/got/with cancer; miscarriage/miscarried/stillborn/stillbirth; divorce/
     divorced; broke up with me; breaking up with; we/just broke/split up $; we/just broke/split up after/
     last/yesterday/today/this/and; left me $; left me and/after/for/last/yesterday/today/this/alone; dumped
     me; got dumped; cheated on me; heartbroken; panic attack/attacks; im/feel/feeling/so/been depressed;
     depression
0.99 kill/hurt/harm/killing/hurting/harming/cutting myself; suicide/suicidal; want/wanna to die; wanna die;
     end my/it life/all; dont want to live/be/exist; dont want to wake up; wish i was/were dead; wish i
     wasnt here/alive; no reason to live; nothing to live for; better off dead/without me; no point ~
     living; self harm; overdosed; ending it/my all/life; marriage/relationship is/was/has over/ending/
     ended/failing; marriage/relationship ended; took/take/taken/taking his/her/their/my own life; killed
     himself/herself/themselves; ^ rip {kin}/my/our; friend of mine ~ died/dead/cancer; my/our dog/cat/
     puppy/kitten/pet ran away; tired of living
"""

STRUGGLE: Final = patterns(
    _TABLE, {"thing": THINGS, "person": _PEOPLE, "kin": _KIN, "kins": _KINS, "bad": _BAD, "joy": _JOY}
)
