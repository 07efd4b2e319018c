/**
 * Tasks: each process of a task is a job that starts and ends.
 *
 * Invariant: every process is reported once, whatever the order of the editor's events; a composite task without a
 * process of its own is reported by the tasks it is made of.
 */
import * as vscode from "vscode";

import { oneLine } from "../clean";
import { type AfterglowEvent } from "../contract";
import { fileUri } from "./documents";
import { type Began, begin, lasted, outcomeOf } from "./outcome";
import { isOneOutcome, jobOf } from "./task-job";

type Send = (event: AfterglowEvent) => void;

const LABEL_COLUMNS = 80;
const LINE_MOST = 10_000;

/** Report tasks until disposed. */
export function reportTasks(send: Send): vscode.Disposable {
  const running = new Map<vscode.TaskExecution, Began>();
  const ended = new WeakSet<vscode.TaskExecution>();

  const end = (execution: vscode.TaskExecution, exitCode: number | undefined): void => {
    const began = running.get(execution);
    running.delete(execution);
    ended.add(execution);
    send({ kind: "job.finished", ...about(execution.task), ...lasted(began), ...provenBy(execution.task, exitCode) });
  };

  return vscode.Disposable.from(
    vscode.tasks.onDidStartTaskProcess(({ execution }) => {
      running.set(execution, begin());
      send({ kind: "job.started", ...about(execution.task) });
      const line = lineOf(execution.task);
      if (line !== undefined) {
        // The server looks whether it destroys something, so that no cheerful line follows, and drops it.
        send({ kind: "command.started", ...placeOf(execution.task), data: { commandLine: line } });
      }
    }),
    vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (!ended.has(execution) || running.has(execution)) {
        end(execution, exitCode);
      }
    }),
    vscode.tasks.onDidEndTask(({ execution }) => {
      // A process that was taken down with its terminal may end without a word.
      if (running.has(execution)) {
        end(execution, undefined);
      }
    }),
    new vscode.Disposable(() => {
      running.clear();
    }),
  );
}

function about(task: vscode.Task): Pick<AfterglowEvent, "label" | "workspace" | "data"> {
  const job = jobOf({
    group: task.group?.id,
    words: [task.name, ...["script", "task", "command", "subcommand"].map((key) => textOf(task.definition[key]))],
    matchers: task.problemMatchers,
    type: task.definition.type,
  });
  const label = oneLine(task.name, LABEL_COLUMNS);
  return { ...placeOf(task), ...(label === "" ? {} : { label }), data: { job } };
}

function placeOf(task: vscode.Task): Pick<AfterglowEvent, "workspace"> {
  const uri = typeof task.scope === "object" ? fileUri(task.scope.uri) : undefined;
  return uri === undefined ? {} : { workspace: uri };
}

function provenBy(task: vscode.Task, exitCode: number | undefined): Pick<AfterglowEvent, "exitCode" | "status"> {
  const outcome = outcomeOf(exitCode);
  const line = task.execution instanceof vscode.ShellExecution ? lineOf(task) : undefined;
  const proves = !task.isBackground && (line === undefined || isOneOutcome(line));
  return proves || outcome.status !== undefined ? outcome : { ...outcome, status: "unknown" };
}

/** The command line of a task, where the editor tells it and it is not out of all measure. */
function lineOf(task: vscode.Task): string | undefined {
  const execution = task.execution;
  let line = "";
  if (execution instanceof vscode.ShellExecution) {
    line = execution.commandLine ?? joined(execution.command, execution.args);
  } else if (execution instanceof vscode.ProcessExecution) {
    line = joined(execution.process, execution.args);
  }
  return line.trim() === "" || line.length > LINE_MOST ? undefined : line;
}

type Word = string | vscode.ShellQuotedString | undefined;

// An extension's task may lack what the types promise.
function joined(command: Word, args: readonly Word[] | undefined): string {
  return [command, ...(args ?? [])].map((part) => (typeof part === "object" ? part.value : (part ?? ""))).join(" ");
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
