/**
 * What a person can ask for: each action is one palette command, and most are a row of the menu.
 *
 * Invariant: every answer is a line in the status bar or a list that was asked for; nothing here shows a message, and
 * no failure leaves more than a few words.
 */
import * as vscode from "vscode";
import { choose } from "./choose";
import { oneLine } from "./clean";
import { NotRunning, type Sidecar } from "./client";
import {
  MODES,
  readExplanation,
  readMode,
  readSnapshot,
  readToken,
  type Explanation,
  type Mode,
  type WarmToken,
} from "./contract";
import { modeMeaning, modeWord } from "./looks";
import type { StatusBar } from "./statusBar";
import { author, hint, origin, when, why } from "./why";

const QUIET_MINUTES = 60;
const SCORES = [5, 4, 3, 2, 1] as const;

interface Row extends vscode.QuickPickItem {
  readonly act?: () => Promise<void>;
}

export class Actions {
  constructor(
    private readonly sidecar: Sidecar,
    private readonly bar: StatusBar,
  ) {}

  /** Another line, now. */
  async next(): Promise<void> {
    await this.#line("afterglow/next", {}, vscode.l10n.t("Nothing to say just now."));
  }

  /** An answer to a few words. */
  async say(): Promise<void> {
    const text = await vscode.window.showInputBox({
      title: vscode.l10n.t("Say something to Afterglow"),
      prompt: vscode.l10n.t("A few words, as to the next desk."),
    });
    if (text !== undefined && text.trim() !== "") {
      await this.#line("afterglow/say", { text }, vscode.l10n.t("No answer to that just now."));
    }
  }

  /** A note for the next session here. */
  async note(): Promise<void> {
    const text = await vscode.window.showInputBox({
      title: vscode.l10n.t("A note for next time"),
      prompt: vscode.l10n.t("Shown when the next session in this folder begins."),
    });
    if (text !== undefined && text.trim() !== "") {
      const done = await this.#ask("workspace/executeCommand", { command: "afterglow.note", arguments: [{ text }] });
      if (done !== undefined) {
        this.bar.note(vscode.l10n.t("Noted for next time."));
      }
    }
  }

  /** Why the last line came, or why the newest occasion passed in silence. */
  async why(id: string | null = this.bar.last?.id ?? null): Promise<void> {
    const answer = await this.#ask("afterglow/explain", id === null ? {} : { id });
    if (answer === undefined) {
      return;
    }
    const made = readExplanation(answer);
    const rows = explained(made);
    const { token } = made;
    if (token !== null) {
      rows.push(separator(), {
        label: `$(star-empty) ${vscode.l10n.t("Rate it")}`,
        act: () => this.rate(token.id),
      });
    }
    await pick(rows, token === null ? vscode.l10n.t("Why nothing was said") : vscode.l10n.t("Why this line"));
  }

