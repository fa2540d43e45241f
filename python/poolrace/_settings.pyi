# SPDX-License-Identifier: MIT
# Written by scripts/settings-stub.py; do not edit.
from typing import Literal, TypedDict

class Settings(TypedDict, total=False):
    cpus: int
    clock_mhz: int
    hz: int
    cores_per_socket: int
    preempt: Literal["none", "voluntary", "lazy", "full"]
    preempt_dynamic: bool
    rcu_wake_directly: bool
    irq_entry_ns: float
    irq_exit_ns: float
    irq_latency_ns: float
    softirq_entry_ns: float
    context_switch_ns: float
    ipi_ns: float
    idle_exit_ns: float
    slice_us: float
    wakeup_granularity_us: float
    steal_ppm: int
    steal_mean_us: float
    ram_gib: int
    ram_at_zero: bool
    local_access_ns: float
    line_transfer_ns: float
    line_transfer_cross_ns: float
    line_miss_ns: float
    atomic_ns: float
    rcu_read_pair_ns: float
    bh_pair_ns: float
    page_alloc_ns: float
    page_alloc_bulk_each_ns: float
    page_free_ns: float
    scan_per_page_ns: float
    page_reuse_us: float
    coherent: bool
    swiotlb: bool
    dma_debug: bool
    ops_cleared_on_unbind: bool
    iommu: Literal["none", "lazy", "strict"]
    iommu_generation: Literal["v6.14", "v6.15"]
    clean_fixed_ns: float
    clean_line_ns: float
    invalidate_fixed_ns: float
    invalidate_line_ns: float
    cache_line_bytes: Literal["32", "64", "128"]
    evict_mean_us: float
    iommu_map_ns: float
    iommu_unmap_ns: float
    iommu_invalidate_ns: float
    iotlb_entries: int
    iotlb_walk_ns: float
    iotlb_walkers: int
    link: Literal["pcie", "axi"]
    link_lanes: int
    link_mts: int
    link_axi_gbps: float
    dma_read_ns: float
    dma_write_ns: float
    wire_gbps: float
    wire_latency_us: float
    ring: int
    coalesce_us: float
    coalesce_frames: int
    napi_weight: int
    netdev_budget: int
    driver_per_packet_ns: float
    stack_per_packet_ns: float
    traffic: Literal[
        "cbr",
        "poisson",
        "trains",
        "mmpp",
        "pareto_onoff",
        "websearch",
        "fb_hadoop",
        "alistorage",
        "imix",
        "trace",
    ]
    load_mpps: float
    in_flight_pages: int
    frame_bytes: int
    trace_csv: str
    trace_repeats: bool
    on_mean_us: float
    duty_ppm: int
    hold: Literal[
        "mixture",
        "constant",
        "exponential",
        "lognormal",
        "pareto",
        "histogram",
    ]
    hold_median_us: float
    hold_sigma: float
    hold_slow_ppm: int
    hold_slow_median_us: float
    hold_slow_sigma: float
    hold_tail_ppm: int
    hold_tail_min_us: float
    hold_tail_cap_us: float
    hold_tail_alpha: float
    hold_stuck_ppm: int
    hold_stuck_min_s: float
    hold_stuck_cap_s: float
    hold_fragment_ppm: int
    hold_fragment_s: float
    put_bh_off_ppm: int
    put_softirq_ppm: int
    put_deferred_ppm: int
    header_lines_written: int
    app_work_us: float
    hold_histogram: str
    hold_histogram_map: str
    hold_histogram_unit: Literal["unknown", "ns", "us", "ms", "s"]
    teardown: Literal["none", "destroy", "resize", "unbind", "remove"]
    driver_order: Literal["ndo_stop", "hns3"]
    rx_action: Literal["stack", "drop", "tx", "redirect"]
    redirect_ring: int
    redirect_release_us: float
    map_fail_ppm: int
    fault_share_ppm: int
    queues: int
    pool_size: int
    max_len_bytes: int
    rx_buffer_bytes: int
    put_sync: Literal["frame", "page"]
    napi_cpu: int
    app_first_cpu: int
    destroy_cpu: int
    cycles: int
    rtnl_held: bool
    netdev_hooked: bool
    napi_quiesced: bool
    napi_reused: bool
    rx_stopped: bool
    warmup_us: float
    cycle_time_us: float
    removal_delay_us: float
    hw_stop_lag_us: float
    round_s: float
    reported_first_crash_s: float
    measure_us: float
    horizon_s: float
    putters: Literal["2024", "2026", "vhost"]

class Changes(Settings, total=False):
    name: str
    profile: str | None
    config: str | None
