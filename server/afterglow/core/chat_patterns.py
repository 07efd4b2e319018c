"""What people say beside the work: greetings, goodbyes, thanks, jokes, small talk and their lives.

Invariant: data only, as in ``core.label_patterns``. A word that names a thing of life counts for
``off_domain`` as a tag of life does: for less where the same text names the work.
"""

from __future__ import annotations

from typing import Final

from afterglow.core.pattern_table import patterns

_TABLE: Final = """
[greeting]
0.8  ^ hey/hi/hello/hiya/heya/yo/howdy/hullo/ahoy/greetings/sup/salut/hallo/hola/moin/servus/hej/hei/ola/
     olá/namaste/konnichiwa/ohayo/aloha/shalom/salaam/wassup/helo/oi/buongiorno/bonsoir/buenos/buenas
0.6  ^ hey/hi/hello/hiya/heya/yo/howdy/hola $; ^ hey/hi/hello there/again/afterglow/everyone/all/friend/hey/
     team/folks
0.9  ^ good morning/afternoon/evening/day; ^ gday; ^ morning/afternoon/evening $; ^ top of the morning; ^
     goodmorning/goodevening/gm
0.75 ^ morning/evening/afternoon ,; ^ morning/evening/afternoon folks/all/everyone/team/guys; ^ rise and
     shine; hello/hi/hey $
0.85 im back $; im back at/from/again/online/in; ^ back again/online/here; ^ here again; im here $; ^ im
     here; ^ good/great/nice/glad to be back/here; ^ guten/buen morgen/tag/abend; ^ god morgon/morgen; ^
     bonjour/ciao; reporting for duty; ^ just got in/here/up/back/online; ^ just arrived; ^ just woke up; ^
     just logged in/on; ^ im in/online/up $; im up $; ^ im online; ^ lovely/nice/good/pleased to meet you
0.8  ^ back from/after vacation/holiday/holidays/leave/lunch/break/dinner/breakfast/pto/travelling/a/the/my/
     an/two/parental/sick; ^ and/ok/okay/alright/im/finally/, back from; ^ back to/in/on work/business/the/
     it/my; back at my/the/work/it; ^ a new day; ^ welcome back; ^ new day ,; ^ new week ,; ^ starting my
     day/week/shift; ^ its me; ^ lets get started; ^ at my desk; ^ first day ~ back
0.6  back at it; first day back; back from vacation/holiday/holidays/leave/lunch/break/dinner; ready to
     start/go/work

[goodbye]
0.9  bye/goodbye/goodnight/cya/ttyl/farewell/adios/ciao/tschüss/tschuss/goodnite/cheerio/toodles/sayonara/
     arrivederci/ttfn/gtg/g2g/gn/byee/byebye; good night/nite; night night; ^ night $; ^ night all/everyone/
     folks/team/,; so long $; over and out; bedtime; peace out; auf wiedersehen; au revoir; bis morgen/bald/
     dann; hasta la/luego/mañana/manana; ^ off i go; talk to you later/soon/tomorrow/then
0.8  see/seeing/cu/c you/ya/u/yall $; ^ see/cu/c you/ya/u/yall; ^ later/laters $; ^ laters; take care $;
     take care ,; take care everyone/all/yourself/of yourself/folks; until then/next $; ^ until then/next;
     till then/tomorrow/monday/next; ^ peace $
0.9  see/catch/talk ~ tomorrow/later/soon/around/monday/tuesday/wednesday/thursday/friday/next/morning;
     back/continue/more tomorrow/monday $
0.93 signing/logging/clocking/checking/heading/switching/punching off/out; going/im offline; sign/log/clock/
     knock off for/now/soon; ill log/sign/head off/out; knocking off; ^ clocked out/off; quitting time
0.9  closing/shutting/powering ~ laptop/editor/computer/machine/shop; shutting/powering down $; shutting/
     powering down ,/for/now; close/shut the laptop/computer/editor; turning/switching off ~ laptop/
     computer/machine/pc
0.93 off for/until today/tonight/now/good/tomorrow/lunch; off for the/a day/night/weekend/week; off to bed/
     sleep
0.93 call/calling it a day/night; call/calling it quits; call/calling it here
0.9  heading/going/off/go/driving/cycling/walking home; head home; heading/going to bed/sleep; time to go/
     leave/stop/sleep/rest $; time to go/head home/out/to/,; home time; hitting/hit the hay/sack/road; ^ end
     of day/shift; time to call it; time to sign/log/clock/wrap off/out/up
0.9  done/finished/through for today/tonight/now $; done/finished for the day/night/week/weekend; finished
     for
0.9  enough for today/tonight/now/me; enough work/coding/code/screen for; enough for one/the day/night;
     thats/that enough for; im calling it
0.9  thats/that/was it/all for me/today/tonight/now/us; that was it/all for; that will/ll be all; thats a
     wrap
0.85 gotta/must/should/gonna run/go/leave/dash/jet $; gotta/must/gonna run/go/leave/dash ,/now; gotta run/
     go; need/have/ive/had to run/leave/dash/go $; need/have/ive to run/leave/go ,/now/home/soon/early;
     need/have/ive/gotta to/catch catch/the/my ~ train/bus/flight; got to go/run $; got to go/run ,/now
0.85 im off/out/leaving/going/gone $; im off/out/leaving/going ,; im leaving/going now; i am out; leaving
     now/early/soon; leaving for the/today; ill stop/leave ~ here/there; ill pick/continue/finish ~
     tomorrow/monday/morning; im off to/home/until/till; ^ off to home/the/pick; gone for the/today
0.75 wrapping up; wrap up for; until tomorrow/monday/next/then; stopping here; stop here; packing up; ^ done
     for now; ^ closing time
0.9  have/enjoy a/your/the ~ good/great/nice/lovely/pleasant/wonderful/relaxing/quiet/fantastic/happy
     weekend/evening/night/day/one/break/holiday/holidays/rest/afternoon/vacation/sleep/time; enjoy/have
     your/the/a weekend/evening/holiday/holidays/vacation; ^ good/nice/great/happy/lovely weekend; sleep
     well/tight $; sweet dreams

0.6  bed/home $; leaving/leave $; thats all $; thats all ,/folks/everyone/guys/for; calling it; heading/
     headed out/home/off/to; thats it for; im done $; enough for; stopping now/for; tomorrow is another day;
     back in/after the/a/an morning/week/hour/bit/few; until the/next; ill be back; long enough; rest now;
     need to/some sleep
0.55 tomorrow $

[gratitude]
0.9  thanks/thx/tysm/tyvm/thankyou/thnx/danke/merci/gracias/thanx/thks/thks/tnx/tks/thanku/obrigado/
     obrigada/grazie/arigato/arigatou/dankeschön/spasibo/shukran/thansk/thakns/thanls/dziękuję/asante; thank
     you/u/ya/yu/god/goodness; many thanks; ty $; ty so/very; dank je/u; muito obrigado
0.9  couldnt/wouldnt ~ done/made/managed/finished/be/survived ~ without you/your/this/that; couldnt ~
     without you; do without you; means a lot; means so much; saved my day/life/evening/night/weekend/time/
     morning/afternoon; youre/ur/you ~ best/legend/star/gem/hero/angel/champ/champion/genius/godsend/
     treasure/saint; youre/ur ~ awesome/amazing/brilliant/wonderful/kind/helpful/sweet; you rock/rule; cant
     thank you
0.85 ^ cheers; cheers $; cheers for/,/mate/man; ^ ty; ^ ta $; ^ ta ,; ^ ta for/very; ^ kudos; props to you;
     hats off; bless you; big thank
0.8  you saved/rescued/made; that/this/it made my
0.7  good/great/nice/excellent/solid/fantastic catch/call/bot/job/work/tip/advice; well spotted/done/
     explained; i owe you; in your debt; without your; glad you told/warned/noticed/caught/asked/said/
     mentioned; good looking out; kind of you

[gratitude unless denied]
0.85 appreciate/appreciated/appreciative; grateful/thankful; saved me/my/us/the; lifesaver; life saver
0.75 that/you/it/this/your ~ helped; helped me/us/a/out; so/very/really/super/extremely/incredibly helpful/
     kind/thoughtful/generous; youve been; glad youre

0.55 helpful/useful/handy/legend/hero/blessing/godsend

[humor]
0.95 make/write/invent/do/tell ~ joke/jokes/pun/puns/limerick/funny; favorite/favourite language/food/key/
     drink/place ?
0.92 tell/know/got/have/ive/another/hear/need/want ~ joke/jokes/pun/puns; joke/jokes ?; ^ joke; a joke but
0.92 lol/lmao/rofl/lmfao/hehe/haha/ahaha/hah/hihi/jaja/jajaja/jajajaja/jajajajaja/kkkk/xd/xdd/lolz/lul/kek/
     roflmao/bahaha/bwahaha/mwahaha/muahaha/teehee/heehee; just/only kidding; jk $; im joking
0.93 theres/there no/is place/no like/place; ship ~ machine/laptop; commitment/trust/abandonment issues;
     code/compiler/computer/laptop/linter/printer/repo/keyboard/regex/css/server needs/has ~ therapy/
     therapist/vacation/hug/crisis/union/feelings/attitude; cant stop laughing; laughed/laughing out/so/my/
     too loud/hard/head; crack/cracks/cracked me up; take one down; little bugs in; said no one/developer/
     programmer ~ ever; said nobody ever; to err is human; two hard things/problems; turtles all the way;
     have you tried turning it off; undocumented feature; dad joke/jokes; ba dum; did you hear ~ about; in
     soviet russia
0.9  make/makes/made me laugh/smile/giggle/chuckle; knock knock; something/anything ~ funny; cheer me up;
     something witty/silly; amuse me; surprise me; entertain me; crack me up
0.95 walks/walked/walk/goes/enters into/in a bar; a bar and; kinds/types of people ~ those; there are 10/
     two/three/only kinds/types/hard; how many ~ does it take
0.88 ^ why did/do/dont/does/didnt/was/is/are/cant/was/should * ? because/it/he/she/they/to/so/cause; ^ what
     do you call
0.7  😂; 🤣; 😆; 😹; hilarious; so/thats/very/really/pretty funny
0.92 ^ what/whats/how do/did/does/is ~ say to/when/after; favorite/favourite ~ ? _; ^ what do you get
0.5  laugh/laughing/laughs/comedian/meme/memes/punchline/kidding/giggle/prank/silly/joked
0.5  funny/joke/jokes/joking/pun/puns; is like a/an/trying/being

[small_talk]
0.95 how are/r you/ya/things/we/u; how have you been; hows it; hows life/your/everything/things/work/tricks;
     how was your; how do you feel; how you doing; how did you sleep; are you ok/alright/well/there/having/
     doing/tired/bored; you ok ?; what are/r you/u/ya up/doing to/today/now/tonight/,; what are/r you/u/ya
     up/doing $; what have/you you/been been/up up/to; whatcha/wyd/hru/wbu; hope you/youre/your ~ well/fine/
     good; plans ~ weekend/tonight/evening; have you eaten/slept
0.9  what did you do/eat/have ~ yesterday/today/weekend/last; anything fun/nice/exciting/good/new ~ ?; are
     you a/an/real/human/alive/sentient/robot/ai/bot; anything/much ~ happening/going ~ ?; nothing much/
     special; my chair/plant/window/lamp/mouse _ $
0.93 whats up/new/happening/cooking/good/poppin $; whats up/new/happening ,/with/today/everyone; nice/good
     to see/meet/have you; long time no see; did you miss me; hows the; anything/something new/exciting/
     interesting/fun/good ?
0.78 what a day/week/morning/night/month/year/afternoon/evening/view/sunset; what a ~ weather/sunset/view;
     what a nice/lovely/beautiful/long/strange/weird day/week/morning/evening/afternoon
0.8  mondays/fridays; ^ monday/friday/tgif; happy friday/monday/tuesday/weekend; monday again; hump day; its
     ~ monday/tuesday/wednesday/thursday/friday; almost/nearly/finally/thank friday/monday/weekend/
     lunchtime; thank god its; cant wait for/until/till ~ weekend/lunch/friday/vacation/holidays/summer; is
     it ~ weekend/lunch/lunchtime
0.75 long/slow/quiet/busy/weird/lazy/strange/rainy/short/calm/hectic day/morning/afternoon/week/night/month;
     so many meetings; meeting after meeting; another meeting; meetings all; back to back meetings; meeting/
     meetings/standup/retro ~ forever/long/boring/endless/hours
0.75 its ~ quiet/noisy/loud/calm/busy today/here/tonight; its quiet; looking forward to ~ weekend/lunch/
     break/holidays/evening; nice/lovely/beautiful/gorgeous/sunny/cloudy/grey/gray/foggy/windy/chilly day/
     weather/evening/afternoon/sunset/outside/today; outside today; its late/dark/cold/chilly/hot/warm/
     foggy/windy/sunny/humid; its getting/so/very/too/already/really/pretty/quite late/dark/cold/chilly/hot/
     warm/foggy/windy/sunny/humid; getting late/dark; lunch/dinner/breakfast/weekend/holiday was/were
0.7  just/had/having/after/time/for lunch/breakfast/tea; lunch/tea break/time; in the office/kitchen; my
     tea; hot chocolate; do you like/sleep/dream/get/ever/have feelings; working from home; cup of; my desk;
     new chair/keyboard/monitor/headphones/desk; having/making/grabbing/drinking/fetching/brewing a/some/my/
     another coffee/tea/snack/sandwich/drink/beer
0.65 boring; waiting for; cant sleep; need/taking/took/take a break/nap; slept well/badly; my commute; the
     commute; brb; afk; half asleep; listening to music; just saying hi/hello; just chatting; nothing much;
     not much $; same old; cant complain; im fine/good/ok/okay $; im fine/good ,

0.55 lunch/breakfast/snack/snacks/nap/slept/tea/cafe/commute/office/sunshine/sunset/sunny/hungry/sleepy/
     cozy/cosy/chilly/humid/friday/monday/colleagues/canteen/kitchen/headphones/meetings/weekend/chatty/
     birthday/holidays

[small_talk unless denied]
0.7  bored/sleepy/hungry/yawn/thirsty; so/too quiet; so/too/very/really/freezing hot/cold/warm/sunny/dark ~
     here/outside/today/there

[off_domain]
0.93 won the ~ cup/match/league/title/game/race/lottery; gift/gifts/present/presents for/idea/ideas; visa/
     embassy/passport for/to/renewal/office
0.9  stock/share/house/gas/petrol prices; flat tire/tyre; pub/nightclub
0.74 garden/birthday/wedding/dress/shoes/shirt/jacket/shopping/mountain/mountains/ocean/dance/dancing/poem/
     poetry/museum/theatre/festival/animals/birds/flower/flowers/sugar/butter/oven/rice/sauce/meat/fish/
     fruit/vegetables/championship/league/moon/mars/tire/tire/tyre/haircut/tattoo/adopted/engagement/
     roommate/pregnant/toddler/diapers/bedtime/homework/exams/prom
0.55 house/school/party/city/country/river/lake/song/painting/bird/teacher/university/history/war/king/
     queen/paris/london/berlin/tokyo/rome/japan/italy/spain/france/germany/portugal/iceland/norway/india/
     china/australia/canada/brazil/bought/married/neighbor/neighbour/summer/winter/haircut/tattoo/bitcoin/
     crypto/stocks/insurance/taxes
0.93 who won/scored/plays/played/wins; weather/forecast/temperature in/for/forecast/like; should/can/to/
     could i/we/you eat/cook/wear/drink; recommend/suggest ~ book/books/film/movie/restaurant/hotel/podcast/
     series/show/wine/recipe/novel; play/playing/plays/played/practice/practicing the/a/my guitar/piano/
     drums/violin/flute/cello/saxophone/golf/tennis; healthy to/diet/food/eating; lose/losing weight; how
     tall is; who painted/invented/discovered; meaning of life; visiting my/our/the ~ parents/family/
     grandma/sister/brother/cousin/friend
0.88 wine/beer/whisky/whiskey/cocktail/cocktails/avocado/pancakes/omelette/risotto/tacos/ramen/steak/
     vegetarian/potatoes/barbecue/bbq/picnic/grandchildren
0.88 carpet/laundry/ironing/dishwasher/fridge/sofa/couch/mattress/curtains/plumber/lawn/apartment/
     apartments/landlord/mortgage/neighbours/neighbors/tyres/tires/haircut/barber/babysitter
0.88 hiking/hiked/camping/skiing/surfing/knitting/pottery/ballet/salsa/zoo/honeymoon/astrology/zodiac/
     girlfriend/boyfriend/dinosaurs/volcano/superbowl/eurovision/oscars/playoffs/goalkeeper/fifa
0.9  election/elections/politics/president/minister/parliament; stock market; the lottery; olympics; world
     cup; capital/population of; born in; national anthem; horoscope; gardening; tomatoes; bicycle/bicycles;
     album/song/songs/band/singer; watch/watched the game/show/episode/series/news/finale; ten/five/two/0
     kilometres/kilometers/miles; ran ~ km/kilometres/kilometers/miles
0.7  my/our/the/a/new apartment/garden/rent/mortgage/landlord/neighbour/neighbor/neighbours/bike/car/flat/
     kitchen; birthday party/present/cake; new shoes/car/flat/house; moving house; gift/present for ~ wife/
     husband/friend/son/daughter/mom/dad/year; wedding/married/engaged; on my/the guitar/piano
"""

CHAT: Final = patterns(_TABLE)
