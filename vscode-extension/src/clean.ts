/**
 * Any text from outside, made fit for one line of a screen. The same rules as the server's.
 *
 * Invariant: what leaves `oneLine` has no line break, no control or format character (a zero width joiner inside an
 * emoji excepted), no invisible filler, no lone surrogate, no `$(` and no `](`; cleaning it again changes nothing.
 * The server cleans already; this is the second lock on the same door, because a status bar draws `$(icon)` and a
 * tooltip follows links.
 */

export const LINE_COLUMNS = 120;

const SCAN_AT_LEAST = 4096;
const MARKS_PER_LETTER = 4;
const ZWJ = "\u200d";
const TEXT_STYLE = "\ufe0e";
const EMOJI_STYLE = "\ufe0f";
const ELLIPSIS = "…";

const ANSI = new RegExp(
  [
    "(?:\\x1b\\]|\\x9d)[^\\x07\\x1b\\x9c]*(?:\\x07|\\x1b\\\\|\\x9c)", // OSC with its text, when it ends
    "(?:\\x1b[PX^_]|[\\x90\\x98\\x9e\\x9f])[^\\x1b\\x9c]*(?:\\x1b\\\\|\\x9c)", // DCS, SOS, PM, APC
    "(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]", // CSI: colours, cursor moves
    "\\x1b[ -/]*[0-~]", // the two-byte rest
  ].join("|"),
  "gu",
);
const SPACE = /[\t\n\v\f\r\x1c-\x1f\x85\p{Zs}\p{Zl}\p{Zp}]/u;
const DROPPED = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/u;
// Letters, marks and symbols that draw nothing: they hide text from a reader, or pad it.
const INVISIBLE = new RegExp(
  "[\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b\\u180c\\u180d\\u180f\\u2800\\u3164\\uffa0\\u{1d159}" +
    "\\ufe00-\\ufe0d\\u{e0100}-\\u{e01ef}]",
  "u",
);
const MARK = /\p{M}/u;
const NO_WIDTH = /[\p{Mn}\p{Me}]/u;
const PICTURE = /\p{So}/u;
const SYMBOL = /[\p{So}\p{Sm}]/u;
const STYLED = /[0-9#*\u203c\u2049\u3030\u303d]/u;
const SKIN = /[\u{1f3fb}-\u{1f3ff}]/u;
// East Asian wide and full width, gaps of unassigned code points closed; the rest of what is wide are emoji.
const WIDE = new RegExp(
  "[\\u1100-\\u115f\\u2329\\u232a\\u2e80-\\u2ffb\\u3000-\\u303e\\u3041-\\u31e3\\u31f0-\\u3247\\u3250-\\u4dbf" +
    "\\u4e00-\\ua4c6\\ua960-\\ua97c\\uac00-\\ud7a3\\uf900-\\ufad9\\ufe10-\\ufe19\\ufe30-\\ufe6b\\uff01-\\uff60" +
    "\\uffe0-\\uffe6\\u{16fe0}-\\u{18d08}\\u{1aff0}-\\u{1b2fb}\\u{1f200}-\\u{1f265}\\u{20000}-\\u{3134a}]",
  "u",
);
const EMOJI = /\p{Emoji_Presentation}/u;
const FLAG_LETTER = /[\u{1f1e6}-\u{1f1ff}]/u;

/**
 * `text` as one clean line of at most `limit` columns, cut between words where possible; a cut line ends in `…`.
 * Anything but a text becomes the empty line. Never throws.
 */
export function oneLine(text: unknown, limit: number = LINE_COLUMNS): string {
  if (typeof text !== "string" || !(limit >= 1)) {
    return "";
  }
  const scanned = Math.max(SCAN_AT_LEAST, limit * 8);
  // Twice as many code units hold at least as many characters, so a huge text is never taken apart whole.
  const seen = [...text.slice(0, scanned * 2)].slice(0, scanned).join("");
  const words = joined(filtered(seen.replace(ANSI, "")))
    .split(" ")
    .filter((word) => word !== "");
  const safe = words
    .join(" ")
    .replace(/\$+(?=\()/gu, "")
    .replaceAll("](", "] (");
  return cut(safe, limit);
}

/** How many terminal columns `text` takes; where terminals differ, the larger number. */
export function columns(text: string): number {
  let total = 0;
  for (const char of text) {
    total += width(char);
  }
  return total;
}

function filtered(text: string): string[] {
  const out: string[] = [];
  for (const char of text) {
    if (SPACE.test(char)) {
      out.push(" ");
    } else if (char === ZWJ || (!DROPPED.test(char) && !INVISIBLE.test(char))) {
      out.push(char);
    }
  }
  return out;
}

/** Drop joiners outside emoji, style marks without a base, and marks piled on one letter. */
function joined(chars: readonly string[]): string {
  const out: string[] = [];
  let base = " ";
  let marks = 0;
  chars.forEach((char, index) => {
    const before = out.at(-1);
    if (char === ZWJ) {
      if (isPicture(base) && isPicture(chars[index + 1] ?? "") && before !== ZWJ) {
        out.push(char);
      }
    } else if (SKIN.test(char) && isPicture(base)) {
      out.push(char);
    } else if (char === TEXT_STYLE || char === EMOJI_STYLE) {
      if (before !== undefined && (isPicture(before) || STYLED.test(before) || SYMBOL.test(before))) {
        out.push(char);
      }
    } else if (MARK.test(char)) {
      marks += 1;
      if (base !== " " && marks <= MARKS_PER_LETTER) {
        out.push(char);
      }
    } else {
      base = char;
      marks = 0;
      out.push(char);
    }
  });
  return out.join("");
}

function cut(text: string, limit: number): string {
  if (columns(text) <= limit) {
    return text;
  }
  const chars = [...text];
  const room = limit - width(ELLIPSIS);
  let taken = 0;
  let used = 0;
  for (const end of clusterEnds(chars)) {
    const wide = columns(chars.slice(taken, end).join(""));
    if (used + wide > room) {
      break;
    }
    used += wide;
    taken = end;
  }
  let head = chars.slice(0, taken);
  const space = head.lastIndexOf(" ");
  // A word boundary is worth up to half the line; beyond that a cut word tells more.
  if (chars[taken] !== " " && space >= 0 && space * 2 >= head.length) {
    head = head.slice(0, space);
  }
  return head.join("").replace(/[ ,;:\-(]+$/u, "") + ELLIPSIS;
}

/** Where a text may be cut: not between a base and its marks, nor inside an emoji that is joined. */
function clusterEnds(chars: readonly string[]): number[] {
  const ends: number[] = [];
  for (let index = 1; index < chars.length; index += 1) {
    const char = chars[index] ?? "";
    const bound =
      char === ZWJ ||
      char === TEXT_STYLE ||
      char === EMOJI_STYLE ||
      chars[index - 1] === ZWJ ||
      SKIN.test(char) ||
      MARK.test(char);
    if (!bound) {
      ends.push(index);
    }
  }
  return chars.length > 0 ? [...ends, chars.length] : ends;
}

function width(char: string): number {
  if (char === EMOJI_STYLE) {
    return 1;
  }
  if (char === ZWJ || char === TEXT_STYLE || NO_WIDTH.test(char)) {
    return 0;
  }
  return WIDE.test(char) || (EMOJI.test(char) && !FLAG_LETTER.test(char)) ? 2 : 1;
}

function isPicture(char: string): boolean {
  return char > "\u2000" && PICTURE.test(char);
}
