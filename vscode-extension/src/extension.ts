/**
 * Where the editor comes in: everything is put together here, and taken apart again.
 *
 * Invariant: `activate` waits for nothing; the server starts beside it.
 */
import * as vscode from "vscode";
import { Actions } from "./actions";
import { Sidecar } from "./client";
import { menu } from "./menu";
import { ReportPanel } from "./reportPanel";
import { startReporting } from "./reporting";
import { contributedBy, interpreter, SECTION, showsLines } from "./settings";
import { StatusBar } from "./statusBar";

let sidecar: Sidecar | null = null;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("Afterglow", { log: true });
  const made = (sidecar = new Sidecar(context.extensionPath, contributedBy(context.extension), log));
  const bar = new StatusBar(made, context.globalState);
  const actions = new Actions(made, bar);
  const report = new ReportPanel(made);
  let named = interpreter();
  const commands: Readonly<Record<string, () => unknown>> = {
    "afterglow.ui.menu": () => menu(made, bar),
    "afterglow.ui.next": () => actions.next(),
    "afterglow.ui.why": () => actions.why(),
    "afterglow.ui.rate": () => actions.rate(),
    "afterglow.ui.quiet": () => actions.quiet(),
    "afterglow.ui.speak": () => actions.speak(),
    "afterglow.ui.mode": () => actions.mode(),
    "afterglow.ui.last": () => actions.last(),
    "afterglow.ui.say": () => actions.say(),
    "afterglow.ui.note": () => actions.note(),
    "afterglow.ui.report": () => report.open(),
    "afterglow.ui.refreshReport": () => report.refresh(),
    "afterglow.ui.settings": () =>
      vscode.commands.executeCommand("workbench.action.openSettings", `@ext:${context.extension.id}`),
    "afterglow.ui.output": () => {
      log.show();
    },
    "afterglow.ui.restart": () => made.restart(),
  };
  context.subscriptions.push(
    log,
    bar,
    report,
    ...Object.entries(commands).map(([id, act]) => vscode.commands.registerCommand(id, act)),
    made.onToken((token) => bar.show(token)),
    made.onDidChange(() => {
      changed(made, bar);
    }),
    made.onRan(({ command, argument, answer }) => {
      ran(command, argument, answer, actions, bar);
    }),
    startReporting((event) => {
      made.send(event);
    }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      // A folder's own value, which never counts, announces itself all the same.
      if (interpreter() !== named) {
        named = interpreter();
        void made.restart();
      } else if (change.affectsConfiguration(SECTION)) {
        made.settings();
        if (!showsLines()) {
          bar.rest();
        }
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void made.restart()),
    vscode.workspace.onDidChangeWorkspaceFolders(() => void made.folders()),
  );
  void made.start();
}

export async function deactivate(): Promise<void> {
  await sidecar?.stop();
}

function changed(sidecar: Sidecar, bar: StatusBar): void {
  const { state, status } = sidecar;
  void vscode.commands.executeCommand("setContext", "afterglow.running", state === "running");
  if (status?.dndUntil !== undefined) {
    bar.hush(status.dndUntil === null ? null : new Date(status.dndUntil));
  }
  if (state !== "running" || status?.mode === "off") {
    bar.rest();
  } else {
    bar.draw();
  }
}

/** A link in a hint's tooltip was followed, which shows nothing by itself. */
function ran(command: string, argument: unknown, answer: unknown, actions: Actions, bar: StatusBar): void {
  if (command === "afterglow.dnd") {
    actions.hushed(answer);
  } else if (command === "afterglow.feedback") {
    const score = typeof argument === "object" && argument !== null && "score" in argument ? argument.score : null;
    if (typeof score === "number") {
      bar.note(vscode.l10n.t("Rated {0}.", score));
    }
  }
}
