/**
 * Text as markdown that shows just this text.
 *
 * Invariant: whatever comes from outside is one clean line in which no sign means anything, so that the only links
 * are ours. The server escapes the same signs in the tooltips of its hints.
 */
import { oneLine } from "./clean";

const SIGNS = /([\\`*_{}[\]()#+.!|<>~$&:@^-])/g;

/** `text` cleaned and escaped. */
export function escaped(text: string, columns?: number): string {
  return oneLine(text, columns).replace(SIGNS, "\\$1");
}
