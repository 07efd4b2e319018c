/**
 * Which command lines of a terminal are read at all.
 *
 * Invariant: pure; in doubt a line is not read.
 */

/** A line as the editor tells it; `confidence` 0 is a guess from what the screen shows. */
export interface ToldLine {
  readonly value: string;
  readonly confidence: number;
}

/** What of a terminal is looked at. `tasks`: the names of the tasks that run now. */
export interface TerminalSigns {
  readonly name: string;
  readonly pseudo: boolean;
  readonly shellArgs: readonly string[] | string | undefined;
  readonly tasks: readonly string[];
}

const GUESS = 0;
const LINE_MOST = 10_000;
// Shells that are started for one command: sh -c, cmd /c, powershell -Command, and what begins them (-lc).
const FOR_ONE_COMMAND = /^(?:-[a-z]*c|\/c|-command|-encodedcommand)$/iu;

/** The line, if it may be read: told for sure, not kept back by a leading space, of a sane length. */
export function readableLine(line: ToldLine): string | undefined {
  const text = line.value;
  if (line.confidence === GUESS || text.length > LINE_MOST || /^\s|^$/u.test(text)) {
    return undefined;
  }
  return text;
}

/** Whether a terminal belongs to a task or an extension, rather than to somebody who types. */
export function isCommandTerminal(terminal: TerminalSigns): boolean {
  const words = typeof terminal.shellArgs === "string" ? terminal.shellArgs.split(" ") : (terminal.shellArgs ?? []);
  return (
    terminal.pseudo ||
    words.some((word) => FOR_ONE_COMMAND.test(word)) ||
    terminal.tasks.some((task) => isNamedFor(terminal.name, task))
  );
}

/** A task's terminal is called `build`, `Task - build` or `build (folder)`, by the editor's version. */
function isNamedFor(name: string, task: string): boolean {
  return task !== "" && (name === task || name.endsWith(` - ${task}`) || name.startsWith(`${task} (`));
}
