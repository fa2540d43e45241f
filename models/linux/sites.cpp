// SPDX-License-Identifier: MIT
// Steps of a tree's code in the words of its source: "page_pool.c:88  read pool  (page_pool_scrub)".
#include <map>
#include <tuple>

#include "models/linux/stage.hpp"

namespace poolrace::models::linux_tree {

namespace {

const char* name_of(Holds holds) {
  switch (holds) {
    case Holds::pool:
      return "pool";
    case Holds::array:
      return "ring";
    case Holds::per_cpu:
      return "per-CPU";
    case Holds::node:
      return "xa_node";
    case Holds::page:
      return "page";
    case Holds::device:
      return "device";
    case Holds::napi:
      return "napi";
    case Holds::data:
    case Holds::other:
      break;
  }
  return "memory";
}

}  // namespace

sim::Site Stage::site_of(const void* from, const char* verb, const Piece* piece, const char* at) {
  using Key = std::tuple<std::uint64_t, const char*, int, std::uint64_t>;
  static std::map<const Object*, std::map<Key, sim::Site>> known_sites;
  const std::uint64_t offset = piece != nullptr && piece->holds == Holds::page
                                   ? static_cast<std::uint64_t>(at - piece->begin)
                                   : 0;
  const int holds = piece == nullptr ? -1 : static_cast<int>(piece->holds);
  auto& sites = known_sites[&object_];
  const Key key{object_.offset_of(from), verb, holds, offset};
  if (const auto it = sites.find(key); it != sites.end()) return it->second;
  const auto* chain = object_.chain_at(from);
  const auto where =
      chain == nullptr ? pool::linux_tree::Where{"?", ""} : pool::linux_tree::where_of(*chain);
  std::string text = where.line + " " + verb;
  if (piece != nullptr) {
    text += std::string(" ") + name_of(piece->holds);
    const pr_page_layout& layout = *glue().page;
    if (piece->holds == Holds::page)
      text += offset == layout.magic       ? ".pp_magic"
              : offset == layout.pp        ? ".pp"
              : offset == layout.dma_addr  ? ".dma_addr"
              : offset == layout.ref_count ? ".pp_ref_count"
                                           : "";
  }
  if (!where.function.empty()) text += " (" + where.function + ")";
  const sim::Site site = sim::Site::interned(text);
  sites.emplace(key, site);
  return site;
}

}  // namespace poolrace::models::linux_tree
