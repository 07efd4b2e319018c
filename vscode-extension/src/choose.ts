/**
 * A list to choose from where one row is so already.
 *
 * Invariant: that row is the one under the cursor, so that a quick Enter changes nothing.
 */
import * as vscode from "vscode";

/** The row that was chosen; undefined where the list was left. */
export async function choose<T extends vscode.QuickPickItem>(
  rows: readonly T[],
  title: string,
  active: T | undefined,
): Promise<T | undefined> {
  const list = vscode.window.createQuickPick<T>();
  list.title = title;
  list.items = rows;
  list.matchOnDetail = true;
  list.activeItems = active === undefined ? [] : [active];
  try {
    return await new Promise<T | undefined>((resolve) => {
      list.onDidAccept(() => {
        resolve(list.selectedItems[0]);
      });
      list.onDidHide(() => {
        resolve(undefined);
      });
      list.show();
    });
  } finally {
    list.dispose();
  }
}
