// SPDX-License-Identifier: MIT
#include "experiments/explore/trees.hpp"

#include <iostream>

#include "models/linux/variant.hpp"

namespace poolrace::experiments {

namespace {

pool::linux_tree::BuildOptions told() {
  pool::linux_tree::BuildOptions options;
  options.tell = [](const std::string& what) { std::cerr << what << "\n"; };
  return options;
}

}  // namespace

std::vector<std::string> with_trees(std::vector<std::string> variants, const std::string& where) {
  for (std::string& variant : variants)
    if (models::linux_tree::names_tree(variant))
      variant = models::linux_tree::know_tree(variant, where, told());
  return variants;
}

void know_tree_of_schedule(const std::string& text) {
  constexpr std::string_view field = ";variant=";
  const std::size_t at = text.find(field);
  if (at == std::string::npos) return;
  const std::size_t from = at + field.size();
  const std::string variant = text.substr(from, text.find(';', from) - from);
  if (models::linux_tree::names_tree(variant))
    models::linux_tree::know_tree(variant, "replay string: variant", told());
}

}  // namespace poolrace::experiments
