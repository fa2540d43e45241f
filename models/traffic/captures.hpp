// SPDX-License-Identifier: MIT
// Captures made byte by byte, for tests: what libpcap's own writer never makes (the other byte order,
// a clock of its own, half a frame) must be read too.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace poolrace::models {

struct CapturedFrame {
  std::uint64_t ns;  // since 1970
  std::uint32_t bytes, kept;
};

class Bytes {
 public:
  explicit Bytes(bool big_endian = false) : big_(big_endian) {}
  Bytes& u16(std::uint64_t x) { return number(x, 2); }
  Bytes& u32(std::uint64_t x) { return number(x, 4); }
  Bytes& zeros(std::size_t n) {
    text_.append(n, '\0');
    return *this;
  }
  Bytes& add(const Bytes& other) { return add(other.text_); }
  Bytes& add(const std::string& other) {
    text_ += other;
    return *this;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  Bytes& number(std::uint64_t x, int n) {
    for (int i = 0; i < n; ++i) text_ += static_cast<char>(x >> 8 * (big_ ? n - 1 - i : i));
    return *this;
  }
  bool big_;
  std::string text_;
};

inline std::string pcap_of(const std::vector<CapturedFrame>& frames, bool nanoseconds = false,
                           bool big_endian = false, std::uint32_t link_type = 1) {
  Bytes out(big_endian);
  out.u32(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4).u16(2).u16(4).zeros(8).u32(262144).u32(link_type);
  for (const CapturedFrame& f : frames)
    out.u32(f.ns / 1'000'000'000)
        .u32(f.ns % 1'000'000'000 / (nanoseconds ? 1 : 1000))
        .u32(f.kept)
        .u32(f.bytes)
        .zeros(f.kept);
  return out.text();
}

// A block of pcapng around its body: type and length before it, length behind it.
inline void add_block(Bytes& out, std::uint32_t type, const Bytes& body) {
  const std::size_t padding = (4 - body.text().size() % 4) % 4,
                    length = body.text().size() + padding + 12;
  out.u32(type).u32(length).add(body).zeros(padding).u32(length);
}

struct PcapngInterface {
  std::uint32_t link_type = 1, snap_length = 262144;
  int fcs_length = -1;  // if_fcslen; -1: not there
};

// The block of an interface; `resolution` is the exponent of 10 that its clock counts in.
inline void add_interface(Bytes& out, const PcapngInterface& of, int resolution, bool big_endian) {
  Bytes body(big_endian);
  body.u16(of.link_type).u16(0).u32(of.snap_length);
  const auto option = [&](int code, int value) {  // of one byte, and padded
    body.u16(static_cast<std::uint64_t>(code)).u16(1);
    body.add(Bytes().u32(static_cast<std::uint64_t>(value)));
  };
  option(9, resolution);  // if_tsresol
  if (of.fcs_length >= 0) option(13, of.fcs_length);
  body.u32(0);
  add_block(out, 1, body);
}

// `resolution`: 6 or 9.  All frames are of the first of `interfaces`.
inline std::string pcapng_of(const std::vector<CapturedFrame>& frames, int resolution = 9,
                             const std::vector<PcapngInterface>& interfaces = {{}},
                             bool big_endian = false) {
  Bytes out(big_endian), section(big_endian);
  section.u32(0x1a2b3c4d).u16(1).u16(0).u32(0xffffffff).u32(0xffffffff);
  add_block(out, 0x0a0d0d0a, section);
  for (const PcapngInterface& one : interfaces) add_interface(out, one, resolution, big_endian);
  for (const CapturedFrame& f : frames) {
    const std::uint64_t date = resolution == 9 ? f.ns : f.ns / 1000;
    Bytes body(big_endian);
    body.u32(0).u32(date >> 32).u32(date & 0xffffffff).u32(f.kept).u32(f.bytes).zeros(f.kept);
    add_block(out, 6, body);
  }
  return out.text();
}

// Frames in Simple Packet Blocks, which have no times.
inline std::string simple_pcapng_of(const std::vector<CapturedFrame>& frames) {
  Bytes out;
  out.add(pcapng_of({}));
  for (const CapturedFrame& f : frames) add_block(out, 3, Bytes().u32(f.bytes).zeros(f.kept));
  return out.text();
}

}  // namespace poolrace::models
