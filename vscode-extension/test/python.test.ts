/** F44, F27: the search for a Python among real programs that pretend, break, hang or belong to the workspace. */
import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, beforeEach, test } from "node:test";

import { findPython, type Found, type Search } from "../src/python";

const REAL = realpathSync(path.join("..", ".venv", "bin", "python"));
const places: string[] = [];
let place = "";

beforeEach(() => {
  place = realpathSync(mkdtempSync(path.join(tmpdir(), "afterglow-python-")));
  places.push(place);
});

after(() => {
  for (const each of places) {
    rmSync(each, { recursive: true, force: true });
  }
});

/** A program of the shell in `place`; its path. */
function program(name: string, lines: string, mode = 0o755): string {
  const file = path.join(place, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, lines);
  chmodSync(file, mode);
  return file;
}

/** A script that finds its own tools: the search gives it none. */
const shell = (lines: string): string => `#!/bin/sh\nPATH=/usr/bin:/bin\n${lines}\n`;

function search(more: Partial<Search>): Promise<Found> {
  return findPython({ path: "", folders: [], cwd: place, platform: "linux", probeMs: 1_500, ...more });
}

/** What is said of one candidate, which must not take 3 s nor be found. */
async function refusal(file: string): Promise<string> {
  const began = performance.now();
  const { found, refused } = await search({ configured: file });
  assert.ok(performance.now() - began < 3_000);
  assert.equal(found, null);
  assert.equal(refused.length, 1);
  assert.equal(refused[0]?.candidate, file);
  return refused[0].reason;
}

const BROKEN: Readonly<Record<string, { readonly make: () => string; readonly reason: RegExp }>> = {
  "is missing": { make: () => path.join(place, "python3"), reason: /is not there/u },
  "is too old": {
    make: () => program("python3", shell("printf 'afterglow 3.8\\n/usr/bin/python3.8\\n'")),
    reason: /is Python 3\.8; 3\.11 or later is needed/u,
  },
  "has no sqlite3": {
    make: () =>
      program(
        "python3",
        shell(`exec ${REAL} -I -c 'import sys; sys.modules["sqlite3"] = None; exec(sys.argv[1])' "$3"`),
      ),
    reason: /without sqlite3/u,
  },
  "prints garbage": {
    make: () => program("python3", shell("echo Segmentation faultlessly")),
    reason: /is not Python/u,
  },
  hangs: { make: () => program("python3", shell("exec sleep 600")), reason: /no answer within 1.5 s/u },
  "is not executable": {
    make: () => program("python3", shell("exit 0"), 0o644),
    // As root every file with an x bit may be run; this one has none.
    reason: /may not be run/u,
  },
  "exits with 1": { make: () => program("python3", shell("exit 1")), reason: /ended with 1/u },
  "is a directory": {
    make: () => {
      mkdirSync(path.join(place, "python3"));
      return path.join(place, "python3");
    },
    reason: /is not a file/u,
  },
  "is a link that leads nowhere": {
    make: () => {
      symlinkSync(path.join(place, "gone"), path.join(place, "python3"));
      return path.join(place, "python3");
    },
    reason: /leads nowhere/u,
  },
  "is a script without a first line": {
    make: () => program("python3", "this is no program\n"),
    reason: /ended with 127|does not start \(ENOEXEC\)/u,
  },
  "prints a megabyte": {
    make: () => program("python3", shell("head -c 1000000 /dev/zero | tr '\\0' x")),
    reason: /prints something else/u,
  },
  "dies of a signal": { make: () => program("python3", shell("kill -SEGV $$")), reason: /ended with a signal/u },
  "is an empty file": { make: () => program("python3", ""), reason: /is not Python|does not start/u },
  "leaves a child that holds its output": {
    make: () => program("python3", shell(`sleep 20 &\necho $! >${place}/child\nexit 3`)),
    reason: /ended with 3/u,
  },
  "says the right words and then more": {
    make: () => program("python3", shell("printf 'afterglow 3.12\\n/usr/bin/python3\\nand more\\n'")),
    reason: /is not Python/u,
  },
};

for (const [name, { make, reason }] of Object.entries(BROKEN)) {
  test(`an interpreter that ${name} is refused with a clear reason`, async () => {
    const told = await refusal(make());
    assert.match(told, reason);
    assert.doesNotMatch(told, /[\n\r]|Traceback/u);
    const child = path.join(place, "child");
    if (existsSync(child)) {
      process.kill(Number(readFileSync(child, "utf8")), "SIGKILL");
    }
  });
}

