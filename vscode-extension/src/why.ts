/**
 * Why a line was shown, or why none was, in words.
 *
 * Invariant: every sentence comes from what the server recorded; nothing is guessed afterwards. What is given back is
 * clean text, not markdown.
 */
import * as vscode from "vscode";
import { oneLine } from "./clean";
import type { Explanation, WarmToken } from "./contract";

const LABEL_COLUMNS = 40;
/** Rules whose line is its outcome alone; the others end in what made it worth telling, as the server has it. */
const WITHOUT_TAIL = new Set(["plain", "usual"]);

/** One sentence: why. */
export function why(made: Explanation): string {
  const token = made.token;
  if (token === null) {
    return vscode.l10n.t("Nothing was shown: {0}", oneLine(made.reason));
  }
  if (token.event === null) {
    return vscode.l10n.t("You asked for it.");
  }
  if (token.source === "reminder") {
    return vscode.l10n.t("A session began, and the one before left this.");
  }
  const label = oneLine(token.event.label ?? "", LABEL_COLUMNS);
  const about = label === "" ? oneLine(token.event.kind, LABEL_COLUMNS) : label;
  const news = oneLine(token.news ?? "");
  const place = news.lastIndexOf(", ");
  if (place > 0 && made.reason.includes(".") && !WITHOUT_TAIL.has(made.reason.split(".").at(-1) ?? "")) {
    return `${about}: ${news.slice(place + 2)}.`;
  }
  if (news === "") {
    return vscode.l10n.t("{0}: a moment for a line, and every check passed.", about);
  }
  return vscode.l10n.t("{0}: it tells what nobody had typed, and every check passed.", about);
}

/** Where the outcome was read, or null where nothing tells. */
export function origin(made: Explanation): string | null {
  const words: Readonly<Record<string, string>> = {
    editor: vscode.l10n.t("the editor"),
    run: "afterglow run",
    emit: "afterglow emit",
    hook: vscode.l10n.t("a shell's hook"),
    report: vscode.l10n.t("its report"),
    cache: vscode.l10n.t("its cache"),
    git: vscode.l10n.t("git's log"),
  };
  const known = (made.event?.sources ?? []).flatMap((source) => words[source] ?? []);
  return known.length === 0 ? null : vscode.l10n.t("Known from {0}.", known.join(", "));
}

/** Who wrote it, where that was neither a person nor a template; else null. */
export function author(token: WarmToken): string | null {
  return token.byModel ? vscode.l10n.t("The warm words are written by a model.") : null;
}

/** When a line was shown, as people of this editor's language write it. */
export function when(token: WarmToken, now: Date = new Date()): string {
  const at = new Date(token.createdAt);
  if (Number.isNaN(at.getTime())) {
    return "";
  }
  const time = clock(at);
  if (at.toDateString() === now.toDateString()) {
    return time;
  }
  return `${at.toLocaleDateString(vscode.env.language, { weekday: "short", day: "numeric", month: "short" })}, ${time}`;
}

/** The time of day as the lines have it: 14:10. */
export function clock(at: Date): string {
  return at.toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** What a check that did not pass means for the reader; empty where it says so itself. */
export function hint(gate: string): string {
  const hints: Readonly<Record<string, string>> = {
    "A9.mode": vscode.l10n.t("the mode is in the menu"),
    "A9.dnd": vscode.l10n.t("Speak again, in the menu, ends that"),
    "A9.quiet-hours": vscode.l10n.t("the setting afterglow.quietHours says when"),
    "T1.red": vscode.l10n.t("silence until it passes, or for two hours"),
    "T1.unresolved": vscode.l10n.t("silence until that is finished or aborted"),
    "T1.destructive": vscode.l10n.t("it ends by itself"),
    "T1.credential": vscode.l10n.t("it ends by itself"),
    "T1.exception": vscode.l10n.t("it ends with the session, or after ten minutes"),
    "T1.diagnostics": vscode.l10n.t("silence until they are fewer again"),
    "T1.outcome": vscode.l10n.t("nothing is said unless it ended well"),
    "T1.newcomer": vscode.l10n.t("it begins to speak when something has ended well"),
  };
  return hints[gate] ?? "";
}
