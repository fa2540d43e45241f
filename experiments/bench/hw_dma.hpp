// SPDX-License-Identifier: MIT
// `bench hw --what dma`: a device that reads and writes memory as fast as it can, at random places
// of a window (pcie-bench's way of finding out what an IOTLB holds).
#pragma once

#include <cstdint>

#include "models/parameters.hpp"

namespace poolrace::experiments {

enum class DmaOperation { read, write, read_write };

// Gb/s each way of back-to-back DMAs of so many bytes, anywhere in the window.
double dma_gbps(const models::Parameters& p, DmaOperation operation, std::uint64_t bytes,
                std::uint64_t window_bytes, int dmas);

// One read alone, nothing to walk for.
double dma_read_ns(const models::Parameters& p, std::uint64_t bytes);

}  // namespace poolrace::experiments
