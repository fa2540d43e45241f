// SPDX-License-Identifier: MIT
#include "models/traffic/pcapng_blocks.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace poolrace::models {
namespace {

constexpr std::uint32_t section_header = 0x0a0d0d0a, interface_description = 1, simple_packet = 3;
constexpr std::uint32_t header_bytes = 8, frame_bytes = 12;  // type and length; and length again
constexpr std::uint32_t options_max_bytes = 65'536;          // of an interface, comments and all
constexpr std::size_t options_at = 8;                        // behind link type and snap length
constexpr std::uint64_t option_fcs_length = 13;

// A number of n bytes at `at`, which is within.
std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t n, bool big) {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < n; ++i)
    out = out << 8 | static_cast<unsigned char>(bytes[at + (big ? i : n - 1 - i)]);
  return out;
}

bool keeps_fcs(std::string_view body, bool big) {
  for (std::size_t at = options_at; at + 4 <= body.size();) {
    const std::uint64_t code = number(body, at, 2, big), length = number(body, at + 2, 2, big);
    if (code == 0) return false;
    if (code == option_fcs_length && length >= 1 && at + 4 < body.size()) return body[at + 4] != 0;
    at += 4 + (length + 3) / 4 * 4;
  }
  return false;
}

std::string read(std::FILE* file, std::size_t n) {
  std::string out(n, '\0');
  out.resize(std::fread(out.data(), 1, n, file));
  return out;
}

void look(std::FILE* file, PcapngFacts& facts) {
  bool big = false;
  for (std::int64_t block = 1;; ++block) {
    const std::string head = read(file, header_bytes);
    if (head.size() < header_bytes) return;
    const std::uint64_t type = number(head, 0, 4, big);
    std::uint64_t seen = header_bytes;
    if (type == section_header) {  // the same in either order
      const std::string magic = read(file, 4);
      if (magic.size() < 4) return;
      big = number(magic, 0, 4, true) == 0x1a2b3c4d;
      seen += magic.size();
    } else if (block == 1) {
      return;
    }
    const std::uint64_t length = number(head, 4, 4, big);
    if (length < frame_bytes || length % 4 != 0 || length < seen + 4) return;
    if (type == simple_packet && facts.simple_packet == 0) facts.simple_packet = block;
    if (type == interface_description) {
      const auto want = std::min<std::uint64_t>(length - frame_bytes, options_max_bytes);
      const std::string body = read(file, want);
      if (body.size() < want) return;
      (keeps_fcs(body, big) ? facts.with_fcs : facts.without_fcs) = true;
      seen += want;
    }
    if (::fseeko(file, static_cast<off_t>(length - seen), SEEK_CUR) != 0) return;
  }
}

}  // namespace

PcapngFacts pcapng_facts(std::FILE* file) {
  PcapngFacts facts;
  std::rewind(file);
  look(file, facts);
  std::rewind(file);
  return facts;
}

}  // namespace poolrace::models
