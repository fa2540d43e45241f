// SPDX-License-Identifier: MIT
// linux: pools of kernel trees of the user's own: compile one and say what it has, list what is
// kept, forget it.
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "experiments/cli/tree_options.hpp"
#include "experiments/commands/commands.hpp"
#include "pool/linux/compile.hpp"
#include "sim/errors.hpp"
#include "sim/settings/nearest.hpp"

namespace poolrace::experiments {

namespace {

using Json = nlohmann::ordered_json;
namespace tree = pool::linux_tree;

bool as_json(const ParsedLine& parsed) {
  return parsed.choice("format", "text", {"text", "json"}) == "json";
}

int build(const ParsedLine& parsed) {
  const auto name = parsed.get("TREE");
  if (!name)
    throw ConfigError(parsed.where() + ": build what? a TREE or TREE@REF, as behind linux:");
  const std::string bare = name->starts_with("linux:") ? name->substr(6) : *name;
  try {
    const tree::Tree from = tree::read_tree(tree::parse_source(bare));
    const tree::Built built = tree::build(from, tree_options(parsed));
    if (as_json(parsed)) {
      Json files = Json::array();
      for (const auto& [file, text] : from.files) files.push_back(file);
      std::cout << Json{{"variant", "linux:" + from.source.text() + "#" + built.hash},
                        {"fresh", built.fresh},
                        {"folder", built.folder},
                        {"traits", tree::traits(from)},
                        {"taken", files}}
                       .dump(1)
                << "\n";
      return 0;
    }
    std::cout << "linux:" << from.source.text() << "#" << built.hash
              << (built.fresh ? "" : " (kept from before)") << "\n";
    for (const std::string& trait : tree::traits(from)) std::cout << "    " << trait << "\n";
    std::cout << "    taken:";
    for (const auto& [file, text] : from.files) std::cout << " " << file;
    std::cout << "\n";
  } catch (const tree::TreeError& error) {
    throw ConfigError(parsed.where() + ": " + error.what());
  }
  return 0;
}

int list(const ParsedLine& parsed) {
  Json rows = Json::array();
  for (const tree::Kept& one : tree::kept())
    rows.push_back(
        {{"hash", one.hash}, {"tree", one.name}, {"how", one.how}, {"bytes", one.bytes}});
  if (as_json(parsed))
    std::cout << Json{{"kept", rows}}.dump(1) << "\n";
  else
    for (const Json& row : rows)
      std::cout << row["hash"].get<std::string>() << "  "
                << row["bytes"].get<std::uintmax_t>() / 1024 << " KiB  "
                << row["tree"].get<std::string>() << "  (" << row["how"].get<std::string>()
                << ")\n";
  return 0;
}

int clean(const ParsedLine& parsed) {
  const std::size_t count = tree::forget_all();
  if (as_json(parsed))
    std::cout << Json{{"forgotten", count}}.dump(1) << "\n";
  else
    std::cout << count << " compiled " << (count == 1 ? "pool" : "pools") << " forgotten\n";
  return 0;
}

int run_linux(const ParsedLine& parsed) {
  const std::string what = parsed.get("WHAT").value_or("");
  if (what == "build") return build(parsed);
  if (parsed.get("TREE")) throw ConfigError(parsed.where() + ": only build takes a TREE");
  if (what == "list") return list(parsed);
  if (what == "clean") return clean(parsed);
  if (what.empty()) throw ConfigError(parsed.where() + ": say what; allowed: build, list, clean");
  sim::fail_unknown(parsed.where(), "word", what, {"build", "list", "clean"});
}

}  // namespace

Command linux_command() {
  CommandLine line("linux", "the page_pool of a kernel tree of your own: build, list, clean");
  line.positional("WHAT",
                  "build: compile a TREE's pool and say what it has; list: what is kept; clean: "
                  "forget it");
  line.positional("TREE",
                  "a directory, or REPOSITORY@REF; %2C, %3B, %40 and %25 stand for , ; @ and %");
  add_tree_options(line);
  line.value("format", "text|json", "how to print", "text");
  line.example("list", "the pools that are kept compiled, by content");
  return {line, run_linux};
}

}  // namespace poolrace::experiments
