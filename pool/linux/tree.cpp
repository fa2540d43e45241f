// SPDX-License-Identifier: MIT
#include "pool/linux/tree.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <regex>
#include <sstream>

#include "pool/linux/process.hpp"

namespace poolrace::pool::linux_tree {

namespace fs = std::filesystem;

namespace {

constexpr const char* pool_file = "net/core/page_pool.c";
constexpr std::string_view quoted = "%@,;#\n";

[[noreturn]] void fail(const Source& source, const std::string& what) {
  throw TreeError("linux:" + source.text() + ": " + what);
}

std::optional<std::string> content_of(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return in ? std::optional(std::move(text).str()) : std::nullopt;
}

// One file of the tree, or nothing.
std::optional<std::string> read_file(const Source& source, const std::string& name) {
  if (source.ref.empty()) return content_of(fs::path(source.path) / name);
  Ran ran = run({"git", "-C", source.path, "show", source.ref + ":" + name});
  if (!ran.good()) return std::nullopt;
  return std::move(ran.out);
}

void check(const Source& source) {
  std::error_code error;
  if (!fs::is_directory(source.path, error))
    fail(source, "there is no such directory (of a kernel tree, or of a git repository of one)");
  if (source.ref.empty()) return;
  if (source.ref.front() == '-') fail(source, "a git ref does not begin with '-'");
  const Ran known =
      run({"git", "-C", source.path, "rev-parse", "--verify", "--quiet", source.ref + "^{tree}"});
  if (known.status == -1) fail(source, "git cannot be run, which a ref needs");
  if (!known.good()) fail(source, "git knows no ref '" + source.ref + "' there");
}

// Where an include leads if it is one that is taken: all else is the shim's.
std::optional<std::string> taken_path(const std::string& include) {
  static const std::regex headers(
      R"(net/page_pool\.h|net/page_pool/\w+\.h|net/netmem\.h|linux/(ptr_ring|xarray|poison)\.h)");
  static const std::regex beside(R"(page_pool_priv\.h|netmem_priv\.h|mp_dmabuf_devmem\.h)");
  if (std::regex_match(include, headers)) return "include/" + include;
  if (std::regex_match(include, beside)) return "net/core/" + include;
  return std::nullopt;
}

std::vector<std::string> includes_of(const std::string& text) {
  static const std::regex line(R"re((?:^|\n)[ \t]*#[ \t]*include[ \t]*[<"]([^>"\n]+)[>"])re");
  std::vector<std::string> out;
  for (std::sregex_iterator it(text.begin(), text.end(), line), end; it != end; ++it)
    out.push_back((*it)[1]);
  return out;
}

void take(Tree& tree, const std::string& name) {
  if (tree.files.contains(name)) return;
  const std::optional<std::string> text = read_file(tree.source, name);
  if (!text) return;
  tree.files[name] = *text;
  for (const std::string& include : includes_of(*text)) {
    const std::optional<std::string> path = taken_path(include);
    if (path) take(tree, *path);
    if (!path || !tree.files.contains(*path)) tree.left.insert(include);
    if (include == "linux/xarray.h") take(tree, "lib/xarray.c");
  }
}

int nesting(const std::string& line) {
  static const std::regex opens(R"(\s*#\s*if.*)"), closes(R"(\s*#\s*endif.*)");
  return std::regex_match(line, opens) ? 1 : std::regex_match(line, closes) ? -1 : 0;
}

// From the first macro of the pool's to the end of the last conditional that names one.
std::string page_macros(const std::string& header) {
  std::vector<std::string> lines;
  std::istringstream in(header);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  static const std::regex first(R"(\s*#\s*define\s+PP_\w+.*)");
  const auto names_one = [](const std::string& line) {
    return line.find("PP_") != std::string::npos ||
           line.find("page_pool_page_is_pp") != std::string::npos;
  };
  const auto begin = std::find_if(lines.begin(), lines.end(),
                                  [](const auto& line) { return std::regex_match(line, first); });
  if (begin == lines.end()) return "";
  const auto last = std::find_if(lines.rbegin(), lines.rend(), names_one).base() - 1;
  std::string out;
  int depth = 0;
  for (auto it = begin; it != lines.end() && (it <= last || depth > 0); ++it) {
    depth += nesting(*it);
    if (depth < 0) break;
    out += *it + "\n";
  }
  return out;
}

void probe(Tree& tree) {
  std::string all;
  for (const auto& [name, text] : tree.files) all += text;
  const std::string& pool = tree.files.at(pool_file);
  const auto said = [&tree](const char* feature, bool has) {
    if (has) tree.features.insert(feature);
  };
  const auto in_all = [&all](const char* pattern) {
    return std::regex_search(all, std::regex(pattern));
  };
  said("TYPES_HEADER", tree.files.contains("include/net/page_pool/types.h"));
  said("PRIV_HEADER", tree.files.contains("net/core/page_pool_priv.h"));
  said("XARRAY", tree.files.contains("lib/xarray.c"));
  said("NAPI", in_all(R"(struct\s+napi_struct\s*\*\s*napi\s*;)"));
  said("NETMEM_BULK", in_all(R"(\bpage_pool_put_netmem_bulk\b)"));
  said("NETMEM_BULK_OF_POOL", in_all(R"(\bpage_pool_put_netmem_bulk\s*\(\s*struct\s+page_pool)"));
  said("NETMEM_IS_PP", in_all(R"(\bnetmem_is_pp\s*\()"));
  said("SPINS", std::regex_search(pool, std::regex(R"(\bcpu_relax\s*\()")));
  said("UNREF", in_all(R"(\bpage_pool_unref_page\b)"));
  said("RETURN_SKB_PAGE", pool.find("page_pool_return_skb_page") != std::string::npos);
  said("PAGE_IS_PP", (all + tree.page_macros).find("page_pool_page_is_pp") != std::string::npos);
  said("DMA_SYNC_BIT", in_all(R"(\bdma_sync\s*:\s*1)"));
  said("NETMEM", in_all(R"(\bnetmem_ref\b)"));
  static const std::regex trace(R"(\btrace_\w+(?=\())");
  std::set<std::string> traces;
  for (std::sregex_iterator it(all.begin(), all.end(), trace), end; it != end; ++it)
    traces.insert(it->str());
  tree.traces.assign(traces.begin(), traces.end());
}

std::string quote(const std::string& text) {
  static constexpr const char* digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (quoted.find(c) == std::string_view::npos)
      out += c;
    else
      out += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return out;
}

std::string unquote(std::string_view text) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'                 ? c - '0'
           : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                : -1;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size() || digit(text[i + 1]) < 0 || digit(text[i + 2]) < 0)
      throw TreeError("linux:" + std::string(text) +
                      ": '%' is followed by two hexadecimal digits: %25 stands for itself");
    out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
    i += 2;
  }
  return out;
}

