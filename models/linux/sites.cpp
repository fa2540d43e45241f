// SPDX-License-Identifier: MIT
// Steps of a tree's code in the words of its source: "page_pool.c:88  read pool  (page_pool_scrub)".
#include <map>
#include <tuple>

#include "models/linux/stage.hpp"
#include "models/linux/watchdog.hpp"

namespace poolrace::models::linux_tree {

namespace {

struct Kind {
  const char* name;
  const char* structure;  // as its members are found; null: it has none
};

Kind kind_of(Holds holds) {
  switch (holds) {
    case Holds::pool:
      return {"pool", "page_pool"};
    case Holds::array:
      return {"array", nullptr};
    case Holds::per_cpu:
      return {"per-CPU", "page_pool_recycle_stats"};
    case Holds::node:
      return {"xa_node", "xa_node"};
    case Holds::page:
      return {"page", "page"};
    case Holds::device:
      return {"device", "device"};
    case Holds::napi:
      return {"napi", "napi_struct"};
    case Holds::data:
    case Holds::other:
      break;
  }
  return {"memory", nullptr};
}

}  // namespace

// Until create has returned, nobody knows that the struct is a pool.
std::string Stage::name_of(const Piece& piece, std::uint64_t offset, std::uint64_t size) {
  const Kind kind = kind_of(piece.holds);
  if (piece.holds == Holds::array)
    return std::string(kind.name) + "[" + std::to_string(offset / sizeof(void*)) + "]";
  if (kind.structure == nullptr) return kind.name;
  const std::uint64_t within = piece.holds == Holds::per_cpu ? offset % PR_PERCPU_STRIDE : offset;
  const std::string member = object_.member(kind.structure, within, size);
  return kind.name + (member.empty() ? "" : "." + member);
}

sim::Site Stage::site_of(const void* from, const char* verb, const Piece* piece, const char* at,
                         std::uint64_t size) {
  using Key = std::tuple<std::uint64_t, const char*, int, std::uint64_t>;
  static std::map<const Object*, std::map<Key, sim::Site>> known_sites;
  const std::uint64_t offset = piece == nullptr ? 0 : static_cast<std::uint64_t>(at - piece->begin);
  const int holds = piece == nullptr ? -1 : static_cast<int>(piece->holds);
  auto& sites = known_sites[&object_];
  const Key key{object_.offset_of(from), verb, holds, offset};
  if (const auto it = sites.find(key); it != sites.end()) return it->second;
  const auto* chain = object_.chain_at(from);
  const auto where =
      chain == nullptr ? pool::linux_tree::Where{"?", ""} : pool::linux_tree::where_of(*chain);
  std::string text = where.line + " " + verb;
  if (piece != nullptr) text += " " + name_of(*piece, offset, size);
  if (!where.function.empty()) text += " (" + where.function + ")";
  const sim::Site site = sim::Site::interned(text);
  sites.emplace(key, site);
  return site;
}

// In a helper of ours it is the step before that tells where.
sim::Site Stage::fault_site(const Fault& fault) {
  const std::string what = fault.called ? "call" : "fault";
  if (fault.called && object_.chain_at(fault.at) != nullptr) return call_site(fault.at, "call");
  const auto where = pool::linux_tree::where_of(object_.chain_of(fault.at));
  if (where.function.empty())
    return sim::Site::interned(std::string("behind ") + Watchdog::last_site);
  return sim::Site::interned(where.line + " " + what + " (" + where.function + ")");
}

}  // namespace poolrace::models::linux_tree
