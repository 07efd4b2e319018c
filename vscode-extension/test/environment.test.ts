/** The environment that the server gets: a list of what is kept, and a PATH that leads out of the workspace. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";

import { cleanEnvironment, cleanPath, liesInside, serverEnvironment } from "../src/environment";

const place = realpathSync(mkdtempSync(path.join(tmpdir(), "afterglow-environment-")));
const repo = path.join(place, "repo");
mkdirSync(path.join(repo, "bin"), { recursive: true });
mkdirSync(path.join(place, "repository"));
symlinkSync(repo, path.join(place, "alias"));
symlinkSync(path.join(repo, "bin"), path.join(place, "bin"));

after(() => {
  rmSync(place, { recursive: true, force: true });
});

test("what steers Python, the loader or an activated environment does not get through, and no secrets", () => {
  const dropped = [
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PYTHONBREAKPOINT",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "LD_PRELOAD",
    "LD_LIBRARY_PATH",
    "DYLD_INSERT_LIBRARIES",
    "GIT_DIR",
    "GIT_SSH_COMMAND",
    "NODE_OPTIONS",
    "ANTHROPIC_BASE_URL",
    "ANTHROPIC_API_KEY",
    "AWS_SECRET_ACCESS_KEY",
    "GITHUB_TOKEN",
    "SSH_AUTH_SOCK",
    "BASH_ENV",
    "ENV",
  ];
  const environ = Object.fromEntries(dropped.map((name) => [name, "x"]));
  assert.deepEqual(cleanEnvironment(environ, [], "linux"), {});
});

test("the server alone gets the one key, and never an address to send it to", () => {
  const environ = {
    HOME: "/home/me",
    ANTHROPIC_API_KEY: "k",
    ANTHROPIC_BASE_URL: "http://127.0.0.1:9",
    ANTHROPIC_AUTH_TOKEN: "t",
    ANTHROPIC_CUSTOM_HEADERS: "x: y",
    HTTPS_PROXY: "http://127.0.0.1:9",
    OPENAI_API_KEY: "o",
  };
  assert.deepEqual(cleanEnvironment(environ, [], "linux"), { HOME: "/home/me" });
  assert.deepEqual(serverEnvironment(environ, [], "linux"), { HOME: "/home/me", ANTHROPIC_API_KEY: "k" });
  assert.deepEqual(serverEnvironment({ HOME: "/home/me" }, [], "linux"), { HOME: "/home/me" });
});

test("what it needs to find the user's folders, language and time zone does", () => {
  const environ = {
    HOME: "/home/me",
    LANG: "de_DE.UTF-8",
    LC_TIME: "C",
    TZ: "UTC",
    XDG_DATA_HOME: "/d",
    AFTERGLOW_HOME: "/a",
  };
  assert.deepEqual(cleanEnvironment({ ...environ, GONE: undefined }, [], "linux"), environ);
  const windows = { Path: "C:\\Windows", SystemRoot: "C:\\Windows", APPDATA: "C:\\me" };
  assert.deepEqual(cleanEnvironment(windows, [], "win32"), windows);
});

test("a PATH keeps its absolute entries outside the folders, each once and in order", () => {
  const text = ["/usr/bin", "", ".", "bin", "../x", path.join(repo, "bin"), "/bin", "/usr/bin"].join(":");
  assert.deepEqual(cleanPath(text, [repo], "linux"), ["/usr/bin", "/bin"]);
  assert.deepEqual(cleanPath('C:\\a;"C:\\b c";rel;C:\\Repo\\bin', ["c:\\repo"], "win32"), ["C:\\a", "C:\\b c"]);
});

test("inside is inside, by whatever link or spelling", () => {
  for (const one of [
    repo,
    path.join(repo, "bin", "python"),
    path.join(place, "alias", "x"),
    path.join(place, "bin", "x"),
  ]) {
    assert.equal(liesInside(one, [repo], "linux"), true, one);
    assert.equal(liesInside(one, [path.join(place, "alias")], "linux"), true, one);
  }
  for (const one of ["/usr/bin/python3", path.join(place, "repository"), place, path.join(place, "..repo")]) {
    assert.equal(liesInside(one, [repo], "linux"), false, one);
  }
  assert.equal(liesInside("/Code/Repo/bin", ["/code/repo"], "darwin"), true);
});
