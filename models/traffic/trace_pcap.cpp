// SPDX-License-Identifier: MIT
// A trace from pcap or pcapng, through libpcap: either byte order, either resolution.
#include <pcap/pcap.h>

#include <array>

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

}  // namespace

void read_trace_pcap(sim::File file, const std::string& label, TraceBuilder& builder) {
  const Pcap capture = open_pcap(std::move(file), label);
  require_ethernet(capture.get(), label);
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  for (std::int64_t frame = 1;; ++frame) {
    const std::string where = label + " frame " + std::to_string(frame) + ": ";
    const int got = pcap_next_ex(capture.get(), &header, &bytes);
    if (got == PCAP_ERROR_BREAK) return;  // the end
    if (got != 1)
      throw ConfigError(where + pcap_geterr(capture.get()) +
                        "; allowed: whole frames (editcap IN OUT leaves out what is cut)");
    const std::string wrong = builder.add(
        TraceBuilder::Date{header->ts.tv_sec} * ps_per_s + header->ts.tv_usec * ps_per_ns,
        header->len, Fcs::left_out);
    if (!wrong.empty()) throw ConfigError(where + wrong);
  }
}

}  // namespace poolrace::models
