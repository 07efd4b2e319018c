"""What a day with git is made of, in one checkout: each operation does it and says what has to be recorded.

Every operation takes the world and a checkout. What came of it is asked of git (where HEAD is, whether it
was content), never of a log.
"""

from __future__ import annotations

from tests.scenarios.truth_world import Checkout, Conflict, World


def put(place: Checkout, name: str, text: str) -> None:
    (place.box.path / name).write_text(text)


def told(world: World, place: Checkout, *kinds: str, **more: object) -> None:
    branch = {} if place.branch is None else {"branch": place.branch}
    world.expect(place, *kinds, sha=world.sha(place), **branch, **more)


def _other(world: World, place: Checkout) -> str:
    """A branch, seldom the own one."""
    others = [name for name in place.family.branches if name != place.branch]
    return world.chance.choice(others if others and world.chance.random() < 0.95 else place.family.branches)


def commit(world: World, place: Checkout) -> None:
    name = "shared" if world.chance.random() < 0.5 else world.fresh("file")
    put(place, name, world.fresh("text\n"))
    world.must(place, "add", name)
    world.must(place, "commit", "-q", "-m", world.chance.choice(("work", "fix: it", "(abort) rebase: x")))
    told(world, place, "commit")


def amend(world: World, place: Checkout) -> None:
    put(place, world.fresh("more"), "x")
    world.must(place, "add", "-A")
    world.must(place, "commit", "-q", "--amend", "-m", world.fresh("better"))
    told(world, place, "amend")


def twins(world: World, place: Checkout) -> None:
    """One commit made twice within a second: two lines of the log that are alike."""
    world.stage.run(1_000 - world.now % 1_000)
    for kind, args in (
        ("commit", ("commit", "-q", "--allow-empty", "-m", "twin")),
        ("reset", ("reset", "-q", "--hard", "HEAD~1")),
        ("commit", ("commit", "-q", "--allow-empty", "-m", "twin")),
    ):
        world.must(place, *args)
        told(world, place, kind)


def new_branch(world: World, place: Checkout) -> None:
    name = world.fresh(world.chance.choice(("topic", "user/ada/x", "release-")))
    before = place.branch
    start = () if world.chance.random() < 0.5 else ("base-tag",)
    if start and not world.sha(place, "base-tag"):
        start = ()
    verb = world.chance.choice((("switch", "-q", "-c"), ("checkout", "-q", "-b")))
    world.must(place, *verb, name, *start)
    place.family.branches.append(name)
    place.branch = name
    if before is not None:
        world.expect(place, "branch.switch", **{"from": before, "to": name})


def switch(world: World, place: Checkout) -> None:
    name = _other(world, place)
    before = place.branch
    verb = world.chance.choice(("switch", "checkout"))
    if not world.git(place, verb, "-q", name):
        return
    place.branch = name
    if before is not None and before != name:
        world.expect(place, "branch.switch", **{"from": before, "to": name})


def detach(world: World, place: Checkout) -> None:
    world.must(place, "switch", "-q", "--detach", *world.chance.choice(((), ("HEAD~1",), ("main",))))
    place.branch = None


def branch_only(world: World, place: Checkout) -> None:
    name = world.fresh("idle/")
    world.must(place, "branch", name)
    place.family.branches.append(name)


def rename(world: World, place: Checkout) -> None:
    if place.branch in (None, "main"):
        return
    name = world.fresh("renamed/")
    # Seen first: what a line says of a branch is said under the name that it has when it is read.
    world.look_round(all_of_it=True)
    world.must(place, "branch", "-m", name)
    place.family.branches.remove(str(place.branch))
    place.family.branches.append(name)
    place.branch = name


def merge(world: World, place: Checkout) -> None:
    other = _other(world, place)
    how = world.chance.choice(("--no-ff", "--ff", "--ff-only", "--no-commit"))
    before = world.sha(place)
    options = ("--no-ff", "--no-commit") if how == "--no-commit" else (how, "--no-edit")
    content = world.git(place, "merge", "-q", *options, other)
    if (place.git / "MERGE_HEAD").exists() and content:
        world.look_round()
        world.must(place, "commit", "-q", "--no-edit")
        told(world, place, "merge")
    elif (place.git / "MERGE_HEAD").exists():
        place.conflict = Conflict("merge", world.now)
    elif world.sha(place) != before:
        told(world, place, "merge", **{"from": other})


