"""A7: a window that looks all the time, while git is at work, tells what one that looks later tells."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from tests.sensors.gitwindow import Window
from tests.support.gitbox import ISOLATED, GitBox

SCRIPT = """
set -e
for n in 1 2 3; do
  git switch -q -c t$n; echo $n > t$n; git add t$n; git commit -q -m one
  git switch -q main; echo $n >> m; git add m; git commit -q -m two
  git switch -q t$n; git rebase -q main
  git switch -q --detach main; git switch -q main
  git merge -q --no-ff --no-edit t$n
  git tag v$n
  echo half > m; git stash -q; git stash pop -q; git reset -q --hard
  git cherry-pick --allow-empty --keep-redundant-commits t$n > /dev/null
  git revert --no-edit HEAD~1 -m 1 > /dev/null
  git push -q origin main t$n
  git gc -q
done
"""


def test_looking_while_git_works(tmp_path: Path) -> None:
    box = GitBox.create(tmp_path / "box")
    box.commit("m")
    box.with_remote(tmp_path / "up.git")
    hasty, slow = Window(box.path), Window(box.path)
    environment = {**os.environ, **ISOLATED}
    deadline = time.monotonic() + 60
    with subprocess.Popen(["/bin/sh", "-c", SCRIPT], cwd=box.path, env=environment) as git:
        while git.poll() is None and time.monotonic() < deadline:
            hasty.scan(ahead=0)
        assert git.returncode == 0
    hasty.scan()
    slow.scan()
    assert sorted(one.kind for one in slow.seen) == sorted(
        3 * ["commit", "commit", "rebase", "merge", "tag", "cherry-pick", "revert"]
        + 3 * 3 * ["branch.switch"]
        + [one.kind for one in slow.seen if one.kind == "push"]
    )
    # A stash that was popped before a window looked was not there for it.
    assert {one for one in hasty.known_keys() if one[0] != "stash"} == slow.known_keys()
    assert len({one.key for one in hasty.seen}) == len(hasty.seen)
