// SPDX-License-Identifier: MIT
#include "experiments/explain/log_lines.hpp"

#include <algorithm>

#include "sim/errors.hpp"

namespace poolrace::experiments {

namespace {

constexpr std::size_t block_bytes = 65'536;
constexpr std::size_t line_max_bytes = 4096;
constexpr std::int64_t log_max_bytes = 256 << 20, log_max_lines = 10'000'000;

constexpr const char* give_less =
    "give the part around the message (journalctl -k -b -1, or grep -C 60)";

struct Magic {
  std::string_view begins;
  const char* what;
};

using std::string_view_literals::operator""sv;

// What people have beside a log, or hold for one, and how it becomes one.
constexpr Magic magics[] = {
    {"\xff\xfe\0\0"sv, "is UTF-32, not text in UTF-8 (iconv -f UTF-32 -t UTF-8 converts it)"},
    {"\0\0\xfe\xff"sv, "is UTF-32, not text in UTF-8 (iconv -f UTF-32 -t UTF-8 converts it)"},
    {"\xff\xfe"sv, "is UTF-16, not text in UTF-8 (iconv -f UTF-16 -t UTF-8 converts it)"},
    {"\xfe\xff"sv, "is UTF-16, not text in UTF-8 (iconv -f UTF-16 -t UTF-8 converts it)"},
    {"\x1f\x8b"sv, "is compressed by gzip (zcat FILE | poolrace explain)"},
    {"\xfd\x37zXZ\0"sv, "is compressed by xz (xzcat FILE | poolrace explain)"},
    {"\x28\xb5\x2f\xfd"sv, "is compressed by zstd (zstdcat FILE | poolrace explain)"},
    {"BZh"sv, "is compressed by bzip2 (bzcat FILE | poolrace explain)"},
    {"PK\x03\x04"sv, "is a zip archive (unzip -p FILE | poolrace explain)"},
    {"LPKSHHRH"sv, "is a journal (journalctl -k --file FILE | poolrace explain)"},
    {"KDUMP   "sv, "is a memory dump (makedumpfile --dump-dmesg FILE LOG writes its log)"},
    {"\x7f"
     "ELF"sv,
     "is an ELF file; of a vmcore, makedumpfile --dump-dmesg FILE LOG writes the log"},
    {"\x89PNG"sv, "is an image, not a log"},
    {"\xff\xd8\xff"sv, "is an image, not a log"},
    {"%PDF"sv, "is a PDF, not a log"},
};

bool is_junk(char c) {
  const auto code = static_cast<unsigned char>(c);
  return (code < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\x1b' && c != '\b' &&
          c != '\f') ||
         code == 0x7f;
}

// Every other byte is NUL: ASCII in UTF-16.
bool is_wide(std::string_view block) {
  std::size_t nul[2] = {0, 0};
  const std::string_view head = block.substr(0, 512);
  for (std::size_t i = 0; i < head.size(); ++i) nul[i % 2] += head[i] == '\0';
  const std::size_t most = std::max(nul[0], nul[1]), least = std::min(nul[0], nul[1]);
  return head.size() >= 4 && most * 4 > head.size() && least * 8 < head.size();
}

}  // namespace

void LogLines::fail(const std::string& text) const {
  throw ConfigError("poolrace explain: " + name_ + " " + text);
}

// The first block decides what this is; a later one may still turn out to be no text.
void LogLines::check_text(std::string_view block) const {
  if (bytes_ == 0) {
    for (const Magic& magic : magics)
      if (block.starts_with(magic.begins)) fail(magic.what);
    if (is_wide(block))
      fail("is UTF-16, not text in UTF-8 (iconv -f UTF-16LE -t UTF-8 converts it)");
  }
  const auto nul = static_cast<std::size_t>(std::count(block.begin(), block.end(), '\0'));
  if (bytes_ == 0 && nul == block.size()) fail("holds nothing but NUL bytes");
  const auto junk = static_cast<std::size_t>(std::count_if(block.begin(), block.end(), is_junk));
  if ((junk - nul) * 20 > block.size()) fail("is binary, not a log in text");
}

bool LogLines::fill() {
  block_.resize(block_bytes);
  in_.read(block_.data(), static_cast<std::streamsize>(block_.size()));
  size_ = static_cast<std::size_t>(in_.gcount());
  at_ = 0;
  if (in_.bad()) fail("cannot be read to its end");
  if (size_ == 0) return false;
  check_text({block_.data(), size_});
  if (bytes_ == 0 && std::string_view(block_.data(), size_).starts_with("\xef\xbb\xbf")) at_ = 3;
  bytes_ += static_cast<std::int64_t>(size_);
  if (bytes_ > log_max_bytes) fail("has more than 256 MiB: " + std::string(give_less));
  return true;
}

// A carriage return ends a line too (of a serial console, "\r\r\n" is one end), but only newlines
// are counted.
bool LogLines::next(std::string& line) {
  line.clear();
  number_ = newlines_ + 1;
  if (number_ > log_max_lines) fail("has more than 10 million lines: " + std::string(give_less));
  bool any = false;
  while (at_ < size_ || fill()) {
    const std::string_view rest(block_.data() + at_, size_ - at_);
    const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
    any = true;
    line += rest.substr(0, std::min(end, line_max_bytes - line.size()));
    at_ += end;
    if (end == rest.size()) continue;
    newlines_ += block_[at_++] == '\n';
    break;
  }
  std::erase(line, '\0');
  if (any) line = without_colours(line);
  return any;
}

std::string without_colours(std::string_view line) {
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\x1b' && i + 1 < line.size() && line[i + 1] == '[') {
      i += 2;
      while (i < line.size() && (line[i] < '@' || line[i] > '~')) ++i;
    } else {
      out += static_cast<unsigned char>(line[i]) < 0x20 ? ' ' : line[i];
    }
  }
  return out;
}

}  // namespace poolrace::experiments
