"""What a day with git is made of, where several are concerned: stashes, tags, remotes, checkouts, jobs.

Every operation takes the world and a checkout; ``truth_ops`` holds those that concern one checkout alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tests.scenarios import truth_ops as ops
from tests.scenarios.truth_ops import after_rebase, put, told
from tests.scenarios.truth_world import ANYWHERE, YOUNG_TAG_MS, Checkout, Conflict, Family, World
from tests.support.gitbox import GitBox

Operation = Callable[[World, Checkout], None]

LOCAL: Final = "protocol.file.allow=always"
RUN_MS: Final = 2_500


def stash(world: World, place: Checkout) -> None:
    put(place, "base", world.fresh("half\n"))
    world.must(place, "add", "base")
    world.must(place, "stash", "push", "-q", *world.chance.choice(((), ("-m", "on: it"))))
    sha = world.sha(place, "stash")
    branch = {} if place.branch is None else {"branch": place.branch}
    one = world.expect_shared(place, "stash", place.branch, sha=sha, **branch)
    if (place.box.path / "sub").exists():
        # Git 2.39 may name the submodule's branch there.
        one.data.pop("branch", None)
        one.workspace = ANYWHERE
    place.family.stashes.append(one)


def unstash(world: World, place: Checkout) -> None:
    """Pop or drop: nothing; and what nobody saw of the stash is gone with it."""
    if not place.family.stashes:
        return
    if world.chance.random() < 0.6 or not world.git(place, "stash", "pop", "-q"):
        world.git(place, "reset", "-q", "--hard")
        world.must(place, "stash", "drop", "-q")
    world.must(place, "reset", "-q", "--hard")
    world.forget(place.family.stashes.pop())


def tag(world: World, place: Checkout) -> None:
    name = world.fresh(world.chance.choice(("v", "release/v", "deep/er/v")))
    world.must(place, "tag", *world.chance.choice(((), ("-a", "-m", "x"))), name)
    sha = world.sha(place, f"refs/tags/{name}")
    world.expect_shared(place, "tag", None, YOUNG_TAG_MS, name=name, sha=sha)
    place.family.tags.append(name)


def retag(world: World, place: Checkout) -> None:
    """Moving and deleting tags that everybody knows."""
    world.stage.run(1_000)
    world.look_round(all_of_it=True)
    seen = {one.data.get("name") for one in world.expected if one.seen}
    known = [name for name in place.family.tags if name in seen]
    if known:
        name = world.chance.choice(known)
        how = world.chance.choice(("-f", "-d"))
        world.must(place, "tag", how, name)
        if how == "-d":
            place.family.tags.remove(name)


def push(world: World, place: Checkout) -> None:
    names = {place.branch or "main"}
    if world.chance.random() < 0.3:
        names.add(world.chance.choice(place.family.branches))
    if world.chance.random() < 0.8:
        world.stage.run(3_000)
    ordered = sorted(names)
    before = [world.sha(place, f"refs/remotes/origin/{name}") for name in ordered]
    options = world.chance.choice(((), ("-u",), ("--tags",)))
    world.git(place, "push", "-q", *options, "origin", *ordered)
    after = [world.sha(place, f"refs/remotes/origin/{name}") for name in ordered]
    moved = [(name, sha) for name, old, sha in zip(ordered, before, after, strict=True) if old != sha]
    if not moved:
        return
    second, last = place.family.pushed or (0, None)
    if last is not None and world.now // 1_000 - second <= 2:
        # Too near to the one before to be told from it.
        if not last.seen:
            last.data, last.workspace = {"remote": "origin"}, ANYWHERE
        return
    data: dict[str, object] = {"remote": "origin"}
    if len(moved) == 1:
        data |= {"branch": moved[0][0], "sha": moved[0][1]}
    else:
        data["count"] = len(moved)
    checked_out = [
        name for name, _ in moved if any(one.alive and one.branch == name for one in place.family.places)
    ]
    named = checked_out[0] if checked_out else None
    place.family.pushed = (world.now // 1_000, world.expect_shared(place, "push", named, **data))


def _colleague(world: World) -> None:
    """Somebody else brings the remote forward, now and then with a tag."""
    theirs = world.colleague
    world.must(theirs, "fetch", "-q")
    world.must(theirs, "reset", "-q", "--hard", "origin/main")
    name = "shared" if world.chance.random() < 0.3 else world.fresh("theirs")
    put(theirs, name, world.fresh("text\n"))
    world.must(theirs, "add", name)
    world.must(theirs, "commit", "-q", "-m", "theirs")
    tags = (world.fresh("theirs/v"),) if world.chance.random() < 0.3 else ()
    for one in tags:
        world.must(theirs, "tag", one)
    world.must(theirs, "push", "-q", "origin", "main", *tags)


def fetch(world: World, place: Checkout) -> None:
    if place.family is world.family:
        _colleague(world)
        # A tag of one's own that is younger than the fetch may be taken for one that it brought.
        world.stage.run(1_000)
        world.look_round(all_of_it=True)
        place.family.fetched = True
        world.must(place, "fetch", "-q", *world.chance.choice(((), ("--tags",), ("--all",))))


def pull(world: World, place: Checkout) -> None:
    if place.family is not world.family or place.branch is None:
        return
    if world.chance.random() < 0.8:
        _colleague(world)
    before = world.sha(place)
    world.stage.run(1_000)
    world.look_round(all_of_it=True)
    place.family.fetched = True
    how = world.chance.choice(("--rebase", "--no-rebase", "--ff-only"))
    content = world.git(place, "pull", "-q", how, "--no-edit", "origin", "main")
    if (place.git / "MERGE_HEAD").exists():
        place.conflict = Conflict("merge", world.now)
    else:
        after_rebase(world, place, "pull", before, content=content)


def tidy(world: World, place: Checkout) -> None:
    """What rewrites the files and adds nothing."""
    how = world.chance.choice(
        (("gc", "-q"), ("pack-refs", "--all"), ("reflog", "expire", "--expire=90.days", "--all"), ("status",))
    )
    world.must(place, *how)
    for one in world.expected:
        if "tag" in one.kinds and how[0] in ("gc", "pack-refs"):
            one.ripe = min(one.ripe, world.now)


def expire(world: World, place: Checkout) -> None:
    """The logs are emptied: what was not read before is lost, so this waits until nothing is."""
    world.stage.run(1_000)
    world.look_round(all_of_it=True)
    if all(one.seen for one in world.expected) and not place.family.stashes:
        world.must(place, "reflog", "expire", "--expire=all", "--all")


def worktree(world: World, place: Checkout) -> None:
    trees = [one for one in world.family.places if one.alive and one is not world.main]
    if len(trees) < 2:
        name = world.fresh("tree")
        path = world.folder / name
        world.must(world.main, "worktree", "add", "-q", "-b", f"on/{name}", str(path))
        world.family.branches.append(f"on/{name}")
        world.add_place(GitBox(path), world.family, f"on/{name}")
        return
    gone = world.chance.choice(trees)
    if gone.conflict is None:
        world.look_round(all_of_it=True)
        gone.alive = False
        world.must(world.main, "worktree", "remove", "--force", str(gone.box.path))
        # What no window had read there is gone with its log.
        world.expected = [one for one in world.expected if one.seen or one.place is not gone]


def submodule(world: World, place: Checkout) -> None:
    """A repository inside the main one, with a branch of its own."""
    if any(one.box.path.name == "sub" for one in world.places) or world.main.conflict is not None:
        return
    library = GitBox.create(world.folder / "library")
    library.commit("base")
    library.commit("shared")
    library.run("config", "receive.denyCurrentBranch", "ignore")
    main = world.main
    world.must(main, "-c", LOCAL, "submodule", "add", "-q", str(library.path), "sub")
    world.must(main, "commit", "-q", "-m", "a submodule")
    told(world, main, "commit")
    world.add_place(GitBox(main.box.path / "sub"), Family(), "main")


def report(world: World, place: Checkout) -> None:
    world.stage.run(20_000)
    _report(world, place)


def editor_task(world: World, place: Checkout) -> None:
    desks = [desk for desk in world.desks if place.root in desk.sensors]
    if not desks:
        return
    world.stage.run(20_000)
    task = world.editor(world.chance.choice(desks), place)
    if world.chance.random() < 0.5:
        world.stage.run(world.chance.choice((0, 500, 2_000)))
        _report(world, place)
        world.expected[-1].joins = task


def _report(world: World, place: Checkout) -> None:
    passed, failed = world.chance.randint(1, 9), world.chance.choice((0, 0, 1))
    cases = "".join(f'<testcase name="p{number}"/>' for number in range(passed))
    cases += "".join(f'<testcase name="f{number}"><failure/></testcase>' for number in range(failed))
    text = f'<testsuite name="unit" time="{RUN_MS / 1000}">{cases}</testsuite>'
    path = place.box.path / "junit.xml"
    path.write_text(text)
    world.stamp(path)
    # Of a report that nobody read before it was written again nothing is left.
    for one in [one for one in world.expected if one.place is place and "job.finished" in one.kinds]:
        world.forget(one)
    world.expect_report(place, passed=passed, failed=failed, total=passed + failed)


OPERATIONS: Final[dict[Operation, int]] = {
    ops.commit: 16,
    ops.amend: 4,
    ops.twins: 1,
    ops.new_branch: 4,
    ops.switch: 8,
    ops.detach: 2,
    ops.branch_only: 1,
    ops.rename: 1,
    ops.merge: 6,
    ops.rebase: 6,
    ops.cherry_pick: 4,
    ops.revert: 3,
    ops.reset: 3,
    stash: 3,
    unstash: 3,
    tag: 4,
    retag: 1,
    push: 6,
    fetch: 2,
    pull: 5,
    ops.bisect: 1,
    tidy: 3,
    expire: 1,
    worktree: 2,
    submodule: 1,
    report: 4,
    editor_task: 3,
}
WHILE_STOPPED: Final[dict[Operation, int]] = {ops.settle: 8, tag: 1, ops.branch_only: 1, report: 1, tidy: 1}
