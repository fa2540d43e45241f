// SPDX-License-Identifier: MIT
#include "sim/settings/input_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "sim/errors.hpp"

namespace poolrace::sim {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t head_bytes = 64;
constexpr std::size_t text_bytes_max = std::size_t{16} << 20;

struct Kind {
  std::string_view begin;
  const char* name;
};
constexpr Kind kinds[] = {
    {"\x1f\x8b"sv, "gzip (gunzip unpacks it)"},
    {"\x28\xb5\x2f\xfd"sv, "zstd (unzstd unpacks it)"},
    {"\xfd"
     "7zXZ\0"sv,
     "xz (unxz unpacks it)"},
    {"BZh"sv, "bzip2 (bunzip2 unpacks it)"},
    {"\x04\x22\x4d\x18"sv, "lz4 (unlz4 unpacks it)"},
    {"PK\3\4"sv, "a zip archive, or a table of an office program (export it as CSV)"},
    {"\xd0\xcf\x11\xe0"sv, "a file of an office program (export it as CSV)"},
    {"7z\xbc\xaf\x27\x1c"sv, "a 7z archive"},
    {"\xff\xfe\0\0"sv, "text in UTF-32 (save it as UTF-8)"},
    {"\0\0\xfe\xff"sv, "text in UTF-32 (save it as UTF-8)"},
    {"\xff\xfe"sv, "text in UTF-16 (save it as UTF-8)"},
    {"\xfe\xff"sv, "text in UTF-16 (save it as UTF-8)"},
    {"SQLite format 3\0"sv, "an SQLite database"},
    {"\x7f"
     "ELF"sv,
     "a program (ELF)"},
    {"%PDF"sv, "a PDF"},
    {"\x89PNG"sv, "an image (PNG)"},
    {"\xff\xd8\xff"sv, "an image (JPEG)"},
    {"GIF8"sv, "an image (GIF)"},
    {"PERFILE2"sv, "a recording of perf (perf script prints it)"},
    {"\x17\x08\x44tracing"sv, "a recording of trace-cmd (trace-cmd report prints it)"},
    {"snoop\0"sv, "a capture of snoop (tshark -F pcap converts it)"},
    {"\x89HDF\r\n"sv, "HDF5"},
    {"PAR1"sv, "Parquet"},
    {"\xd4\xc3\xb2\xa1"sv, "a pcap capture"},
    {"\xa1\xb2\xc3\xd4"sv, "a pcap capture"},
    {"\x4d\x3c\xb2\xa1"sv, "a pcap capture"},
    {"\xa1\xb2\x3c\x4d"sv, "a pcap capture"},
    {"\x34\xcd\xb2\xa1"sv, "a pcap capture"},
    {"\xa1\xb2\xcd\x34"sv, "a pcap capture"},
    {"\x0a\x0d\x0d\x0a"sv, "a pcapng capture"},
};

[[noreturn]] void fail_errno(const std::string& label) {
  throw ConfigError(label + ": cannot be read (" + std::strerror(errno) + ")");
}

const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a pipe, which can be read once only (save what it says in a file)";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

}  // namespace

File open_input(const std::string& path, const std::string& label) {
  if (path.find('\0') != std::string::npos)
    throw ConfigError(label + ": no name of a file has \\0");
  // Without O_NONBLOCK a pipe that nobody writes into would hold us up.
  const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (fd < 0 && errno == ENXIO)
    throw ConfigError(label + ": is a socket or a device; allowed: a regular file");
  if (fd < 0) fail_errno(label);
  File file(::fdopen(fd, "rb"));
  struct stat status {};
  if (!file || ::fstat(fd, &status) != 0) fail_errno(label);
  if (!S_ISREG(status.st_mode))
    throw ConfigError(label + ": is " + kind_of(status.st_mode) + "; allowed: a regular file");
  return file;
}

File file_of(std::string_view bytes) {
  // It reads only; fmemopen asks for a pointer to what it could write to.
  File file(bytes.empty() ? std::fopen("/dev/null", "rb")
                          : ::fmemopen(const_cast<char*>(bytes.data()), bytes.size(), "rb"));
  check(file != nullptr, "memory can be read as a file");
  return file;
}

std::string head_of(std::FILE* file) {
  std::array<char, head_bytes> bytes;
  const std::size_t got = std::fread(bytes.data(), 1, bytes.size(), file);
  std::rewind(file);
  return {bytes.data(), got};
}

std::string foreign_kind(std::string_view head) {
  for (const Kind& kind : kinds)
    if (head.starts_with(kind.begin)) return kind.name;
  // UTF-16 without its mark: every other byte of plain text is 0.
  if (head.size() >= 4 && (head.substr(0, 4).find('\0') != std::string_view::npos)) {
    const bool low = head[1] == 0 && head[3] == 0 && head[0] != 0 && head[2] != 0;
    const bool high = head[0] == 0 && head[2] == 0 && head[1] != 0 && head[3] != 0;
    return low || high ? "text in UTF-16 (save it as UTF-8)" : "no text (its bytes are 0)";
  }
  return "";
}

std::string read_text(const std::string& path, const std::string& label) {
  const File file = open_input(path, label);
  const std::string foreign = foreign_kind(head_of(file.get()));
  if (!foreign.empty()) throw ConfigError(label + ": is " + foreign + "; allowed: text in UTF-8");
  std::string text;
  std::array<char, 65536> buffer;
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    text.append(buffer.data(), got);
    if (text.size() > text_bytes_max)
      throw ConfigError(label + ": is over 16 MiB; allowed: up to that much");
  }
  if (std::ferror(file.get())) fail_errno(label);
  return text;
}

}  // namespace poolrace::sim
