// SPDX-License-Identifier: MIT
#include "experiments/bench/hw_dma.hpp"

#include <algorithm>
#include <string>

#include "experiments/bench/hw.hpp"
#include "models/assembly.hpp"
#include "models/dma/iommu.hpp"
#include "models/nic/nic.hpp"
#include "sim/chance/random.hpp"

namespace poolrace::experiments {

namespace {

using models::Iova;

constexpr std::uint64_t kib = 1024, mib = 1024 * kib;
constexpr std::uint64_t windows[] = {4 * kib, 256 * kib, 512 * kib, 1 * mib,
                                     2 * mib, 4 * mib,   16 * mib,  64 * mib};
constexpr std::uint64_t sizes[] = {16, 64, 128, 256, 512, 1024, 2048};

// A window of pages behind an IOTLB; nothing to translate where there is no IOMMU.
class Window {
 public:
  Window(const models::Parameters& p, std::uint64_t bytes)
      : pages_(std::max<std::uint64_t>(bytes / models::page_bytes, 1)),
        table_(static_cast<std::uint32_t>(pages_ + 1)),
        iotlb_(models::iommu_params(p).iotlb),
        none_(p.iommu == models::IommuMode::none),
        places_(sim::Streams(1, 0).stream("places")) {
    for (std::uint64_t page = 1; page <= pages_; ++page)
      table_.map(page * models::page_bytes, static_cast<models::FrameId>(page),
                 static_cast<models::Pfn>(page), 0);
  }
  // When an access that arrives at that date, somewhere in the window, has its address.
  Ps translated(Ps at) {
    if (none_) return at;
    const Iova iova = (1 + places_.below(pages_)) * models::page_bytes;
    return iotlb_.translate(iova, table_, at).done_at;
  }

 private:
  std::uint64_t pages_;
  models::PageTable table_;
  models::Iotlb iotlb_;
  bool none_;
  sim::Stream places_;
};

HwTable table_of(const HwRequest& request, DmaOperation operation, const char* title) {
  const models::Parameters p = request.machine();
  HwTable table;
  table.title = title;
  table.measured = "The device has DMAs under way all the time, at random pages of a window: Gb/s.";
  table.elsewhere =
      "pcie-bench (pcie-bench.org) on a programmable NIC: BW_RD and BW_WR, random access, IOMMU "
      "on; "
      "a window larger than what the IOTLB holds shows the walks.";
  table.row_axis = "window";
  for (const std::uint64_t bytes : sizes)
    table.columns.push_back({std::to_string(bytes) + " B", "Gb/s", "%.1f"});
  for (const std::uint64_t window : windows) {
    HwRow row{window < mib ? std::to_string(window / kib) + " KiB"
                           : std::to_string(window / mib) + " MiB",
              {}};
    for (const std::uint64_t bytes : sizes)
      row.cells.push_back(dma_gbps(p, operation, bytes, window, 8000 * request.repetitions));
    table.rows.push_back(row);
  }
  return table;
}

HwTable latencies(const HwRequest& request) {
  const models::Parameters p = request.machine();
  HwTable table;
  table.title = "one DMA read alone";
  table.measured = "From the device's request to its last byte, the page's translation at hand.";
  table.elsewhere = "pcie-bench: LAT_RD, median.";
  table.row_axis = "bytes";
  table.columns.push_back({"latency", "ns", "%.0f"});
  for (const std::uint64_t bytes : sizes)
    table.rows.push_back({std::to_string(bytes), {dma_read_ns(p, bytes)}});
  return table;
}

}  // namespace

double dma_gbps(const models::Parameters& p, DmaOperation operation, std::uint64_t bytes,
                std::uint64_t window_bytes, int dmas) {
  const models::Link link(models::link_params(p));
  models::DmaEngine engine(link, models::nic_params(p).engine);
  Window window(p, window_bytes);
  const int settled = dmas / 4;
  Ps from = 0, done_at = 0;
  for (int i = 0; i < dmas; ++i) {
    if (i == settled) from = done_at;
    if (operation != DmaOperation::write)
      done_at = engine.read(0, bytes, [&window](Ps at) { return window.translated(at); });
    if (operation == DmaOperation::read) continue;
    const Ps sent = engine.write(0, bytes), landed = window.translated(sent);
    if (landed > sent) engine.hold_writes(landed);
    done_at = std::max(done_at, landed);
  }
  return static_cast<double>(bytes) * (dmas - settled) * 8000 / static_cast<double>(done_at - from);
}

double dma_read_ns(const models::Parameters& p, std::uint64_t bytes) {
  const models::Link link(models::link_params(p));
  models::DmaEngine engine(link, models::nic_params(p).engine);
  return static_cast<double>(engine.read(0, bytes)) / ps_per_ns;
}

std::vector<HwTable> hw_dma(const HwRequest& request) {
  return {table_of(request, DmaOperation::read, "DMA reads"),
          table_of(request, DmaOperation::write, "DMA writes"),
          table_of(request, DmaOperation::read_write, "DMA reads and writes in turn, each way"),
          latencies(request)};
}

}  // namespace poolrace::experiments
