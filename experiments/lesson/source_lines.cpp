// SPDX-License-Identifier: MIT
#include "experiments/lesson/source_lines.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <vector>

#include "models/linux/variant.hpp"

namespace poolrace::experiments {

namespace {

using Json = nlohmann::ordered_json;
constexpr int around = 3;  // lines before and after

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

}  // namespace

Json source_lines(const std::string& variant, const Json& sites) {
  static const std::regex place(R"(^(\S+\.[ch]):(\d+) )");
  std::map<std::string, std::set<int>> wanted;
  for (const Json& site : sites) {
    const auto text = site.get<std::string>();
    std::smatch at;
    if (!std::regex_search(text, at, place)) continue;
    const int line = std::stoi(at[2]);
    for (int n = line - around; n <= line + around; ++n) wanted[at[1]].insert(n);
  }
  const auto files = models::linux_tree::source_files(variant);
  Json out = Json::object();
  for (const auto& [name, numbers] : wanted) {
    const auto file = files.find(name);
    if (file == files.end()) continue;
    const std::vector<std::string> lines = lines_of(file->second);
    for (const int n : numbers)
      if (n >= 1 && n <= static_cast<int>(lines.size()))
        out[name][std::to_string(n)] = lines[static_cast<std::size_t>(n) - 1];
  }
  return out;
}

}  // namespace poolrace::experiments
