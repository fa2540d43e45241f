// SPDX-License-Identifier: MIT
#include "experiments/cli/tree_options.hpp"

#include <iostream>

#include "models/linux/variant.hpp"

namespace poolrace::experiments {

void add_tree_options(CommandLine& line) {
  line.value("extra", "FILE.h",
             "of a linux:TREE: a header of your own for what the tree uses and the shim lacks");
  line.value("pool-stats", "on|off", "of a linux:TREE: CONFIG_PAGE_POOL_STATS", "on");
}

pool::linux_tree::BuildOptions tree_options(const ParsedLine& parsed) {
  pool::linux_tree::BuildOptions options;
  options.tell = [](const std::string& what) { std::cerr << what << "\n"; };
  options.extra = parsed.get("extra").value_or("");
  options.stats = parsed.choice("pool-stats", "on", {"on", "off"}) == "on";
  return options;
}

std::vector<std::string> with_trees(std::vector<std::string> variants, const ParsedLine& parsed,
                                    const std::string& where) {
  for (std::string& variant : variants)
    if (models::linux_tree::names_tree(variant))
      variant = models::linux_tree::know_tree(variant, where, tree_options(parsed));
  return variants;
}

}  // namespace poolrace::experiments
