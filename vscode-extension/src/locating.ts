/**
 * Which Python runs the server, looked for once and told in the log.
 *
 * Invariant: where none does, the log gets one line with the reasons and the mend; nothing else is shown from here.
 */
import * as vscode from "vscode";
import { oneLine } from "./clean";
import { fileFolders } from "./folders";
import { findPython, OLDEST } from "./python";
import { interpreter } from "./settings";

const CANDIDATE_COLUMNS = 80;

export class Locator {
  #found: string[] | null = null;
  #mentioned = "";

  /** `cwd`: where candidates are tried, a folder that is ours. */
  constructor(
    private readonly cwd: string,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** The next look is a new one. */
  forget(): void {
    this.#found = null;
  }

  /** The command with its first arguments, or null. One that was found is not looked for again. */
  async find(): Promise<string[] | null> {
    if (this.#found !== null) {
      return this.#found;
    }
    const configured = interpreter();
    const { found, refused } = await findPython({
      configured,
      path: process.env["PATH"] ?? process.env["Path"] ?? "",
      folders: fileFolders(),
      cwd: this.cwd,
    });
    const reasons = refused.map((one) => `${oneLine(one.candidate, CANDIDATE_COLUMNS)} ${one.reason}`);
    if (found === null) {
      this.#complain(configured !== "", reasons);
    } else {
      this.#mention(found.join(" "));
      for (const reason of reasons) {
        this.log.debug(`passed over: ${reason}`);
      }
    }
    this.#found = found;
    return found;
  }

  #complain(chosen: boolean, reasons: readonly string[]): void {
    const tried = reasons.length === 0 ? vscode.l10n.t("none was found on the PATH") : reasons.join("; ");
    const oldest = OLDEST.join(".");
    const mend = chosen
      ? vscode.l10n.t("Name another in the setting afterglow.interpreter, or empty it.")
      : vscode.l10n.t("Install one, or name it in the setting afterglow.interpreter.");
    this.log.warn(`${vscode.l10n.t("Afterglow needs Python {0} or later: {1}.", oldest, tried)} ${mend}`);
  }

  /** Logs it once; a restart that finds the same has nothing to add. */
  #mention(command: string): void {
    if (command !== this.#mentioned) {
      this.#mentioned = command;
      this.log.info(`Python: ${command}`);
    }
  }
}
