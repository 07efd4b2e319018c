"""How people ask for work and how they ask for an answer: the phrases of ``task`` and ``question``.

Invariant: data only, as in ``core.label_patterns``. A verb that is seldom a noun ("add", "rename") asks for
work with any word after it. One that is often a noun ("build", "fix", "test") needs what shows the
imperative, an article or a direction, or the label would be given to "build failed again".
"""

from __future__ import annotations

from typing import Final

from afterglow.core.pattern_table import patterns

_VERBS: Final = (
    "add/adjust/allow/annotate/append/apply/archive/assign/attach/automate/backport/bump/clarify/collapse"
    "/combine/configure/connect/consolidate/containerize/convert/create/debounce/decouple/deduplicate/delete"
    "/deprecate/detect/disable/downgrade/eliminate/embed/enable/enforce/ensure/exclude/expand/expose/extend"
    "/extract/finalize/generate/generalize/harden/hide/implement/improve/include/increase/initialize/inline"
    "/insert/install/integrate/introduce/invalidate/investigate/isolate/localize/lowercase/memoize/migrate"
    "/minify/modernize/modularize/normalize/optimise/optimize/parallelize/parameterize/parametrize"
    "/paginate/populate/prepare/prevent/propagate/provide/prune/publish/reduce/refactor/regenerate/register"
    "/reimplement/reject/remove/rename/render/reorder/reorganise/reorganize/replace/reproduce/resize/resolve"
    "/restore/restrict/restart/restructure/reuse/revert/rewrite/sanitise/sanitize/scaffold/separate/serialize"
    "/shorten/simplify/specify/standardize/streamline/strip/summarise/summarize/suppress/swap/throttle/tidy"
    "/tighten/toggle/translate/trim/truncate/tweak/unify/uninstall/unpin/unskip/upload/validate/verify"
)
_WORKS: Final = (
    "benchmark/change/clean/cleanup/comment/compress/copy/debug/deploy/design/document/draft/edit/export/fix"
    "/format/group/handle/hook/import/lint/merge/mock/patch/pin/polish/port/profile/rebase/review/rotate"
    "/schedule/shrink/sort/split/squash/store/stub/switch/sync/test/update/upgrade/wire/wrap/write"
)
_LIGHT: Final = (
    "bring/build/call/check/clear/close/commit/complete/count/download/drop/finish/inspect/list/load/log"
    "/look/make/mark/measure/open/pass/print/pull/push/put/raise/release/reset/restart/retry/return/run/send"
    "/set/show/skip/start/stop/tag/track/try/turn/type/use"
)
_VERB_OR_NOUN: Final = (
    "the/a/an/my/our/your/all/any/this/that/these/those/some/every/each/both/its/their/another/only/just/two"
    "/three/up/down/out/off/on/in/into/to/from/over/back/it/them/me/us/as/so/new/old/unused/missing/broken"
    "/duplicate/duplicated/dead/stale/remaining/more/unit/integration/failing/flaky/outdated"
)

_DOUBLED: Final = frozenset(
    {"debug", "drop", "log", "pin", "plan", "put", "reset", "run", "set", "skip", "split"}
    | {"stop", "strip", "stub", "swap", "tag", "trim", "wrap"}
)
"""Verbs whose last letter doubles before ``ing``."""


def _doing(verbs: str) -> str:
    forms = []
    for verb in verbs.split("/"):
        stem = verb[:-1] if verb[-1] == "e" and verb[-2:] != "ee" else verb
        forms.append(f"{stem}{stem[-1]}ing" if verb in _DOUBLED else f"{stem}ing")
    return "/".join(forms)


