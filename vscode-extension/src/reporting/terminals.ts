/**
 * Commands in terminals, as far as the shell tells the editor of them.
 *
 * Invariant: a line that begins with a space, or that the editor merely guesses, is not read; a task's terminal is
 * reported as a task; an exit code that is not known is left out.
 */
import * as vscode from "vscode";

import { type AfterglowEvent } from "../contract";
import { fileUri } from "./documents";
import { type Began, begin, lasted, outcomeOf } from "./outcome";
import { isCommandTerminal, readableLine } from "./shell-line";

type Send = (event: AfterglowEvent) => void;

/** Report commands in terminals until disposed. */
export function reportTerminals(send: Send): vscode.Disposable {
  const running = new WeakMap<vscode.TerminalShellExecution, Began & { readonly line: string }>();
  return vscode.Disposable.from(
    vscode.window.onDidStartTerminalShellExecution(({ terminal, execution }) => {
      const line = readableLine(execution.commandLine);
      if (line === undefined || isOurs(terminal)) {
        return;
      }
      running.set(execution, { ...begin(), line });
      send({ kind: "command.started", ...placeOf(execution), data: { commandLine: line } });
    }),
    vscode.window.onDidEndTerminalShellExecution(({ execution, exitCode }) => {
      const began = running.get(execution);
      if (began === undefined) {
        return;
      }
      running.delete(execution);
      // Only at the end does the editor know the line for sure; what it then takes back is not told.
      const line = execution.commandLine.value === "" ? began.line : readableLine(execution.commandLine);
      if (line !== undefined) {
        const outcome = outcomeOf(exitCode);
        send({ kind: "command", ...placeOf(execution), ...lasted(began), ...outcome, data: { commandLine: line } });
      }
    }),
  );
}

function isOurs(terminal: vscode.Terminal): boolean {
  const options = terminal.creationOptions;
  return isCommandTerminal({
    name: terminal.name,
    pseudo: "pty" in options,
    shellArgs: "shellArgs" in options ? options.shellArgs : undefined,
    tasks: vscode.tasks.taskExecutions.map((execution) => execution.task.name),
  });
}

/** The folder of this window that the command ran in, where that is known. */
function placeOf(execution: vscode.TerminalShellExecution): Pick<AfterglowEvent, "workspace"> {
  const folder = execution.cwd === undefined ? undefined : vscode.workspace.getWorkspaceFolder(execution.cwd);
  const uri = folder === undefined ? undefined : fileUri(folder.uri);
  return uri === undefined ? {} : { workspace: uri };
}