test("what hung is gone, with what it started", async () => {
  const file = program("python3", shell(`sleep 600 & echo $! >${place}/pid; wait`));
  assert.match(await refusal(file), /no answer/u);
  const pid = Number(readFileSync(path.join(place, "pid"), "utf8"));
  const until = performance.now() + 5_000;
  while (runs(pid) && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.ok(!runs(pid));
});

function runs(pid: number): boolean {
  try {
    // What nobody has collected yet is over all the same.
    return !/^State:\s+Z/mu.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

test("a good one is found behind broken ones, and what was wrong with those is kept", async () => {
  program("a/python3.14", shell("exit 1"));
  program("a/python3.12", shell("echo no"));
  mkdirSync(path.join(place, "b"));
  symlinkSync(REAL, path.join(place, "b", "python3"));
  const { found, refused } = await search({ path: [path.join(place, "a"), path.join(place, "b")].join(":") });
  assert.deepEqual(found, [path.join(place, "b", "python3")]);
  assert.deepEqual(
    refused.map((each) => path.basename(each.candidate)),
    ["python3.14", "python3.12"],
  );
});

test("variables that steer Python do not reach it", async () => {
  const environ = {
    ...process.env,
    PYTHONHOME: "/nowhere",
    PYTHONPATH: place,
    PYTHONSTARTUP: "/nowhere",
    VIRTUAL_ENV: place,
  };
  writeFileSync(path.join(place, "sqlite3.py"), `open(${JSON.stringify(path.join(place, "ran"))}, "w")`);
  const { found } = await search({ configured: REAL, environ });
  assert.deepEqual(found, [REAL]);
  assert.ok(!existsSync(path.join(place, "ran")));
});

test("nothing beside the search is imported: the folder it runs in is no place for modules", async () => {
  for (const name of ["sqlite3", "sitecustomize", "usercustomize", "encodings"]) {
    writeFileSync(path.join(place, `${name}.py`), `open(${JSON.stringify(path.join(place, "ran"))}, "w")`);
  }
  assert.deepEqual((await search({ configured: REAL })).found, [REAL]);
  assert.ok(!existsSync(path.join(place, "ran")));
});

test("nothing of an open folder is run, by whatever way it is named", async () => {
  const folder = path.join(place, "repo");
  const marker = path.join(place, "ran");
  const bin = path.join(folder, ".venv", "bin");
  const lines = shell(`touch ${marker}; exec ${REAL} "$@"`);
  for (const name of ["python", "python3", "python3.12"]) {
    program(path.join("repo", ".venv", "bin", name), lines);
  }
  const outside = path.join(place, "outside");
  mkdirSync(outside);
  symlinkSync(path.join(bin, "python3"), path.join(outside, "python3"));
  symlinkSync(path.join(outside, "python3"), path.join(outside, "python3.11"));
  symlinkSync(bin, path.join(place, "bin"));
  symlinkSync(folder, path.join(place, "alias"));
  const ways: Partial<Search>[] = [
    { configured: path.join(bin, "python3") },
    { configured: path.join(outside, "python3") },
    { configured: path.join(outside, "python3.11") },
    { configured: path.join(place, "bin", "python3") },
    { configured: path.join(place, "alias", ".venv", "bin", "python3") },
    { configured: path.join(folder, "..", "repo", ".venv", "bin", "python3") },
    { configured: ".venv/bin/python3" },
    { configured: "./python3" },
    { path: bin },
    { path: outside },
    { path: path.join(place, "bin") },
    { path: path.join(place, "alias", ".venv", "bin") },
    { path: ["", ".", ".venv/bin", "./.venv/bin"].join(":"), cwd: folder },
  ];
  for (const way of ways) {
    for (const folders of [[folder], [path.join(place, "alias")]]) {
      const { found } = await search({ ...way, folders });
      assert.equal(found, null, JSON.stringify(way));
      assert.ok(!existsSync(marker), JSON.stringify(way));
    }
  }
  // The same file is as good as any while the folder is not open.
  assert.notEqual((await search({ path: bin })).found, null);
  assert.ok(existsSync(marker));
});

test("a launcher that picks the folder's Python is refused", async () => {
  const folder = path.join(place, "repo");
  mkdirSync(folder);
  const file = program("python3", shell(`printf 'afterglow 3.12\\n${folder}/.venv/bin/python\\n'`));
  const { found, refused } = await search({ configured: file, folders: [folder] });
  assert.equal(found, null);
  assert.match(refused[0]?.reason ?? "", /in a folder that is open/u);
});

test("a name is looked up on the PATH, and said to be missing where it is", async () => {
  symlinkSync(REAL, path.join(place, "snake"));
  assert.deepEqual((await search({ configured: "snake", path: place })).found, [path.join(place, "snake")]);
  assert.match((await search({ configured: "adder", path: place })).refused[0]?.reason ?? "", /is not on the PATH/u);
});

test("the home folder's sign is understood", async () => {
  symlinkSync(REAL, path.join(place, "mine"));
  const { found } = await search({ configured: "~/mine", environ: { HOME: place } });
  assert.deepEqual(found, [path.join(place, "mine")]);
});

test("with no Python at all nothing is found and nothing is said", async () => {
  assert.deepEqual(await search({ path: place }), { found: null, refused: [] });
});
