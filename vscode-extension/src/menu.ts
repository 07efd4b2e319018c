/**
 * The menu behind the status bar item.
 *
 * Invariant: it offers what can be done now and nothing else; each row is a command of the palette.
 */
import * as vscode from "vscode";
import { pick, separator } from "./actions";
import { oneLine } from "./clean";
import type { Sidecar } from "./client";
import type { WarmToken } from "./contract";
import { lookOf, modeWord } from "./looks";
import type { StatusBar } from "./statusBar";
import { when } from "./why";

const LINE_COLUMNS = 60;

/** Opens it and does what is chosen. */
export async function menu(sidecar: Sidecar, bar: StatusBar): Promise<void> {
  const row = (icon: string, label: string, command: string, description = "") => ({
    label: `$(${icon}) ${label}`,
    description,
    act: async () => {
      await vscode.commands.executeCommand(command);
    },
  });
  const last = bar.last;
  const about =
    last === null
      ? []
      : [
          row("question", vscode.l10n.t("Why this"), "afterglow.ui.why", told(last)),
          row("star-empty", vscode.l10n.t("Rate it"), "afterglow.ui.rate"),
        ];
  const running = [
    row("arrow-right", vscode.l10n.t("Another one"), "afterglow.ui.next"),
    ...about,
    row("history", vscode.l10n.t("The last lines"), "afterglow.ui.last"),
    row("comment", vscode.l10n.t("Say something"), "afterglow.ui.say"),
    row("note", vscode.l10n.t("A note for next time"), "afterglow.ui.note"),
    separator(),
    bar.quiet
      ? row("bell", vscode.l10n.t("Speak again"), "afterglow.ui.speak")
      : row("bell-slash", vscode.l10n.t("Quiet for an hour"), "afterglow.ui.quiet"),
    row("settings", vscode.l10n.t("Mode"), "afterglow.ui.mode", modeWord(sidecar.status?.mode ?? "normal")),
    row("graph", vscode.l10n.t("Report"), "afterglow.ui.report"),
  ];
  const restart = row("refresh", vscode.l10n.t("Restart"), "afterglow.ui.restart");
  const always = [
    row("gear", vscode.l10n.t("Settings"), "afterglow.ui.settings"),
    row("output", vscode.l10n.t("Output"), "afterglow.ui.output"),
  ];
  const look = lookOf(sidecar.state, sidecar.status, null);
  const title = look?.label ?? vscode.l10n.t("Afterglow: no folder of this machine is open");
  // Where it does not run, the mend comes first.
  const rows = sidecar.state === "running" ? [...running, separator(), ...always, restart] : [restart, ...always];
  await pick(rows, title);
}

function told(token: WarmToken): string {
  return `${oneLine(token.response, LINE_COLUMNS)} (${when(token)})`;
}
