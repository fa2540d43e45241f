// SPDX-License-Identifier: MIT
// Within a variant every visible step has a site of its own, so that a trace, a schedule or
// --stall names one place.  Read from the sources of pool/: the string literals given to words,
// locks and grace periods, function by function; what a variant overrides does not count twice.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "source_paths.hpp"

namespace poolrace::pool {
namespace {

using Functions = std::map<std::string, std::vector<std::string>>;  // name -> sites

// A function begins at a line with NAME( that ends in "{", and ends at a "}" of its indentation.
// Deeper than four spaces stand the initialisers of a constructor, which look the same.
Functions functions_of(const std::string& file) {
  std::ifstream in(std::string(POOLRACE_SOURCE_DIR) + "/pool/" + file);
  EXPECT_TRUE(in) << file;
  static const std::regex begins(R"(^( {0,4})(?:\S.*[ &*>:])?(\w+)\(.*$)");
  static const std::regex site(R"re(\.(?:read|write|add_return|cmpxchg|(?:un)?lock(?:_bh)?|)re"
                               R"re(synchronize_(?:rcu|net))\("([^"]+)")re");
  Functions functions;
  std::string line, name = "(outside)", indent;
  bool inside = false;
  while (std::getline(in, line)) {
    std::smatch match;
    const bool opens = line.size() > 1 && line.substr(line.size() - 1) == "{";
    if (!inside && opens && std::regex_match(line, match, begins)) {
      indent = match[1];
      name = match[2];
      inside = true;
    } else if (inside && line == indent + "}") {
      inside = false;
    }
    auto& sites = functions[inside || !line.empty() ? name : "(outside)"];
    for (std::sregex_iterator it(line.begin(), line.end(), site), end; it != end; ++it)
      sites.push_back((*it)[1]);
  }
  return functions;
}

std::string text_of(const std::string& file) {
  std::ifstream in(std::string(POOLRACE_SOURCE_DIR) + "/pool/" + file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// The sites of a class chain, base first.  A function that a later file defines again replaces
// the earlier one, unless that file still calls it as Base::NAME.
std::vector<std::string> sites_of(const std::vector<std::string>& chain) {
  Functions all;
  for (const auto& file : chain) {
    const std::string text = text_of(file);
    for (auto& [name, sites] : functions_of(file)) {
      auto& known = all[name];
      const bool kept = text.find("Base::" + name + "(") != std::string::npos;
      if (file.rfind("variants/", 0) == 0 && !kept) known.clear();
      known.insert(known.end(), sites.begin(), sites.end());
    }
  }
  std::vector<std::string> out;
  for (const auto& [name, sites] : all) out.insert(out.end(), sites.begin(), sites.end());
  return out;
}

const std::vector<std::string> base = {"page_pool.hpp",         "page_pool_alloc.hpp",
                                       "page_pool_destroy.hpp", "page_pool_fragments.hpp",
                                       "page_pool_put.hpp",     "ptr_ring.hpp"};

std::vector<std::string> chain_of(std::vector<std::string> more) {
  std::vector<std::string> chain = base;
  chain.insert(chain.end(), more.begin(), more.end());
  return chain;
}

TEST(Sites, AreUniqueWithinAVariant) {
  const std::map<std::string, std::vector<std::string>> chains = {
      {"baseline", chain_of({"variants/baseline.hpp"})},
      {"scan", chain_of({"variants/scan.hpp"})},
      {"scan-rcu", chain_of({"variants/scan.hpp", "variants/scan_rcu.hpp"})},
      {"baseline-ringfix", chain_of({"variants/ring_fix.hpp", "variants/baseline_ringfix.hpp"})},
      {"stall", chain_of({"variants/stall.hpp"})},
      {"skip", chain_of({"variants/skip.hpp"})},
      {"wait", chain_of({"variants/wait.hpp"})},
      {"items-v2", chain_of({"variants/items.hpp", "variants/items_v2.hpp"})},
      {"items-v3", chain_of({"variants/items.hpp", "variants/items_v3.hpp"})},
      {"blocks-v5", chain_of({"variants/blocks.hpp", "variants/blocks_v5.hpp"})},
      {"blocks-v11", chain_of({"variants/blocks.hpp", "variants/blocks_v11.hpp"})},
      {"xarray-rfc", chain_of({"xarray.hpp", "variants/xarray_base.hpp"})},
      {"xarray-v1", chain_of({"xarray.hpp", "variants/xarray_base.hpp", "variants/xarray_v1.hpp"})},
      {"xarray", chain_of({"xarray.hpp", "variants/xarray_base.hpp", "variants/xarray_v1.hpp",
                           "variants/xarray.hpp"})},
      {"xarray-fixed",
       chain_of({"xarray.hpp", "variants/xarray_base.hpp", "variants/xarray_v1.hpp",
                 "variants/xarray.hpp", "variants/ring_fix.hpp", "variants/xarray_fixed.hpp"})}};
  EXPECT_EQ(chains.size(), 15u);
  for (const auto& [variant, chain] : chains) {
    std::set<std::string> seen;
    const auto sites = sites_of(chain);
    EXPECT_GT(sites.size(), 60u) << variant << ": were they found at all?";
    for (const auto& site : sites)
      EXPECT_TRUE(seen.insert(site).second) << variant << ": two places are called " << site;
  }
}

// The reader above must see what it is there to see.
TEST(Sites, TheReaderFindsTheKnownOnes) {
  const auto put = functions_of("page_pool_put.hpp");
  ASSERT_TRUE(put.contains("sync_for_device"));
  EXPECT_EQ(put.at("sync_for_device"), std::vector<std::string>{"sync: read dma_addr"});
  const auto xarray = functions_of("variants/xarray_fixed.hpp");
  EXPECT_EQ(xarray.at("release_dma"),
            (std::vector<std::string>{"release: read dma_map", "release: clear dma_addr",
                                      "release: read pp_magic", "release: clear index"}));
}

}  // namespace
}  // namespace poolrace::pool