  /** A score for a line; without an id for the newest. */
  async rate(id: string | null = null): Promise<void> {
    const wanted = id ?? this.bar.last?.id ?? (await this.#newest());
    if (wanted === null) {
      this.bar.note(vscode.l10n.t("There is no line to rate yet."));
      return;
    }
    const words: Readonly<Record<number, string>> = {
      5: vscode.l10n.t("more like this"),
      4: vscode.l10n.t("good"),
      3: vscode.l10n.t("all right"),
      2: vscode.l10n.t("rather not"),
      1: vscode.l10n.t("not again"),
    };
    const rows = SCORES.map((score) => ({ label: String(score), description: words[score] ?? "", score }));
    const chosen = await vscode.window.showQuickPick(rows, { title: vscode.l10n.t("Rate the line") });
    if (chosen === undefined) {
      return;
    }
    if ((await this.#ask("afterglow/feedback", { id: wanted, score: chosen.score })) !== undefined) {
      this.bar.note(vscode.l10n.t("Rated {0}: {1}.", chosen.score, chosen.description));
    }
  }

  /** Nothing is said for an hour. */
  async quiet(): Promise<void> {
    await this.#pause(QUIET_MINUTES);
  }

  /** The pause ends. */
  async speak(): Promise<void> {
    await this.#pause(0);
  }

  /** The one switch. */
  async mode(): Promise<void> {
    const answer = await this.#ask("workspace/executeCommand", { command: "afterglow.mode", arguments: [] });
    if (answer === undefined) {
      return;
    }
    const now = modeOf(answer);
    const rows = MODES.map((mode) => ({
      label: modeWord(mode),
      description: mode === now ? vscode.l10n.t("as it is now") : "",
      detail: modeMeaning(mode),
      mode,
    }));
    const chosen = await choose(
      rows,
      vscode.l10n.t("How much Afterglow says, in every window"),
      rows.find((row) => row.mode === now),
    );
    if (chosen !== undefined && chosen.mode !== now) {
      const params = { command: "afterglow.mode", arguments: [{ mode: chosen.mode }] };
      await this.#ask("workspace/executeCommand", params);
    }
  }

  /** The last lines; one that is chosen can be rated or asked about. */
  async last(): Promise<void> {
    const answer = await this.#ask("afterglow/snapshot", {});
    if (answer === undefined) {
      return;
    }
    const tokens = readSnapshot(answer).last;
    if (tokens.length === 0) {
      this.bar.note(vscode.l10n.t("No lines yet."));
      return;
    }
    const reasons = await Promise.all(tokens.map((token) => this.#reason(token)));
    const rows = tokens.map((token, place) => ({
      label: oneLine(token.response),
      description: when(token),
      detail: reasons[place] ?? "",
      act: () => this.#about(token),
    }));
    await pick(rows, vscode.l10n.t("The last lines"));
  }

  async #about(token: WarmToken): Promise<void> {
    await pick(
      [
        { label: `$(star-empty) ${vscode.l10n.t("Rate it")}`, act: () => this.rate(token.id) },
        { label: `$(question) ${vscode.l10n.t("Why this")}`, act: () => this.why(token.id) },
      ],
      oneLine(token.response),
    );
  }

  async #reason(token: WarmToken): Promise<string> {
    try {
      return why(readExplanation(await this.sidecar.request("afterglow/explain", { id: token.id })));
    } catch {
      return "";
    }
  }

  async #newest(): Promise<string | null> {
    const answer = await this.#ask("afterglow/snapshot", {});
    return answer === undefined ? null : (readSnapshot(answer).last[0]?.id ?? null);
  }

  async #line(method: string, params: object, otherwise: string): Promise<void> {
    const answer = await this.#ask(method, params);
    if (answer === undefined) {
      return;
    }
    const token = readToken(answer);
    if (token === null) {
      this.bar.note(await this.#against(otherwise));
    } else if (!this.bar.show(token)) {
      // Lines in the status bar are turned off; one that was asked for is shown where it was asked.
      await pick([{ label: oneLine(token.response) }], "Afterglow");
    }
  }

  /** What spoke against a line that was asked for; `otherwise` where nothing did. */
  async #against(otherwise: string): Promise<string> {
    try {
      const made = readExplanation(await this.sidecar.request("afterglow/explain", {}));
      const closed = made.event === null ? made.gates.find((gate) => !gate.pass) : undefined;
      return closed === undefined ? otherwise : vscode.l10n.t("Not now: {0}.", oneLine(closed.reason));
    } catch {
      return otherwise;
    }
  }

  async #pause(minutes: number): Promise<void> {
    const params = { command: "afterglow.dnd", arguments: [{ minutes }] };
    const answer = await this.#ask("workspace/executeCommand", params);
    if (answer !== undefined) {
      this.hushed(answer);
    }
  }

  /** What `afterglow.dnd` answered, from here or from a hint's tooltip. */
  hushed(answer: unknown): void {
    const until = typeof answer === "object" && answer !== null && "until" in answer ? answer.until : null;
    const at = typeof until === "string" ? new Date(until) : null;
    this.bar.rest();
    this.bar.hush(at);
  }

  /** The answer, or undefined after a few words in the status bar. A null answer is null. */
  async #ask(method: string, params: object): Promise<unknown> {
    try {
      return (await this.sidecar.request(method, params)) ?? null;
    } catch (error) {
      const said = error instanceof Error ? oneLine(error.message) : "";
      this.bar.note(
        error instanceof NotRunning
          ? vscode.l10n.t("Afterglow is not running here.")
          : vscode.l10n.t("That did not work: {0}", said),
      );
      return undefined;
    }
  }
}

/** Rows that only tell, and rows that do something when they are chosen. */
export async function pick(rows: readonly Row[], title: string): Promise<void> {
  const chosen = await vscode.window.showQuickPick(rows, { title, matchOnDescription: true, matchOnDetail: true });
  await chosen?.act?.();
}

export function separator(label = ""): Row {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function explained(made: Explanation): Row[] {
  const rows: Row[] = [];
  if (made.token !== null) {
    rows.push({ label: oneLine(made.token.response), description: when(made.token) });
  }
  rows.push({ label: `$(question) ${why(made)}` });
  const wrote = made.token === null ? null : author(made.token);
  if (wrote !== null) {
    rows.push({ label: `$(edit) ${wrote}` });
  }
  const known = origin(made);
  if (known !== null) {
    rows.push({ label: `$(eye) ${known}` });
  }
  if (made.gates.length > 0) {
    const passed = made.gates.filter((gate) => gate.pass).length;
    rows.push(separator(vscode.l10n.t("{0} of {1} checks passed", passed, made.gates.length)));
    // What stood against it comes first.
    const gates = [...made.gates].sort((one, other) => Number(one.pass) - Number(other.pass));
    rows.push(
      ...gates.map((gate) => ({
        label: `$(${gate.pass ? "check" : "circle-slash"}) ${oneLine(gate.reason)}`,
        description: gate.pass ? "" : hint(gate.id),
      })),
    );
  }
  return rows;
}

function modeOf(answer: unknown): Mode | null {
  return typeof answer === "object" && answer !== null && "mode" in answer ? readMode(answer.mode) : null;
}
