/**
 * Which kind of job a task is, and what its end proves.
 *
 * Invariant: pure; a task that keeps watching proves nothing by ending, and nor does the exit code of a line of several
 * commands where it may be another command's.
 */
import { type JobKind } from "../contract";

/** What of a task is looked at. `words`: its name and what its definition calls it, such as an npm script. */
export interface TaskSigns {
  readonly group: string | undefined;
  readonly words: readonly string[];
  readonly matchers: readonly string[];
  readonly type: string;
}

const BY_GROUP: Readonly<Record<string, JobKind>> = { build: "build", rebuild: "build", test: "test", clean: "task" };

const BY_WORD: ReadonlyMap<string, JobKind> = table({
  test: "test tests unittest unit spec specs e2e integration pytest jest vitest coverage",
  typecheck: "typecheck types typing mypy pyright typechecking",
  lint: "lint linting eslint ruff flake8 pylint clippy stylelint",
  build: "build rebuild compile bundle assemble dist package wheel tsc",
  deploy: "deploy release publish ship",
  migration: "migrate migration migrations",
  training: "train training",
});

// A task that is named for one of these runs until somebody ends it, or is about something else.
const KEEPS_RUNNING: ReadonlySet<string> = new Set("watch dev serve server start clean install docs format".split(" "));

const BY_MATCHER: ReadonlyMap<string, JobKind> = table({
  lint: "eslint-compact eslint-stylish jshint jshint-stylish stylelint pylint flake8 ruff",
  build: "tsc gcc mscompile rustc rustc-json go lesscompile cpptools",
  typecheck: "mypy pyright",
});

const BY_TYPE: ReadonlyMap<string, JobKind> = table({ build: "typescript cppbuild msbuild cmake" });

/** The kind of job: by the group the user gave it, else by its words, its problem matchers, its type. */
export function jobOf(signs: TaskSigns): JobKind {
  const given = signs.group === undefined ? undefined : BY_GROUP[signs.group];
  if (given !== undefined) {
    return given;
  }
  const words = signs.words.flatMap(wordsOf);
  if (words.some((word) => KEEPS_RUNNING.has(word))) {
    return "task";
  }
  return (
    first(words, BY_WORD) ??
    first(
      signs.matchers.map((name) => name.replace(/^\$/u, "").toLowerCase()),
      BY_MATCHER,
    ) ??
    BY_TYPE.get(signs.type.toLowerCase()) ??
    "task"
  );
}

/**
 * Whether the exit code of a shell line is that of all it runs: `a && b` yes; `a | b`, `a; b`, `a || b` and `a &` no.
 * Quoted signs count as signs: a good end that goes untold costs less than a bad one that is called good.
 */
export function isOneOutcome(line: string): boolean {
  return !/[|;\n]|&/u.test(
    line
      .trim()
      .replaceAll("&&", "")
      .replace(/\d*>&\d+|&>/gu, ""),
  );
}

function wordsOf(text: string): string[] {
  return text
    .slice(0, 200)
    .replace(/([a-z])([A-Z])/gu, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/u);
}

function first(words: readonly string[], jobs: ReadonlyMap<string, JobKind>): JobKind | undefined {
  for (const word of words) {
    const job = jobs.get(word);
    if (job !== undefined) {
      return job;
    }
  }
  return undefined;
}

function table(rows: Partial<Record<JobKind, string>>): ReadonlyMap<string, JobKind> {
  return new Map(
    Object.entries(rows).flatMap(([job, words]) => words.split(" ").map((word) => [word, job as JobKind] as const)),
  );
}
