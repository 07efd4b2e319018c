/**
 * What the status bar shows at rest: one small sign for each state.
 *
 * Invariant: no colour, no movement, no word but where somebody has to know that nothing will come; what is read
 * aloud says the state in words.
 */
import * as vscode from "vscode";
import { oneLine } from "./clean";
import type { State } from "./client";
import type { Mode, Status } from "./contract";

export interface Look {
  /** With icons of ours; never with text from outside. */
  readonly text: string;
  /** What is read aloud, and stands first in the tooltip. */
  readonly label: string;
}

/** The look of a state; null: nothing is shown. `quietUntil`: when a pause ends, as people write it. */
export function lookOf(state: State, status: Status | null, quietUntil: string | null): Look | null {
  switch (state) {
    case "idle":
    case "stopped":
      return null;
    case "starting":
      return { text: "$(circle-small)", label: vscode.l10n.t("Afterglow: starting") };
    case "paused":
      return {
        text: vscode.l10n.t("afterglow: paused"),
        label: vscode.l10n.t("Afterglow: paused; restarting it is in its menu"),
      };
    case "no python": {
      const text = vscode.l10n.t("Afterglow needs Python 3.11 or later");
      return { text, label: text };
    }
    case "running":
      return running(status, quietUntil);
  }
}

function running(status: Status | null, quietUntil: string | null): Look {
  if (status?.mode === "off") {
    return { text: "$(circle-slash)", label: vscode.l10n.t("Afterglow: off") };
  }
  if (quietUntil !== null) {
    return { text: "$(bell-slash)", label: vscode.l10n.t("Afterglow: quiet until {0}", quietUntil) };
  }
  if (status !== null && status.health !== "ok") {
    const message = oneLine(status.message ?? "");
    const plain = vscode.l10n.t("Afterglow: limited");
    const label = message === "" ? plain : vscode.l10n.t("Afterglow: limited; {0}", message);
    return { text: "$(circle-outline)", label };
  }
  if (!vscode.workspace.isTrusted) {
    return { text: "$(shield)", label: vscode.l10n.t("Afterglow: restricted; nothing in this folder is read") };
  }
  return { text: "$(circle-small-filled)", label: vscode.l10n.t("Afterglow: {0}", modeWord(status?.mode ?? "normal")) };
}

/** The name of a mode. */
export function modeWord(mode: Mode): string {
  return {
    off: vscode.l10n.t("off"),
    quiet: vscode.l10n.t("quiet"),
    normal: vscode.l10n.t("normal"),
    chatty: vscode.l10n.t("chatty"),
  }[mode];
}

/** What a mode does. */
export function modeMeaning(mode: Mode): string {
  return {
    off: vscode.l10n.t("Watches nothing, records nothing, says nothing."),
    quiet: vscode.l10n.t("News only: the number nobody typed, without a word beside it."),
    normal: vscode.l10n.t("News, and now and then a warm line that fits."),
    chatty: vscode.l10n.t("The same more often, with jokes."),
  }[mode];
}
