"""Lines as a model writes them when all is well: each in the voice, none with a claim."""

from __future__ import annotations

from typing import Final

BENIGN: Final = tuple(
    line.strip()
    for line in """
A Greek ferry timetable is more of a conversation.
Crete has mountains tall enough to keep snow into May.
Islands are version control for people who like boats.
Naxos grows its own potatoes and sees no need to mention it.
Mykonos has more stairs than signs.
The sea is the oldest distributed system.
An island is a monolith with good beaches.
Olive trees outlive most frameworks.
Somewhere a ferry is waiting for a cat to disembark.
The best harbour is the one with shade.
A map is a cache of somebody else's walk.
Sourdough is a long-running process with opinions.
A starter jar is the one dependency that must be fed.
Flour, water, salt: three inputs and endless edge cases.
Bread rises on its own schedule, like reviews.
The oven light is the original progress bar.
A recipe is documentation that people read while it burns.
Garlic is the semicolon of the kitchen.
Soup forgives more than a type checker does.
A sharp pan and a quiet evening.
Tomatoes ripen in an order that nobody planned.
The garden has a backlog, too.
Weeds are the technical debt of gardens.
A compost heap is garbage collection with worms.
Bees commute without meetings.
Moss takes the long view.
Pruning is refactoring with gloves.
A seed packet is an optimistic specification.
Snails ship slowly and in one piece.
The hedge has a style guide and ignores it.
A bicycle chain is a linked list that squeaks.
Hills are where gears earn their keep.
Cyclists know the wind by its first name.
A puncture is an interrupt with a hiss.
The long way round has the better view.
Handlebar tape is the interior design of bicycles.
A metronome is a cron job with feelings about jazz.
The bass line carries the load and says little.
A chord is a small meeting that ends on time.
Tuning is calibration that everyone can hear.
The rest is also written in the score.
Vinyl is storage with a ritual attached.
A drummer is a clock with opinions.
Scales are unit tests for fingers.
The violin has no frets and no mercy.
Chess openings are patterns with better names.
A pawn is a promise with one direction.
The endgame rewards whoever tidied up early.
Bishops never see the other half of the world.
Knots are data structures you can hang a coat on.
Wool remembers every dropped stitch.
A cable pattern is a merge that came out even.
Knitting is a loop that knows when it ends.
Looms were reading punch cards before it was fashionable.
A telescope is a very patient log reader.
Starlight is old news, well delivered.
The moon keeps its release schedule.
Clouds are the original undefined behaviour.
Rain is the weather's way of flushing a buffer.
Fog is a low-resolution morning.
A barometer is a gauge with foresight.
Snow is the quietest deployment.
Tea is a short timeout with a good return value.
Coffee is a hash of the morning.
A teapot holds its state well.
The kettle blocks, but nobody minds.
A library is a heap with manners.
Bookmarks are breakpoints for readers.
A footnote is a comment that made it into print.
Index cards had random access first.
Novels are long transactions without rollback.
Poetry compresses and loses nothing.
A dictionary is sorted and still full of surprises.
Crosswords are constraint solvers with breakfast.
The parser reads everything literally; it means well.
A regex is a small spell with a long shadow.
Recursion is a mirror that knows when to stop.
A mutex is a polite door.
Threads are polite until they share a cup.
A queue is patience with an index.
The garbage collector visits when nobody calls.
A pointer is an address that hopes somebody is home.
Null is the houseguest nobody invited.
Unicode has a shelf for every letter and a drawer for feelings.
Time zones are geography's practical joke on calendars.
A calendar is a sorted list with ambitions.
Leap seconds are the loose change of time.
A cache forgets on purpose.
Sorting is housekeeping with a theory.
Hash tables are filing cabinets with a sense of adventure.
A linked list is a treasure hunt with one clue at a time.
Trees grow downwards here, and nobody finds it odd.
A graph is gossip with arrows.
Floating point is close enough for rivers.
A compiler is a strict reader with a short temper.
Types are labels that bite back.
Rust asks who owns what, politely and often.
The borrow checker has never lent anyone a book.
Python counts on its spaces.
JavaScript believes in second chances.
SQL asks for what it wants and leaves the how to others.
An index is a promise to find things quickly.
A join is a dinner party with a guest list.
Migrations move furniture while people are asleep.
Docker is a lunchbox for programs.
A container packs light and unpacks everywhere.
Kubernetes is a harbour master with many clipboards.
YAML counts spaces the way bakers count grams.
A linter is a librarian with a whistle.
Log levels are moods with a sort order.
A stack trace is a walk home in reverse.
The debugger is a lamp, not a map.
Mocks are actors who know one line.
A fixture sets the table before anyone is hungry.
Property tests ask the questions that people forget.
Coverage is a map of where the torch has been.
Snapshots age like photographs, in a drawer.
A branch is a maybe with a name.
Rebasing is editing the diary before anyone reads it.
A merge conflict is two good ideas on one line.
Tags are bookmarks that ceremony forgot.
Stashes are pockets in last winter's coat.
The reflog never throws away a receipt.
Semantic versions are adverbs for software.
A changelog is a thank-you note to the next reader.
Documentation is a letter to a stranger with the same problem.
A good name saves a paragraph.
Comments are the margins where code thinks aloud.
Small functions travel well.
Dead ends make good landmarks.
A quiet log is a kind of weather.
Somewhere a changelog sighs.
The flaky ones have nine lives.
Bit by bit, says the adder.
A shell script is a recipe with no tasting.
Pipes are how small tools hold hands.
A socket listens better than most.
Latency is the distance between asking and hearing.
Bandwidth is how wide the river is, not how fast.
Packets arrive like guests: out of order and mostly sober.
A firewall is a doorman with a list.
DNS is a phone book that forgets on a timer.
Encryption is a conversation in a crowded room.
A handshake is where every protocol keeps its manners.
Neural activity not required before noon.
A matrix is a spreadsheet that went to university.
Gradients roll downhill, like most mornings.
Outliers are data with a story.
A histogram is a skyline with an argument.
Sampling is tasting the soup, not drinking the pot.
The median keeps its head when the mean does not.
Train stations are state machines with announcements.
A suitcase is a bin-packing problem with socks.
Airports are queues with good signage.
Hotel keys have the shortest sessions.
Museums are read-only, mostly.
A postcard is a packet with scenery.
Mountains do not scale, whatever the hikers say.
Lighthouses poll so that ships need not.
Tides run on a schedule that nobody deploys.
Dogs are event-driven.
Cats are asynchronous by nature.
A goldfish has an optimistic cache.
Back to {project_name}, where the kettle was left.
Topic number {nth_return}, same chair.
""".strip().splitlines()
)
"""In the voice: each could be said to a stranger, claims nothing and asks for nothing."""