// Where a statistic of the ring is counted: by the next unlock of its function, if there is one.
std::string place_of_statistic(const std::string& pool, const char* macro, const std::string& of) {
  const std::regex counted(std::string(macro) + R"(\(\s*\w+\s*,\s*ring\s*[,)])");
  std::string out;
  for (std::sregex_iterator it(pool.begin(), pool.end(), counted), end; it != end; ++it) {
    const auto at = static_cast<std::size_t>(it->position());
    const bool inside = pool.find("producer_unlock(", at) < pool.find("\n}", at);
    out = "the statistic of " + of + " is counted " +
          (inside ? "inside the producer lock" : "after the unlock");
  }
  return out;
}

}  // namespace

std::string Source::text() const {
  return quote(path) + (ref.empty() ? "" : "@" + quote(ref));
}

Source parse_source(std::string_view text) {
  const std::size_t at = text.rfind('@');
  Source source;
  source.path = unquote(text.substr(0, at));
  if (at != std::string_view::npos) source.ref = unquote(text.substr(at + 1));
  if (source.path.empty()) throw TreeError("linux:: a directory is missing, as in linux:PATH@REF");
  if (at != std::string_view::npos && source.ref.empty())
    fail(source, "behind '@' stands a git ref (%40 is an '@' of the path)");
  source.path = fs::absolute(source.path).lexically_normal().string();
  if (source.path.size() > 1 && source.path.back() == '/') source.path.pop_back();
  return source;
}

Tree read_tree(const Source& source) {
  check(source);
  Tree tree;
  tree.source = source;
  take(tree, pool_file);
  if (!tree.files.contains(pool_file))
    fail(source, std::string("has no ") + pool_file + ": not a kernel tree, or one before v4.18");
  take(tree, "include/linux/poison.h");
  tree.page_macros = page_macros(read_file(source, "include/linux/mm.h").value_or(""));
  probe(tree);
  return tree;
}

std::vector<std::string> traits(const Tree& tree) {
  std::vector<std::string> out;
  const auto say = [&](bool is, const char* yes, const char* no) {
    out.emplace_back(is ? yes : no);
  };
  const std::string& pool = tree.files.at(pool_file);
  const auto in_pool = [&pool](const char* pattern) {
    return std::regex_search(pool, std::regex(pattern));
  };
  say(in_pool(R"(xa_for_each\s*\(&pool->dma_mapped)"),
      "destroy unmaps what is in flight (tracked in an xarray)",
      "destroy unmaps nothing that is in flight");
  say(in_pool(R"(page_pool_producer_lock\([^;]*\);\s*page_pool_producer_unlock)"),
      "ring barrier: a release waits for producers", "no ring barrier");
  for (const auto& [macro, of] :
       {std::pair{"recycle_stat_inc", "a put"}, std::pair{"recycle_stat_add", "a bulk put"}})
    if (const std::string place = place_of_statistic(pool, macro, of); !place.empty())
      out.push_back(place);
  say(tree.has("NETMEM"), "netmem_ref", "struct page");
  say(tree.has("NETMEM_BULK") && !tree.has("NETMEM_BULK_OF_POOL"), "a bulk may mix pools",
      "a bulk is of one pool");
  return out;
}

}  // namespace poolrace::pool::linux_tree
