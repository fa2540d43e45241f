// SPDX-License-Identifier: MIT
#include "pool/linux/site_table.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "pool/linux/process.hpp"
#include "pool/linux/tree.hpp"

namespace poolrace::pool::linux_tree {

namespace {

// The address behind each call: what a hook finds as its return address.
std::vector<std::uint64_t> return_addresses(const std::string& folder) {
  const Ran ran = run({"objdump", "-d", "--no-show-raw-insn", "pool.so"}, folder);
  if (!ran.good())
    throw TreeError("objdump (of binutils) cannot be run, which finds the lines of a tree's pool");
  std::vector<std::uint64_t> out;
  std::istringstream in(ran.out);
  bool called = false;
  for (std::string line; std::getline(in, line);) {
    const std::size_t colon = line.find(":\t");
    if (colon == std::string::npos) continue;
    const std::uint64_t address = std::strtoull(line.c_str(), nullptr, 16);
    if (called) out.push_back(address);
    const std::string what = line.substr(colon + 2, 4);
    called = what == "call" || what.starts_with("bl ") || what.starts_with("bl\t") ||
             what.starts_with("blr");
  }
  return out;
}

std::string hex(std::uint64_t value) {
  char text[19];
  const auto end = std::to_chars(text, text + sizeof text, value, 16).ptr;
  return "0x" + std::string(text, end);
}

// As the tree calls it, wherever it was compiled.
std::string in_tree(const std::string& path) {
  for (const char* below : {"/tree/", "/shim/", "/gen/"})
    if (const std::size_t at = path.rfind(below); at != std::string::npos)
      return path.substr(at + 1);
  return path.starts_with("tree/") ? path : path.substr(path.rfind('/') + 1);
}

// A line an address: it, then functions and places in turn, with tabs between.
std::string lines_of(const std::string& folder, const std::vector<std::uint64_t>& addresses) {
  std::string asked;
  for (const std::uint64_t address : addresses) asked += hex(address - 1) + "\n";
  const Ran ran = run({"addr2line", "-a", "-i", "-f", "-e", "pool.so"}, folder, asked);
  if (!ran.good())
    throw TreeError("addr2line (of binutils) cannot be run, which finds a tree's lines");
  std::string out;
  std::istringstream in(ran.out);
  std::string function, place;
  while (std::getline(in, function)) {
    if (function.starts_with("0x")) {
      out += (out.empty() ? "" : "\n") + hex(std::strtoull(function.c_str(), nullptr, 16) + 1);
      continue;
    }
    if (!std::getline(in, place)) break;
    place.resize(std::min(place.size(), place.find(" (disc")));
    out += "\t" + function + "\t" + in_tree(place);
  }
  return out + "\n";
}

// The address goes before.
Chain read_chain(std::istringstream& fields) {
  Chain chain;
  std::string function, place;
  while (std::getline(fields, function, '\t') && std::getline(fields, place, '\t')) {
    const std::size_t colon = place.rfind(':');
    chain.push_back({function, place.substr(0, colon),
                     colon == std::string::npos ? 0 : std::atoi(place.c_str() + colon + 1)});
  }
  return chain;
}

}  // namespace

std::string make_site_table(const std::string& folder) {
  return lines_of(folder, return_addresses(folder));
}

Chain line_at(const std::string& folder, std::uint64_t offset) try {
  std::istringstream fields(lines_of(folder, {offset + 1}));
  std::string address;
  std::getline(fields, address, '\t');
  return read_chain(fields);
} catch (const TreeError&) {
  return {};
}

SiteTable::SiteTable(const std::string& folder) {
  std::ifstream in(folder + "/sites");
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields(line);
    std::string address;
    std::getline(fields, address, '\t');
    chains_[std::strtoull(address.c_str(), nullptr, 16)] = read_chain(fields);
  }
}

const Chain* SiteTable::find(std::uint64_t return_offset) const {
  const auto it = chains_.find(return_offset);
  return it == chains_.end() ? nullptr : &it->second;
}

Where where_of(const Chain& chain) {
  const auto theirs =
      std::find_if(chain.begin(), chain.end(), [](const SourceLine& at) { return !at.ours(); });
  if (theirs == chain.end()) return {"the caller", ""};
  // A helper of a header says little: who called it is said, too.
  const auto in_source = std::find_if(theirs, chain.end(), [](const SourceLine& at) {
    return at.file.ends_with(".c") && !at.ours();
  });
  const auto& said = in_source == chain.end() ? *theirs : *in_source;
  std::string function = theirs->function;
  if (said.function != function) function += " in " + said.function;
  return {theirs->file.substr(theirs->file.rfind('/') + 1) + ":" + std::to_string(theirs->line),
          function};
}

}  // namespace poolrace::pool::linux_tree
