// SPDX-License-Identifier: MIT
#include "models/nic/dma_engine.hpp"

#include "sim/errors.hpp"

namespace poolrace::models {

DmaEngine::DmaEngine(const Link& link, const DmaEngineParams& params)
    : link_(link), params_(params), tag_free_at_(params.read_tags) {
  check(params.read_tags >= 1, "a device reads with at least one tag");
  const LinkParams& l = link.params();
  const bool pcie = l.kind == LinkKind::pcie;
  constexpr std::uint64_t whole = ~std::uint64_t{0};  // AXI: one address a DMA
  read_piece_ = pcie ? l.mrrs : whole;
  write_piece_ = pcie ? l.mps : whole;
  const Ps on_the_link = link.read_request_time(64) + link.read_completion_time(64);
  memory_latency_ = std::max<Ps>(params.read_latency - on_the_link, 0);
}

// TLPs in a row: as long as the link takes for their bytes, or the device to put them out.
Ps DmaEngine::send(Ps now, std::uint64_t wire_bytes, std::uint64_t tlps) {
  const Ps issued = static_cast<Ps>(tlps) * params_.issue_interval;
  const Ps start = std::max({now, upstream_free_at_, issue_at_});
  upstream_bytes_ += wire_bytes;
  issue_at_ = start + issued;
  upstream_free_at_ = start + link_.wire_time(wire_bytes);
  return std::max(upstream_free_at_, issue_at_ - params_.issue_interval);
}

Ps DmaEngine::write(Ps now, std::uint64_t bytes) {
  if (bytes == 0) return std::max(now, upstream_free_at_);
  return send(now, link_.write_wire_bytes(bytes), (bytes - 1) / write_piece_ + 1);
}

Ps DmaEngine::request(Ps now, std::uint64_t bytes) {
  return send(std::max(now, tag_free_at_[tag_]), link_.read_request_wire_bytes(bytes), 1);
}

Ps DmaEngine::complete(Ps ready, std::uint64_t bytes) {
  downstream_free_at_ = std::max(downstream_free_at_, ready) + link_.read_completion_time(bytes);
  tag_free_at_[tag_] = downstream_free_at_;
  tag_ = (tag_ + 1) % tag_free_at_.size();
  return downstream_free_at_;
}

}  // namespace poolrace::models
