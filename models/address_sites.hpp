// SPDX-License-Identifier: MIT
// Sites of steps whose value is an address, which people know in hex: the parts take them from
// here, and so does whoever prints a step, so that neither can rename one without the other.
#pragma once

#include "sim/site.hpp"

namespace poolrace::models {

inline constexpr sim::Site site_map{"dma: map"};
inline constexpr sim::Site site_map_bounced{"dma: map through swiotlb"};
inline constexpr sim::Site site_unmap{"dma: unmap, clear the PTE"};
inline constexpr sim::Site site_invalidate{"dma: wait for IOTLB invalidation"};
inline constexpr sim::Site site_release_iova{"dma: release the IOVA"};
inline constexpr sim::Site site_sync_for_device{"dma: sync for device, look up"};
inline constexpr sim::Site site_payload{"nic: payload written"};
inline constexpr sim::Site site_transmit{"nic: frame sent"};

inline constexpr sim::Site address_sites[] = {
    site_map,          site_map_bounced,     site_unmap,   site_invalidate,
    site_release_iova, site_sync_for_device, site_payload, site_transmit};

}  // namespace poolrace::models
