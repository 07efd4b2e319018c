"""How people say that it goes badly: at work, and in life, where nothing but quiet is right.

Invariant: data only, as in ``core.label_patterns``. What is under ``grief`` names a person or the speaker,
and outweighs everything else in a text, thanks and joy included; a process that is killed, a server that
died and a dead branch are a ``struggle`` at most.
"""

from __future__ import annotations

from typing import Final

from afterglow.core.pattern_table import patterns

_THINGS: Final = (
    "it/this/that/everything/build/builds/ci/server/app/test/tests/suite/deploy/migration/pipeline/demo/site"
    "/production/prod/script/service/job/laptop/editor/code"
)
_PEOPLE: Final = (
    "mother/mom/mum/father/dad/brother/sister/son/daughter/wife/husband/partner/girlfriend/boyfriend"
    "/grandmother/grandma/grandfather/grandpa/aunt/uncle/cousin/friend/colleague/coworker/dog/cat/baby/child"
    "/kid/parents"
)

_TABLE: Final = """
[struggle]
0.85 ugh/argh/arg/aargh/grr/gah/meh/sigh/bah/damn/dammit/damnit/crap/wtf/ffs/fml/shit/fuck/fucking/oof/
     noo/facepalm; oh no; no no; hell no; what the hell/heck
0.85 doesnt/dont/wont/isnt/cant/didnt/never/not/arent/wasnt/refuses/refuse/stopped/quit/couldnt ~ work/
     works/worked/working/compile/build/run/start/load/pass/passing/respond/responding/connect/install/
     boot/merge/deploy/log
0.7  why ~ again; again and again; over and over; same error/bug/problem/issue/failure/mistake; why wont/
     cant/isnt
0.8  no idea/clue why/what/how/where; beats me; at a loss; makes no sense; doesnt make sense; at my wits;
     for no reason; out of ideas; no luck
0.85 cant figure/get/find/understand/reproduce/make/even/seem/see/think/focus/concentrate; cant ~ figure/
     understand; couldnt figure/reproduce
0.8  dont/cant/didnt understand/get/see ~ any/anything/this/it/why/what; over my head; way too hard/
     complicated
0.85 driving/drives/drove me crazy/mad/nuts/insane/up; losing my mind/patience; pulling my hair; makes/
     making/made me ~ scream/cry/sad/mad/angry/sick; want to scream/cry/quit/throw; head hurts; head is
     spinning; banging my head; tearing my
0.85 sick/tired/ashamed of; fed up; nothing works/helps/worked/helped; going/getting nowhere; in circles;
     not getting anywhere; tried everything; nothing ~ makes; at the end of my; worked/works ~ yesterday/
     before/earlier/until/locally; worked * now ~ dead/broken/broke/fails/failing/gone/doesnt/isnt/wont/
     crashes; used to work; why me; not my day; should never/not have; shouldnt have; waste of; had it
     with; had enough of; enough of this
0.75 what a mess/nightmare/disaster/pain/waste/day from; a nightmare/disaster; a mess $; rabbit hole; dead
     end; square one; two steps back
0.75 lost/wasted/losing/wasting/spent ~ hours/days/work/day/morning/afternoon/week/changes/everything;
     hours/days wasted/lost/gone; hours/days/weeks on the same/this/that/one; hours/days/weeks into ~ bug/
     error/problem/issue; hours/all debugging/chasing/hunting
0.85 burned/burnt/burning out; burnout; had a panic; dont know what to do; dont know anymore; i quit $; i
     surrender; not good/smart enough; cant do this/it/anything; cant take; cant go on; i suck
0.8  deleted/overwrote/dropped/pushed/merged/broke/reverted/committed ~ wrong/production/prod/main/master;
     broke ~ build/prod/production/main/everything; i broke/messed/screwed/ruined; my fault; messed up;
     screwed up
0.55 😭; 😢; 😞; 😩; 😫; 🤬; 😡; 😤; 💀; 🤦

[struggle unless denied]
0.8  {thing} just/always/still/all/only/keeps/has/is/are/randomly broke/breaks/broken/crashed/crashes/
     failed/fails/fail/failing/died/exploded/hangs/hung/hanging/froze/frozen/down/red; {thing} broke/
     breaks/crashed/crashes/failed/hangs/hung/froze/exploded/fails/dies/died/dead; prod/production/site/
     server/service/ci ~ down; times/timed/timing/locked/freezes/froze out/up
0.75 another/more/new/yet crash/failure/error/outage/bug/regression/segfault/exception/another; broken/
     failing/failed/crashing/red/down again; is/are/its/still/completely/totally/everything broken; broke/
     fails/crashes/failed/crashed/hangs/fail again
0.8  keeps/keep/kept failing/crashing/breaking/hanging/happening/timing/freezing/dying/disappearing/
     getting/throwing
0.88 im/feeling/feel/getting/completely/totally/so/still/got/really/hopelessly stuck/lost; stuck on/in/at/
     with
0.9  give/giving/gave up; losing hope; lost hope; want to cry; close to tears; crying
0.88 hate/hating/loathe/despise/detest this/that/it/these/my/the/when/how/_
0.82 frustrating/frustrated/frustration/infuriating/maddening/exasperated/annoying/annoyed/awful/terrible/
     horrible/ridiculous/miserable/hopeless/unbearable/useless/worst/sucks/stinks/garbage/trash/rubbish/
     cursed/hell
0.8  fighting/fought/wrestling/battling/struggling/struggle/struggled with/this/the/against/to; fighting/
     wrestling _
0.8  went/gone/going/goes wrong/sideways/south; blew/blown up; on fire; bad/rough/awful/hard/tough/
     terrible/horrible day/week/night/morning/sprint; worst day; bad/terrible/stupid idea; bad news;
     yelling/screaming/shouting at; tore/torn ~ apart; is a pain/mess/joke; what a ~ mess/shame; still/now
     ~ dead/broken/red/down; out of my depth; too hard/difficult/much for
0.85 feel/feeling/felt stupid/dumb/useless/awful/terrible/lost/overwhelmed/down/sad/sick/like; imposter/
     impostor
0.85 overwhelmed/exhausted/stressed/miserable/drained/anxious/ashamed/devastated/demotivated/discouraged;
     so/too/really/very/just tired; worn out; under pressure; lonely; so sad
0.65 failed/crashed halfway/overnight/again/in/on/with; fail/fails only/randomly/sometimes; lost ~ work/
     data/changes; got rejected/declined/reverted/blocked; was rejected/blamed
0.55 stuck/crash/crashed/crashing/broke/broken/outage/flaky/nightmare/stupid/disaster/segfault/failing/
     confused/confusing/painful/impossible/blocked/sad/worried/angry/upset/unhappy/disappointed/wrong/
     afraid/scared/nervous/embarrassed/embarrassing/unfair/scream/dreading/dread/suffering/tedious/fails/
     failed/mess/nobody

[grief]
0.98 passed away; funeral/funerals; grieving/bereaved; in mourning; mourning my; rest in peace; hospice
0.97 my/our/his/her/best ~ {person} ~ died/dying/dies/dead/killed/missing/sick/ill/hospital/icu/surgery/
     cancer/gone/accident/stroke; my/our/his/her/best ~ {person} ~ passed on/away; i/we lost my/our/her/
     his/a ~ {person}/job/pregnancy; lost my/our {person}/job
0.96 put ~ dog/cat/horse/pet/him/her down/sleep; in the hospital/icu/er $; in intensive care; life support
0.96 laid off; got/been/was/were/getting fired; made redundant; lost my/his/her job; lost the baby
0.96 diagnosed with; have/has/had/got/with cancer; miscarriage/stillborn; divorce/divorced; broke up with
     me; breaking up with; left me $; heartbroken; panic attack/attacks; im/feel/feeling/so/been
     depressed; depression
0.99 kill/hurt/harm/killing/hurting/harming myself; suicide/suicidal; want/wanna to die; wanna die; end
     my/it life/all; dont want to live/be; wish i was dead; no reason to live
"""

STRUGGLE: Final = patterns(_TABLE, {"thing": _THINGS, "person": _PEOPLE})
