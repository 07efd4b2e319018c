/**
 * Finds a Python that can run the server: the one the user names, else the first good one of this machine.
 *
 * Invariant: nothing of a folder that is open is ever started, however a link disguises it, and nothing that a
 * relative PATH entry names; a candidate that hangs, floods or lies costs its time limit and nothing else.
 */
import { accessSync, constants, existsSync, lstatSync, readlinkSync, statSync } from "node:fs";
import { run, type Outcome } from "./child";
import { cleanEnvironment, cleanPath, liesInside, pathsOf } from "./environment";

export interface Search {
  /** The user's choice: an absolute path, `~/...`, or a name on the PATH; empty or undefined for none. */
  readonly configured?: string | undefined;
  /** The PATH as text. */
  readonly path: string;
  /** Paths of the folders that are open. */
  readonly folders: readonly string[];
  /** Where candidates are tried: a folder that is ours. */
  readonly cwd: string;
  readonly platform?: NodeJS.Platform;
  /** How long a candidate may take. */
  readonly probeMs?: number;
  readonly environ?: Readonly<Record<string, string | undefined>>;
}

export interface Refused {
  readonly candidate: string;
  readonly reason: string;
}

export interface Found {
  /** The command with its first arguments, or null. */
  readonly found: string[] | null;
  readonly refused: readonly Refused[];
}

/** The oldest Python that the server runs on. */
export const OLDEST: readonly [number, number] = [3, 11];
export const PROBE_MS = 2_500;

const NAMES = ["python3.14", "python3.13", "python3.12", "python3.11", "python3", "python"] as const;
const MOST_CANDIDATES = 24;
const MOST_LINKS = 40;
const MOST_PRINTED = 4_096;
const MAC_PLACES = [
  "/opt/homebrew/bin",
  "/usr/local/bin",
  "/opt/local/bin",
  "/Library/Frameworks/Python.framework/Versions/Current/bin",
];
/** Without these, Apple's python3 is a placeholder that opens a dialog. */
const MAC_TOOLS = ["/Library/Developer/CommandLineTools/usr/bin/python3", "/Applications/Xcode.app"];

// Words that an old Python understands too, so that it can say how old it is.
const PROBE = [
  "import sys",
  "sys.stdout.write('afterglow %d.%d\\n' % sys.version_info[:2])",
  "sys.stdout.flush()",
  "import sqlite3",
  "sys.stdout.write('%s\\n' % sys.executable)",
].join("\n");

/** Looks for a Python; tries candidates one after the other and stops at the first good one. */
export async function findPython(search: Search): Promise<Found> {
  const platform = search.platform ?? process.platform;
  const environ = search.environ ?? process.env;
  const env = { ...cleanEnvironment(environ, search.folders, platform), ...withPath(search, platform) };
  const refused: Refused[] = [];
  for (const candidate of candidates(search, platform, environ, refused)) {
    const shown = candidate.join(" ");
    const reason =
      unfit(candidate[0] ?? "", search.folders, platform) ?? (await probe(candidate, search, env, platform));
    if (reason === null) {
      return { found: candidate, refused };
    }
    refused.push({ candidate: shown, reason });
  }
  return { found: null, refused };
}

function withPath(search: Search, platform: NodeJS.Platform): Record<string, string> {
  return { PATH: cleanPath(search.path, search.folders, platform).join(pathsOf(platform).delimiter) };
}

/** What to try, in order, each with an absolute path. */
function candidates(
  search: Search,
  platform: NodeJS.Platform,
  environ: Readonly<Record<string, string | undefined>>,
  refused: Refused[],
): string[][] {
  const paths = pathsOf(platform);
  const places = cleanPath(search.path, search.folders, platform);
  const configured = search.configured?.trim() ?? "";
  if (configured !== "") {
    const home = environ["HOME"] ?? environ["USERPROFILE"];
    const whole = /^~[/\\]/.test(configured) && home ? paths.join(home, configured.slice(2)) : configured;
    if (paths.isAbsolute(whole)) {
      return [[whole]];
    }
    if (whole.includes("/") || whole.includes(paths.sep)) {
      refused.push({ candidate: configured, reason: "is not an absolute path" });
      return [];
    }
    const found = named([whole], places, platform);
    if (found.length === 0) {
      refused.push({ candidate: configured, reason: "is not on the PATH" });
    }
    return found.map((one) => [one]);
  }
  const more = platform === "darwin" ? MAC_PLACES.filter((place) => !liesInside(place, search.folders, platform)) : [];
  const found = named(NAMES, [...new Set([...places, ...more])], platform).map((one) => [one]);
  if (platform === "win32") {
    found.unshift(...named(["py"], places, platform).map((one) => [one, "-3"]));
  }
  return found.slice(0, MOST_CANDIDATES);
}

