// SPDX-License-Identifier: MIT
#include "sim/site.hpp"

#include <set>
#include <string>

namespace poolrace::sim {

// Which texts are there says nothing of the order in which they came: an id is the text's own.
Site Site::interned(std::string_view text) {
  static std::set<std::string, std::less<>> texts;
  auto it = texts.find(text);
  if (it == texts.end()) it = texts.emplace(text).first;
  return Site(it->c_str(), fnv1a_32(*it));
}

}  // namespace poolrace::sim
