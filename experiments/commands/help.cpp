// SPDX-License-Identifier: MIT
// help: the help of a command, or of all; and as markdown the whole reference, which is
// experiments/reference.md (a test says when that is stale).
#include <algorithm>
#include <iostream>

#include "experiments/commands/commands.hpp"
#include "experiments/commands/lists.hpp"
#include "sim/errors.hpp"

namespace poolrace::experiments {
namespace {

using Cells = std::vector<std::string>;

// A bar would end the cell, and "<x" might begin a tag.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '|' ? "\\|" : c == '<' ? "&lt;" : std::string(1, c);
  return out;
}

std::string table_row(const Cells& cells) {
  std::string out = "|";
  for (const std::string& cell : cells) out += " " + cell + " |";
  return out + "\n";
}

std::string table_head(const Cells& names) {
  std::string out = table_row(names) + "|";
  for (std::size_t i = 0; i < names.size(); ++i) out += "---|";
  return out + "\n";
}

std::string markdown_of(const CommandLine& line) {
  std::string usage = "poolrace " + line.command();
  std::string options = table_head({"", "what", "default"});
  for (const OptionHelp& o : line.options()) {
    std::string shown = o.positional ? "[" + o.name + "]" + (o.repeated ? "..." : "")
                                     : "--" + o.name + (o.placeholder.empty() ? "" : " ");
    if (o.positional) usage += " " + shown;
    options +=
        table_row({"`" + escaped(shown + o.placeholder) + "`",
                   escaped(o.help) + (o.repeated ? "; may be repeated" : ""), escaped(o.fallback)});
  }
  std::string out = "### " + line.command() + "\n\n" + escaped(line.summary()) + ".\n\n    " +
                    usage + " [OPTION]...\n\n" + options + "\n";
  for (const Example& e : line.examples())
    out += "    # " + e.what + "\n    poolrace " + line.command() +
           (e.words.empty() ? "" : " " + e.words) + "\n";
  return out + "\n";
}

std::string text_of(const nlohmann::ordered_json& value) {
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// One table of all rows; a column for each key that any of them has.
std::string markdown_of(const std::vector<nlohmann::ordered_json>& rows) {
  Cells keys;
  for (const auto& row : rows)
    for (const auto& [key, value] : row.items())
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
  std::string out = table_head(keys);
  for (const auto& row : rows) {
    Cells cells;
    for (const std::string& key : keys) {
      const std::string text = row.contains(key) ? escaped(text_of(row[key])) : "";
      cells.push_back(key == "name" ? "`" + text + "`" : text);
    }
    out += table_row(cells);
  }
  return out + "\n";
}

std::string reference() {
  std::string out =
      "# Reference\n\nWritten by `poolrace help --format markdown`; do not edit.\n\n"
      "Every parameter is an option too, of the commands that take `--set`: `--set NAME=VALUE` or\n"
      "`--NAME VALUE`.\n\n## Commands\n\n";
  for (const Command& c : commands()) out += markdown_of(c.line);
  for (std::string what : {"parameters", "scenarios", "profiles", "variants", "kinds", "programs",
                           "faults", "lessons"}) {
    const std::string table = markdown_of(list_rows(what));
    what[0] = static_cast<char>(what[0] - 'a' + 'A');
    out += "## " + what + "\n\n" + table;
  }
  out.pop_back();  // one empty line too many
  return out;
}

}  // namespace

Command help_command() {
  CommandLine line("help", "the help of a command, or all there is to know as one page");
  line.positional("command", "whose help; an overview if absent");
  line.value("format", "text|markdown", "markdown: the reference of everything", "text");
  line.example("sweep", "what sweep takes");
  line.example("--format markdown > reference.md", "every command, parameter, kind and name");
  return {line, [](const ParsedLine& parsed) {
            const auto command = parsed.get("command");
            if (parsed.choice("format", "text", {"text", "markdown"}) == "text")
              return dispatch(command ? std::vector<std::string>{*command, "--help"}
                                      : std::vector<std::string>{"--help"});
            if (command) throw ConfigError("poolrace help: markdown is of everything, not of one");
            std::cout << reference();
            return 0;
          }};
}

}  // namespace poolrace::experiments