/** The files of these names in these places; all places for the first name, then for the next. */
function named(names: readonly string[], places: readonly string[], platform: NodeJS.Platform): string[] {
  const paths = pathsOf(platform);
  const files = names.map((name) => (platform === "win32" && !/\.exe$/i.test(name) ? `${name}.exe` : name));
  const all = files.flatMap((file) => places.map((place) => paths.join(place, file)));
  // A link that leads nowhere is there too, and worth a word.
  return [...new Set(all)].filter((file) => {
    try {
      return !lstatSync(file).isDirectory();
    } catch {
      return false;
    }
  });
}

/** Why a file is not even tried, or null. */
function unfit(file: string, folders: readonly string[], platform: NodeJS.Platform): string | null {
  if (hops(file, platform).some((one) => liesInside(one, folders, platform))) {
    return "lies in a folder that is open here";
  }
  try {
    if (!statSync(file).isFile()) {
      return "is not a file";
    }
    accessSync(file, constants.X_OK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === "EACCES" || code === "EPERM" ? "may not be run" : "is not there, or leads nowhere";
  }
  if (platform === "darwin" && file === "/usr/bin/python3" && !MAC_TOOLS.some((tool) => existsSync(tool))) {
    return "is a placeholder until Apple's command line tools are installed";
  }
  return null;
}

/** The file and every link on the way to where it leads. */
function hops(file: string, platform: NodeJS.Platform): string[] {
  const paths = pathsOf(platform);
  const seen = [file];
  for (let at = file; seen.length < MOST_LINKS; ) {
    try {
      at = paths.resolve(paths.dirname(at), readlinkSync(at));
    } catch {
      break;
    }
    seen.push(at);
  }
  return seen;
}

/** Why a candidate does not do, or null where it does. */
async function probe(
  candidate: readonly string[],
  search: Search,
  env: Readonly<Record<string, string>>,
  platform: NodeJS.Platform,
): Promise<string | null> {
  const [command = "", ...first] = candidate;
  const ms = search.probeMs ?? PROBE_MS;
  const args = [...first, "-I", "-c", PROBE];
  const outcome = await run({ command, args, cwd: search.cwd, env, ms, most: MOST_PRINTED });
  const problem = trouble(outcome, ms);
  if (problem !== null) {
    return problem;
  }
  const executable = outcome.stdout.split(/\r?\n/)[1] ?? "";
  // A launcher may choose for itself; what it chose must not lie in a folder either.
  return hops(executable, platform).some((one) => liesInside(one, search.folders, platform))
    ? "leads to a Python in a folder that is open here"
    : null;
}

function trouble(outcome: Outcome, ms: number): string | null {
  if (outcome.broken === "late") {
    return `gave no answer within ${ms / 1000} s`;
  }
  if (outcome.broken === "loud") {
    return "prints something else than Python would";
  }
  if (outcome.broken === "unstartable") {
    return `does not start (${outcome.errno ?? "unknown error"})`;
  }
  const said = /^afterglow (\d+)\.(\d+)\r?\n/.exec(outcome.stdout);
  if (said === null) {
    return outcome.code === 0 ? "is not Python: it printed something else" : `ended with ${outcome.code ?? "a signal"}`;
  }
  const [major, minor] = [Number(said[1]), Number(said[2])];
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    return `is Python ${major}.${minor}; ${OLDEST.join(".")} or later is needed`;
  }
  if (outcome.code !== 0) {
    return /sqlite3/.test(outcome.stderr) ? "comes without sqlite3" : `ended with ${outcome.code ?? "a signal"}`;
  }
  const whole = /^afterglow \d+\.\d+\r?\n[^\r\n]+\r?\n$/.test(outcome.stdout);
  return whole ? null : "is not Python: it printed something else";
}
