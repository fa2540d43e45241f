// SPDX-License-Identifier: MIT
// What a DMA costs on the link between device and memory, in bytes on the wire and picoseconds.
// PCIe: the analytic model of pcie-bench/pcie-model (SIGCOMM'18, hardware.md §1): TLP headers,
// splitting by MPS, MRRS and RCB, link coding, and the tax of ACK, flow-control and SKIP symbols,
// either the paper's or the smaller one measured.  AXI: whole bursts at a bandwidth.
// Left out: queueing and tags (dma_engine.hpp), credits, replays, completion latency, address alignment.
#pragma once

#include <cstdint>

#include "models/choices.hpp"
#include "sim/time.hpp"

namespace poolrace::models {

enum class DllpTax { paper, measured };

struct LinkParams {
  LinkKind kind = LinkKind::pcie;
  std::uint32_t gts_milli = 8000;  // 2500, 5000 (8b/10b), 8000, 16000, 32000 (128b/130b)
  std::uint32_t lanes = 8;
  std::uint32_t mps = 256;
  std::uint32_t mrrs = 512;
  std::uint32_t rcb = 0;  // completions are cut at it; 0: at mps
  bool address64 = true;
  bool ecrc = false;
  DllpTax dllp = DllpTax::paper;  // "measured": 5 % in all

  std::uint32_t axi_burst_bytes = 64;
  std::uint64_t axi_bps = 20'000'000'000;
};

class Link {
 public:
  explicit Link(const LinkParams& params);  // ConfigError names the parameter

  // Bytes on the wire for a DMA of n bytes of data (n = 0: none).
  std::uint64_t write_wire_bytes(std::uint64_t n) const;            // device to memory
  std::uint64_t read_request_wire_bytes(std::uint64_t n) const;     // device to memory
  std::uint64_t read_completion_wire_bytes(std::uint64_t n) const;  // memory to device

  // How long they occupy their direction of the link, rounded up to a whole ps.
  Ps write_time(std::uint64_t n) const { return wire_time(write_wire_bytes(n)); }
  Ps read_request_time(std::uint64_t n) const { return wire_time(read_request_wire_bytes(n)); }
  Ps read_completion_time(std::uint64_t n) const {
    return wire_time(read_completion_wire_bytes(n));
  }
  Ps wire_time(std::uint64_t wire_bytes) const;

  // For validation, Gb/s: what TLPs can use, and the data rate of back-to-back DMAs of n bytes.
  double raw_gbps() const;
  double tlp_gbps() const;
  double write_gbps(std::uint64_t n) const;
  double read_gbps(std::uint64_t n) const;
  double read_write_gbps(std::uint64_t n) const;  // each way

  const LinkParams& params() const { return params_; }

 private:
  LinkParams params_;
  // A wire byte takes byte_ps_num_ / byte_ps_den_ ps, exactly.
  std::uint64_t byte_ps_num_, byte_ps_den_;
};

}  // namespace poolrace::models
