// Formats Lua, or says which file is not formatted: node format.mjs FOLDER_OF_STYLUA .stylua.toml [--check] FILE...
// StyLua is its own WebAssembly build, which comes with no command; the settings are those its command would read.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const [home, settings, ...rest] = process.argv.slice(2);
const check = rest[0] === "--check";
const stylua = createRequire(path.join(path.resolve(home), "package.json"))("@johnnymorganz/stylua");

const meant = {
  column_width: Number,
  indent_width: Number,
  indent_type: (name) => stylua.IndentType[name],
  quote_style: (name) => stylua.QuoteStyle[name],
  line_endings: (name) => stylua.LineEndings[name],
};
const wanted = [...readFileSync(settings, "utf8").matchAll(/^(\w+) *= *"?(\w+)"?$/gmu)];

// Formatting uses the settings up, so each file gets its own.
function config() {
  const made = stylua.Config.new();
  for (const [, name, value] of wanted) {
    made[name] = meant[name](value);
  }
  return made;
}

let untidy = 0;
for (const file of check ? rest.slice(1) : rest) {
  const before = readFileSync(file, "utf8");
  const after = stylua.formatCode(before, config(), undefined, stylua.OutputVerification.Full);
  if (after === before) {
    continue;
  }
  if (check) {
    untidy += 1;
    console.error(`${file}: not formatted; sh scripts/check_lua.sh --format mends it`);
  } else {
    writeFileSync(file, after);
  }
}
process.exitCode = untidy > 0 ? 1 : 0;
