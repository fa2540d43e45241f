// SPDX-License-Identifier: MIT
// A trace from pcap or pcapng, through libpcap: either byte order, either resolution.
#include <pcap/pcap.h>

#include <array>
#include <cstring>

#include "models/traffic/pcapng_blocks.hpp"
#include "models/traffic/trace_builder.hpp"
#include "sim/errors.hpp"

namespace poolrace::models {
namespace {

struct ClosePcap {
  void operator()(pcap_t* capture) const { pcap_close(capture); }
};
using Pcap = std::unique_ptr<pcap_t, ClosePcap>;

Pcap open_pcap(sim::File file, const std::string& label) {
  std::array<char, PCAP_ERRBUF_SIZE> why{};
  Pcap capture(
      pcap_fopen_offline_with_tstamp_precision(file.get(), PCAP_TSTAMP_PRECISION_NANO, why.data()));
  if (!capture)
    throw ConfigError(label + ": " + why.data() + "; allowed: an Ethernet capture, pcap or pcapng");
  file.release();  // it is the capture's now
  return capture;
}

void require_ethernet(pcap_t* capture, const std::string& label) {
  const int link = pcap_datalink(capture);
  if (link == DLT_EN10MB) return;
  const char* name = pcap_datalink_val_to_name(link);
  const bool any = link == DLT_LINUX_SLL || link == DLT_LINUX_SLL2;
  throw ConfigError(label + ": its link type is " + (name ? name : "?") + " (" +
                    std::to_string(link) + "), whose lengths are not those of frames" +
                    (any ? " (tcpdump -i any; name the device)" : "") +
                    "; allowed: EN10MB (1), Ethernet");
}

// Whether the lengths of frames count the FCS.  A pcap says so in the upper bits of its link type,
// as the FCS's length (in units that differ), a pcapng of each interface.
Fcs fcs_of(pcap_t* capture, const PcapngFacts& facts, const std::string& label) {
  const auto link = static_cast<std::uint32_t>(pcap_datalink_ext(capture));
  if (facts.with_fcs && facts.without_fcs)
    throw ConfigError(label +
                      ": some of its interfaces keep the FCS of a frame, and some do not; allowed: "
                      "interfaces that all do, or none");
  const bool kept = facts.with_fcs || (LT_FCS_LENGTH_PRESENT(link) && LT_FCS_LENGTH(link) != 0);
  return kept ? Fcs::counted : Fcs::left_out;
}

// What would be allowed where libpcap says `why`.
const char* allowed_for(const char* why) {
  if (std::strstr(why, "of the first interface") != nullptr)
    return "interfaces of one link type and one snap length (editcap -F pcap IN OUT writes a "
           "capture without interfaces)";
  if (std::strstr(why, "truncated") != nullptr)
    return "whole frames (editcap IN OUT leaves out what is cut)";
  return "a capture that tcpdump -r reads to its end";
}

}  // namespace

void read_trace_pcap(sim::File file, const std::string& label, TraceBuilder& builder) {
  const PcapngFacts facts = pcapng_facts(file.get());
  const Pcap capture = open_pcap(std::move(file), label);
  require_ethernet(capture.get(), label);
  const Fcs fcs = fcs_of(capture.get(), facts, label);
  if (facts.simple_packet > 0)
    throw ConfigError(label + ": block " + std::to_string(facts.simple_packet) +
                      " is a Simple Packet Block, which carries no time; allowed: Enhanced Packet "
                      "Blocks, as dumpcap and tcpdump write them");
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  for (std::int64_t frame = 1;; ++frame) {
    const std::string where = label + " frame " + std::to_string(frame) + ": ";
    const int got = pcap_next_ex(capture.get(), &header, &bytes);
    if (got == PCAP_ERROR_BREAK) return;  // the end
    if (got != 1)
      throw ConfigError(where + pcap_geterr(capture.get()) +
                        "; allowed: " + allowed_for(pcap_geterr(capture.get())));
    const std::string wrong = builder.add(
        TraceBuilder::Date{header->ts.tv_sec} * ps_per_s + header->ts.tv_usec * ps_per_ns,
        header->len, fcs);
    if (!wrong.empty()) throw ConfigError(where + wrong);
  }
}

}  // namespace poolrace::models