OBJECT_BEGINS: Final = frozenset({"the", "a", "an", "our", "every", "all", "these", "those", "each", "both"})
NO_ORDER_ENDINGS: Final = ("ed", "ing", "ly", "s")
_NO_ORDER: Final = (
    "about above after against along although among and around as at because before behind below beside "
    "besides between beyond but by despite down during except for from if in inside into like near of off "
    "on once onto or out outside over past per plus since so than that then through till to toward under "
    "unless until up upon via when where whether while with within without what which who whose whom why "
    "how i we you he she it they this these those here there is are was were am be been do does did has "
    "have had can could will would shall should may might must not no yes yeah ok okay hey hi hello wow "
    "oh ah hm hmm well just only even also maybe perhaps such quite rather all both half many too very "
    "lost got broke won found met saw ate made went took bought read ran left began built came drove fell "
    "felt forgot gave knew heard held kept led paid said sold sent slept spent stood taught told thought "
    "wore wrote hit cut quit became beat hate love enjoy miss despise adore worst best great good nice "
    "bad today tomorrow tonight yesterday now later never always again still already finally more most "
    "less meet watch eat drink call enough goodbye bye thank thanks cheers congrats another any some one "
    "two ive im its thats youre whats hows lets id ill weve theyre theres heres cant dont doesnt didnt "
    "isnt arent wont havent hasnt hadnt wasnt couldnt wouldnt shouldnt whos "
)
NO_ORDER: Final = frozenset(_NO_ORDER.split())
"""First words that open no order although an article follows: no verbs, verbs of the past, feelings."""

