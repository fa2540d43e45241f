// SPDX-License-Identifier: MIT
// The share of the link that DLLPs take follows the PCIe base specification's own formula for the
// ACK and flow-control intervals (r5.0 §3.6.3.1 and §2.6.1.2), which gives the tables of
// pcie-model: interval = (MPS + 28 B TLP overhead) * factor / lanes + internal delay, in symbols.
#include "models/nic/link.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>

#include "sim/chance/distributions.hpp"
#include "sim/errors.hpp"

namespace poolrace::models {
namespace {

using u64 = std::uint64_t;
using u128 = unsigned __int128;

// 8 B of framing, sequence number and LCRC, 4 B of common header, then address and requester, or
// the completion's own 8 B.
constexpr u64 request_header = 8 + 4 + 8, address64_extra = 4, completion_header = 8 + 4 + 8;
constexpr u64 ecrc_digest = 4;

u64 pieces(u64 n, u64 piece) {
  return (n + piece - 1) / piece;
}

void require_one_of(const char* name, u64 value, std::initializer_list<u64> allowed) {
  if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return;
  std::string list;
  for (const u64 a : allowed) list += (list.empty() ? "" : ", ") + std::to_string(a);
  throw ConfigError(std::string("link: ") + name + " is " + std::to_string(value) +
                    "; allowed: " + list);
}

struct Ratio {
  u64 num, den;
};

// Symbols between two ACKs, and between two flow-control updates.
u64 dllp_interval(const LinkParams& p) {
  u64 factor_tenths = 10;  // small payloads are acknowledged less often, more so on wide links
  if (p.mps <= 256) factor_tenths = p.lanes == 16 ? 30 : p.lanes == 8 ? 25 : 14;
  if (p.mps > 256 && p.lanes == 16) factor_tenths = 20;
  const u64 internal_delay = p.gts_milli == 2500 ? 19 : p.gts_milli == 5000 ? 70 : 115;
  return (p.mps + 28) * factor_tenths / (10 * p.lanes) + internal_delay;
}

// What is left for TLPs: 1 - 8/interval (ACK) - 8/interval (flow control) - 4/1538 (SKIP).
Ratio tlp_share(const LinkParams& p) {
  if (p.dllp == DllpTax::measured) return {95, 100};
  const u64 interval = dllp_interval(p);
  return {interval * 1538 - 16 * 1538 - 4 * interval, interval * 1538};
}

}  // namespace

Link::Link(const LinkParams& params) : params_(params) {
  const LinkParams& p = params_;
  if (p.kind == LinkKind::axi) {
    require_one_of("axi_burst_bytes", p.axi_burst_bytes, {16, 32, 64, 128, 256, 512, 1024});
    if (p.axi_bps < 1'000'000 || p.axi_bps > 10'000'000'000'000) {
      throw ConfigError("link: link_axi_gbps is " + std::to_string(p.axi_bps) +
                        " bit/s; allowed: 1000000 to 10000000000000");
    }
    byte_ps_num_ = 8 * u64{ps_per_s};
    byte_ps_den_ = p.axi_bps;
    return;
  }
  require_one_of("link_mts", p.gts_milli, {2500, 5000, 8000, 16'000, 32'000});
  require_one_of("link_lanes", p.lanes, {1, 2, 4, 8, 16});
  require_one_of("mps", p.mps, {128, 256, 512, 1024, 2048, 4096});
  require_one_of("mrrs", p.mrrs, {128, 256, 512, 1024, 2048, 4096});
  require_one_of("rcb", p.rcb, {0, 64, 128, 256, 512});
  const Ratio coding = p.gts_milli < 8000 ? Ratio{8, 10} : Ratio{128, 130};
  const Ratio share = tlp_share(p);
  byte_ps_num_ = 8'000'000 * coding.den * share.den;  // 8 bits at 1e-3 GT/s: 8e6 ps
  byte_ps_den_ = u64{p.gts_milli} * p.lanes * coding.num * share.num;
}

u64 Link::write_wire_bytes(u64 n) const {
  if (params_.kind == LinkKind::axi) {
    return pieces(n, params_.axi_burst_bytes) * params_.axi_burst_bytes;
  }
  const u64 header =
      request_header + (params_.address64 ? address64_extra : 0) + (params_.ecrc ? ecrc_digest : 0);
  return n + header * pieces(n, params_.mps);
}

u64 Link::read_request_wire_bytes(u64 n) const {
  if (params_.kind == LinkKind::axi) return 0;  // addresses have their own channel
  const u64 header =
      request_header + (params_.address64 ? address64_extra : 0) + (params_.ecrc ? ecrc_digest : 0);
  return header * pieces(n, params_.mrrs);
}

u64 Link::read_completion_wire_bytes(u64 n) const {
  if (params_.kind == LinkKind::axi) return write_wire_bytes(n);
  const u64 header = completion_header + (params_.ecrc ? ecrc_digest : 0);
  return n + header * pieces(n, params_.rcb == 0 ? params_.mps : params_.rcb);
}

Ps Link::wire_time(u64 wire_bytes) const {
  const u128 scaled = static_cast<u128>(wire_bytes) * byte_ps_num_;
  const u128 time = (scaled + byte_ps_den_ - 1) / byte_ps_den_;
  return static_cast<Ps>(std::min(time, static_cast<u128>(sim::duration_max)));
}

double Link::raw_gbps() const {
  if (params_.kind == LinkKind::axi) return tlp_gbps();
  return params_.gts_milli * 1e-3 * params_.lanes *
         (params_.gts_milli < 8000 ? 8.0 / 10 : 128.0 / 130);
}

double Link::tlp_gbps() const {
  return 8000.0 * static_cast<double>(byte_ps_den_) / static_cast<double>(byte_ps_num_);
}

double Link::write_gbps(u64 n) const {
  return tlp_gbps() * static_cast<double>(n) / static_cast<double>(write_wire_bytes(n));
}

double Link::read_gbps(u64 n) const {
  const u64 busier = std::max(read_request_wire_bytes(n), read_completion_wire_bytes(n));
  return tlp_gbps() * static_cast<double>(n) / static_cast<double>(busier);
}

double Link::read_write_gbps(u64 n) const {
  const u64 busier =
      std::max(write_wire_bytes(n) + read_request_wire_bytes(n), read_completion_wire_bytes(n));
  return tlp_gbps() * static_cast<double>(n) / static_cast<double>(busier);
}

}  // namespace poolrace::models