def rebase(world: World, place: Checkout) -> None:
    other = _other(world, place)
    before = world.sha(place)
    how = world.chance.choice(((), (), ("--apply",), ("--no-ff",)))
    content = world.git(place, "rebase", "-q", *how, other)
    after_rebase(world, place, "rebase", before, content=content)


def _rebasing(place: Checkout) -> bool:
    return any((place.git / name).is_dir() for name in ("rebase-merge", "rebase-apply"))


def after_rebase(world: World, place: Checkout, verb: str, before: str, *, content: bool) -> None:
    if _rebasing(place):
        place.conflict = Conflict("rebase", world.now, verb)
    elif content and world.sha(place) != before:
        _ended(world, place, verb)


def _ended(world: World, place: Checkout, verb: str) -> None:
    """A rebase has come to its end: of a HEAD without a branch git says nothing then."""
    if place.branch is not None:
        told(world, place, verb)


def cherry_pick(world: World, place: Checkout) -> None:
    _pick(world, place, "cherry-pick", "CHERRY_PICK_HEAD", _other(world, place))


def revert(world: World, place: Checkout) -> None:
    _pick(world, place, "revert", "REVERT_HEAD", world.chance.choice(("HEAD", "HEAD~1")))


def _pick(world: World, place: Checkout, verb: str, state: str, what: str) -> None:
    options = ("--no-edit",) if verb == "revert" else ()
    before = world.sha(place)
    if world.git(place, verb, *options, what):
        if world.sha(place) != before:
            told(world, place, verb)
    elif (place.git / state).exists():
        if place.box.run("ls-files", "--unmerged"):
            place.conflict = Conflict(verb, world.now)
        else:
            world.must(place, verb, "--skip")


def settle(world: World, place: Checkout) -> None:
    """A conflict goes on: it is resolved, given up, or meets the next one."""
    stopped = place.conflict
    if stopped is None:
        return
    # What a window has not seen begin, it does not see end: those that are open look before and after.
    world.look_round(all_of_it=True)
    how = world.chance.choice(("resolve", "resolve", "abort", "skip"))
    if how == "resolve":
        put(place, "shared", world.fresh("resolved\n"))
        if not world.git(place, "add", "-A"):
            # A submodule that is not there cannot be resolved.
            how = "abort"
    if stopped.operation == "rebase":
        _settle_rebase(world, place, stopped, how)
    elif how != "resolve":
        world.must(place, stopped.operation, "--abort")
        _over(world, place, stopped, resolved=False)
    else:
        world.must(
            place, *world.chance.choice((("commit", "-q", "--no-edit"), (stopped.operation, "--continue")))
        )
        # Best effort: whether a commit ends a revert is seen by those who saw the revert unfinished.
        told(world, place, *(("revert", "commit") if stopped.operation == "revert" else (stopped.operation,)))
        _over(world, place, stopped, resolved=True)
    world.look_round(all_of_it=True)


def _settle_rebase(world: World, place: Checkout, stopped: Conflict, how: str) -> None:
    if how == "abort" and world.chance.random() < 0.2:
        world.must(place, "rebase", "--quit")
        world.must(place, "reset", "-q", "--hard")
        place.branch = None
        return _over(world, place, stopped, resolved=False)
    if how == "abort":
        world.must(place, "rebase", "--abort")
        return _over(world, place, stopped, resolved=False)
    world.git(place, "rebase", "--continue" if how == "resolve" else "--skip")
    if _rebasing(place):
        if not stopped.told:
            stopped.since = world.now
        # It takes a moment to see that the next one is another.
        world.stage.run(2_100)
        return None
    _ended(world, place, stopped.verb)
    return _over(world, place, stopped, resolved=None if place.branch is None else True)


def _over(world: World, place: Checkout, stopped: Conflict, *, resolved: bool | None) -> None:
    place.conflict = None
    if stopped.told:
        known = {} if resolved is None else {"resolved": resolved}
        world.expect(place, "conflict.end", operation=stopped.operation, **known)


def reset(world: World, place: Checkout) -> None:
    before = world.sha(place)
    world.git(place, "reset", "-q", "--hard", world.chance.choice(("HEAD", "HEAD~1", "HEAD@{1}", "main")))
    if world.sha(place) != before:
        told(world, place, "reset")


def bisect(world: World, place: Checkout) -> None:
    if place.branch is None or not world.sha(place, "HEAD~3"):
        return
    world.must(place, "bisect", "start", "HEAD", "HEAD~3")
    world.look_round()
    world.git(place, "bisect", "good")
    world.must(place, "bisect", "reset")
