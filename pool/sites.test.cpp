// SPDX-License-Identifier: MIT
// Within a variant every visible step has a site of its own, so that a trace, a schedule or
// --stall names one place.  Read from the sources of pool/: the string literals given to words,
// locks and grace periods, function by function; what a variant overrides does not count twice.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "models/memory/pages.hpp"
#include "pool/native/platform.hpp"
#include "pool/variant.hpp"
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

// The files below pool/ that a file includes, each behind those that it includes itself.
void append_chain(std::vector<std::string>& chain, const std::string& file) {
  if (std::find(chain.begin(), chain.end(), file) != chain.end()) return;
  static const std::regex include(R"re(#include "pool/([^"]+)")re");
  const std::string text = text_of(file);
  if (file != "page_pool.hpp")  // its halves include it in turn: they come with it
    for (std::sregex_iterator it(text.begin(), text.end(), include), end; it != end; ++it)
      append_chain(chain, (*it)[1]);
  else
    chain.insert(chain.end(), {"ptr_ring.hpp", "page_pool_alloc.hpp", "page_pool_destroy.hpp",
                               "page_pool_fragments.hpp", "page_pool_put.hpp"});
  chain.push_back(file);
}

// Of the file in variants/ whose info has that name.
std::vector<std::string> chain_of(const std::string& variant) {
  const std::string folder = std::string(POOLRACE_SOURCE_DIR) + "/pool/variants";
  std::vector<std::string> chain;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string file = "variants/" + entry.path().filename().string();
    if (text_of(file).find(".name = \"" + variant + "\"") != std::string::npos)
      append_chain(chain, file);
  }
  return chain;
}

TEST(Sites, AreUniqueWithinAVariant) {
  using native::NativePlatform;
  std::vector<VariantInfo> all;
  for (const auto infos : {variant_infos<NativePlatform>(), teaching_infos<NativePlatform>()})
    all.insert(all.end(), infos.begin(), infos.end());
  for (const VariantInfo& variant : all) {
    SCOPED_TRACE(variant.name);
    std::set<std::string> seen;
    const auto sites = sites_of(chain_of(variant.name));
    EXPECT_GT(sites.size(), 60u) << "were they found at all?";
    for (const auto& site : sites)
      EXPECT_TRUE(seen.insert(site).second) << "two places are called " << site;
  }
}

template <class Word>
concept HasADefaultKind = requires(Word& word) {
  word.read("site");
}
|| requires(Word& word) {
  word.write("site", 1);
}
|| requires(Word& word) {
  word.add_return("site", 1);
}
|| requires(Word& word) {
  word.cmpxchg("site", 0, 1);
};

TEST(Sites, WithoutAKindDoNotCompile) {
  EXPECT_FALSE(HasADefaultKind<native::Word<int>>);
  EXPECT_FALSE(HasADefaultKind<models::Word<int>>);
  EXPECT_FALSE(HasADefaultKind<models::PageWord<std::uint64_t>>);
}

TEST(Sites, AChainBeginsAtTheBaseAndEndsAtTheVariant) {
  const auto chain = chain_of("xarray-fixed");
  const auto at = [&chain](const char* file) {
    return std::find(chain.begin(), chain.end(), file) - chain.begin();
  };
  EXPECT_LT(at("page_pool_put.hpp"), at("page_pool.hpp"));
  EXPECT_LT(at("page_pool.hpp"), at("variants/xarray_base.hpp"));
  EXPECT_LT(at("xarray.hpp"), at("variants/xarray_base.hpp"));
  EXPECT_LT(at("variants/xarray_base.hpp"), at("variants/xarray.hpp"));
  EXPECT_LT(at("variants/ring_fix.hpp"), at("variants/xarray_fixed.hpp"));
  EXPECT_EQ(chain.back(), "variants/xarray_fixed.hpp");
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
