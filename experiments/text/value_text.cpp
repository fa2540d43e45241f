// SPDX-License-Identifier: MIT
#include "experiments/text/value_text.hpp"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "models/address_sites.hpp"

namespace poolrace::experiments {

namespace {

// Steps that read, write or take an address or a signature, which people know in hex.
bool in_hex(std::string_view site) {
  constexpr std::string_view words[] = {"dma_addr", "pp_magic"};
  return std::any_of(std::begin(words), std::end(words),
                     [&](auto word) { return site.find(word) != site.npos; }) ||
         std::any_of(std::begin(models::address_sites), std::end(models::address_sites),
                     [&](const sim::Site& one) { return site == one.text(); });
}

}  // namespace

std::string value_text(std::string_view site, std::uint64_t value) {
  constexpr std::uint64_t largest = 0xffff'ffff;
  if (value > ~largest) return "-" + std::to_string(0 - value);
  if (value <= largest && !in_hex(site)) return std::to_string(value);
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

}  // namespace poolrace::experiments