_TABLE: Final = """
[task]
0.93 remind me/us; dont let me/us forget; dont forget to/that/the/about; set a reminder/timer/alarm;
     reminder to/for/that; wake/ping/nudge/poke/alert me at/in/on/when/about/if/tomorrow
0.9  ^ remember that/to/this/my/the/it/we/i; ^ please remember; ^ remember .; ^ remember _ .; ^ memorize/
     memorise
0.93 ^ note to self; make/take/leave/add a note; ^ note that/down/.; write/jot/noting/put ~ down; ^ todo/
     fixme; ^ to do .; ^ memo; note this down; for the record ,; ^ action item/items
0.93 create/add/open/make/file/start/new/track/raise a/an/the/new/another/me ~ task/tasks/todo/ticket/issue/
     subtask/reminder/card/note/workflow/project/plan/checklist/story/epic; ^ new task/todo/ticket/note/
     project
0.9  add/put/stick * to/on my/the/our/a list/backlog/board/todo/todos/tasks/notes/agenda/roadmap
0.88 ^ split/break ~ into/down/up; ^ split/break * into/down; ^ decompose/prioritize/prioritise; ^ divide ~
     into
0.85 ^ plan/schedule/organize/organise/outline/sketch the/a/my/our/this/how/next/out/tomorrow/an; make/draft
     a plan; ^ plan for
0.9  ^ recall/lookup; recall it/that/what/the/my; look up what/when/where/how/the/my; look it/that/this up;
     what did i note/decide/write/save/say ~ about; find my/the note/notes; what do you remember/recall;
     show me my/the notes/tasks/list/reminders; whats on my list/plate/agenda; what do i have to do
0.88 ^ save/store/keep/bookmark/archive this/that/it/the ~ for/in/as/under; save/keep this/that; keep in
     mind that
0.85 start/finish/begin/run/stop/pause the/a/my _ recipe/workflow/task/import; set up a/the ~ workflow/
     reminder/task/project; ^ mark ~ done/finished/complete/completed; ^ mark * as done/finished/complete
0.5  ^ please/pls/plz/kindly; can/could/would/will you please/kindly; for me $; i need you to; i want you
     to; please/pls $
0.84 ^ {verbs} _; ^ and/then/also/now/first/next/ok/hey {verbs} _
0.74 ^ fix/update/upgrade/write/draft/document/rebase/split/benchmark/lint/mock/stub _
0.6  ^ run/check/review/deploy/merge/format/clean _; ^ kill the/that/all; ^ need a/an/some/more * for/on/in/
     that; ^ i/we need a/an/some/more * for/on/in/that
0.82 ^ move/put/bring/merge/copy/push/port/send/pull/turn * into/to/in/onto/from/out/under/behind/over; ^
     use/prefer _ * instead/not/rather/over/everywhere/as; ^ feat/fix/chore/docs/refactor/perf/style/wip .;
     ^ feat/fix/chore/docs/refactor/perf/style _ .; ^ tell/ask/notify/email/inform/message the/my/our/
     everyone/them/him/her
0.72 , {verbs} it/one/the/a/an/them/some/that/this/to; ^ tag _; ^ fixes/closes/resolves _
0.72 ^ {works} the/a/an/our/my/all/every/these/those/this; ^ {light} the/a/an/our/all/every/these/those
0.55 ^ {works} {det}; ^ {light} {det}
0.6  ^ {works} {det}; ^ ignore/split/set/turn/handle/change/switch/clean/hook/run the/all/these/any/every/
     up/this/a; ^ {light} the/all/these/this/every/a/our/my * to/in/on/for/from/with/into/by/as/before/after
0.88 please/pls/plz/kindly {all}; please/pls/plz to {all}; {all} ~ please/pls/plz $
0.88 can/could/would/will you/u ~ {all}; can/could we ~ {verbs}/{works} _; would/do you mind {doing}; how
     about you {all}
0.6  ^ lets _ _ _; ^ i need/want the/a/an/this/it/that _; ^ i need/want you to; ^ we need/want the/a/an/
     this/it/that _; ^ the/this/that/our ~ needs/need to/a/an/some/more _
0.84 ^ lets ~ {all}; ^ let me know when/if/once/as; ^ tell me when/once/if; ^ have the/a/it/every ~ run/do/
     use/return/send/log/print/check; ^ could/can someone/somebody ~ take/fix/do/handle/review/look/check/
     merge/update/add/write; ^ i/we should/must/could really/probably/definitely/just/also/maybe/now {all};
     let me {all}; ^ time to {all}; ^ shall we {all}
0.84 ^ i/we/you/someone/somebody need/want/have/ought/plan/intend/must/should/got to {all}; ^ i/we/you/
     someone/somebody must/should/gotta/wanna/gonna {all}; ^ need/have/want/must/supposed/ive to {all}; ^
     gotta/must/should/wanna/gonna {all} _; ^ id/wed like/love/want ~ {all}; i need you/someone to; ^ we/i
     really/still/also/now/just need/have/want/must/should to {all}; ^ and/but/so/now/today/tomorrow/first/
     later/then i/we need/have/want/must/should to {all}; ^ today/tomorrow/later/tonight i/we/ill/well {all}
0.75 ^ ill/im/we/were/gonna/im gonna/ill/going/about ~ to {all}; ^ ill/well {all} _; ^ im gonna {all}; ^
     were/im going to {all}; ^ next is/i/we/: ~ {all}; ^ next ~ {doing}; on my list/plate/agenda
0.85 help me/us ~ {all}; help me/us with the/this/a/my ~ function/module/script/file/test/tests/code/class
0.9  ^ make/making sure/certain; get rid of; take care of the/this/that/my/our/all/these; ^ see to it; ^ be
     sure to
0.84 take/have a ~ look at/into the/this/my/that/our; ^ look into/at/for/through the/this/my/our/why/how/
     what/all; ^ find/figure/work/check out why/how/what/where/which/who; ^ find the/all/every/any/out; ^
     see/check if/whether/why/that/how; ^ double check; ^ go through/over the; ^ follow up; ^ come up with;
     ^ get ~ ready/done/working/merged/reviewed/deployed; ^ hook/wire/set up
0.72 ^ dont/never {all} _; ^ stop {doing}; ^ no {doing}; ^ avoid {doing}; ^ start {doing}; ^ try {doing}; ^
     try to {all}; ^ finish {doing}; ^ continue/keep {doing}
0.62 ^ {doing} {det}; ^ im/currently/still/now/busy/today ~ {doing} {det}; working on; work on; busy with;
     started on
0.55 ^ the/our/these/all ~ should/must/needs/need to/be/have/use/return/show/support/accept; deadline is;
     due on/by/tomorrow/today/monday/friday; needs to be {ed}; ^ support for

[question]
0.3  what/which/who/whose/when/where/why/how ~ is/are/was/were/do/does/did/can/could/should/would/will/am/
     isnt/doesnt/has/have/to/much/many/big/long/often/far/i/you/we; whats/hows
0.65 ^ what/which/who/whose/when/where/why/how; ^ whats/hows/wheres/whos/whens/whys; ^ explain/define/
     compare; ^ so/and/but/ok/hey/hi/hello/hmm/hm/wait/also/quick/um/uh/er/yo/please/well/then/now/btw/
     sorry/actually what/which/who/when/where/why/how/whats; what/which/where/when/why/how/who do/does/did/
     is/are/was/should/can/would/could/will i/we/you/it/the/this/that/one/they/a/an/my/our/these/people; how
     to _
0.65 ^ so/and/but/ok/hey/hmm/hm/wait/also/um/uh/well/then/now/btw/sorry/actually/, ~ what/which/who/when/
     where/why/how/whats * ?; what/which/where/when/why/how ~ exactly; ^ in/with/for/on/from/to/at/by/about/
     of which/what/whom; ^ how come; ^ what/how about
0.6  ^ is/are/was/were/do/does/did/can/could/should/would/will/has/have/isnt/doesnt/cant/shouldnt/am/may/
     wouldnt/arent i/you/we/it/this/that/there/the/a/an/any/anyone/anybody/someone/my/our/they/_ * ?; ^
     does/did/would/could/should/will/shall/can/has/had _ _; ^ is/are _ _ _; ^ is/are _ $; ^ is/are/was/
     were/does/did/can/could/should/would/will/isnt/doesnt/shouldnt/wouldnt/arent it/this/that/there/the/
     these/those/any/anyone/anybody/my/our/they _; ^ do/did/can/could/should/am/may/would i/we/they/these/
     people _; ^ so/and/but/wait/ok/hey/hmm/hm/also/um is/are/was/were/do/does/did/can/could/should/would/
     will it/this/that/there/the/these/i/we/you/any; ^ is/are/does/do possible/anyone/anybody/_ need/have/
     support/work/use/return/allow/safe/better/faster/slower/enough/necessary/required
0.55 tips/pointers/advice/guidance/explanation; i dont know which/where/whether; ^ am/are/is ~ supposed/
     allowed/able/meant/required; trying to figure/work/find out; looking for ~ way/tool/library/example/
     docs
0.7  any idea/ideas/clue/thoughts/suggestions/advice/chance/reason/way/opinion/opinions/recommendation/
     recommendations/hint/hints/pointers/example/examples/best; anyone/anybody/someone/somebody ~ know/
     knows/explain/tried/tell/seen/used/familiar; do you know/remember/think if/how/what/why/when/where/i/
     we/it; whats the difference/deal/point/catch/benefit/purpose/use; difference between; i wonder/
     wondered; wondering if/how/why/what/whether; can/could/would/please you/me/us explain/tell/clarify/
     elaborate/say/describe; not/im sure/unsure if/whether/how/what/which/when/where; ask you something;
     what do/would/should you think/suggest/recommend/say/use; is/are there a/any ~ way/option/flag/method/
     tool/setting/reason/alternative; i want/need/would/like to know; curious/unclear/confused how/why/what/
     whether/if/about; what happens/means; is it ok/okay/possible/safe/worth/better/normal/allowed/bad/good/
     true/possible/legal/fine/necessary; quick/another/one/have/a/stupid/dumb/silly question; question
     about/on/for/regarding; is that/this right/correct/normal/true/possible; am i right/supposed/allowed/
     missing; or ~ instead ?; or not ?; correct ?; or no ?; ^ explain ~ to me; in which case; does/do that/
     it/this/you mean; tell me/us how/why/what/which/when/where/about; i dont know how to/whether/which;
     what/which one; recommend/suggest ~ for/library/tool/framework/way
0.5  help $; help me $; i need help; need ~ help with; can/could you help; can someone/anyone/anybody
"""

QUESTION_AND_TASK: Final = patterns(
    _TABLE,
    {
        "verbs": _VERBS,
        "works": _WORKS,
        "light": _LIGHT,
        "all": f"{_VERBS}/{_WORKS}/{_LIGHT}/move",
        "doing": _doing(f"{_VERBS}/{_WORKS}"),
        "det": _VERB_OR_NOUN,
        "ed": "done/fixed/updated/changed/removed/rewritten/tested/merged/moved/replaced/reviewed/deployed",
    },
)
