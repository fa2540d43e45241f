# SPDX-License-Identifier: MIT
# Written by scripts/settings-stub.py; do not edit.
from os import PathLike
from typing import Literal, TypedDict

class Settings(TypedDict, total=False):
    cpus: int
    clock_mhz: int
    hz: int
    cores_per_cluster: int
    cores_per_socket: int
    sockets_per_group: int
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
    sleeper_credit_us: float
    work_spread_us: float
    steal_ppm: int
    steal_law: Literal["exponential", "pareto"]
    steal_mean_us: float
    steal_min_us: float
    steal_max_us: float
    steal_alpha: float
    irq_noise_hz: int
    irq_noise_us: float
    irqs_off_hz: int
    irqs_off_us: float
    noise_hz: int
    noise_us: float
    noise_sigma: float
    ram_gib: int
    ram_at_zero: bool
    local_access_ns: float
    issue_window_ns: float
    load_latency_ns: float
    line_transfer_cluster_ns: float
    line_transfer_ns: float
    line_transfer_cross_ns: float
    line_transfer_far_ns: float
    line_handover_percent: int
    line_miss_ns: float
    ddio_kib: int
    llc_hit_ns: float
    dram_gbps: float
    atomic_ns: float
    this_cpu_add_ns: float
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
    cmdq_algorithm: Literal["cmpxchg", "fetch_add"]
    cmdq_batch: int
    cmdq_publish_ns: float
    cmdq_command_ns: float
    cmdq_sync_hold_ns: float
    iotlb_entries: int
    iotlb_walk_ns: float
    walk_level_ns: float
    walk_cache_entries: int
    invalidate_leaf: bool
    iotlb_walkers: int
    link: Literal["pcie", "axi"]
    link_lanes: int
    link_mts: int
    link_axi_gbps: float
    dma_read_ns: float
    dma_write_ns: float
    dma_issue_ns: float
    dma_read_tags: int
    dma_remote_ns: float
    nic_socket: int
    wire_gbps: float
    wire_latency_us: float
    ring: int
    coalesce_us: float
    coalesce_frames: int
    coalesce_adaptive: bool
    napi_weight: int
    netdev_budget: int
    driver_per_packet_ns: float
    stack_tx_ppm: int
    stack_tx_bytes: int
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
    trace_csv: str | PathLike[str]
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
    rcvbuf_frames: int
    app_work_us: float
    hold_histogram: str | PathLike[str]
    hold_histogram_map: str | PathLike[str]
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
    profile: str | PathLike[str] | None
    config: str | PathLike[str] | None

VariantName = Literal[
    "baseline",
    "baseline-ringfix",
    "stall",
    "skip",
    "wait",
    "items-v2",
    "items-v3",
    "scan",
    "scan-rcu",
    "blocks-v5",
    "blocks-v11",
    "xarray-rfc",
    "xarray-v1",
    "xarray",
    "xarray-fixed",
    "mainline-2026",
    "busy-flag",
    "busy-flag-mb",
]

ScenarioName = Literal[
    "ring-resize",
    "seed-race",
    "steady",
    "unbind",
    "vf-cycling",
    "xdp-tx",
]

ProfileName = Literal[
    "arm64-server",
    "arm64-soc",
    "busy-desktop",
    "e5-1650-v4",
    "vm-host",
    "x86-server",
]

KindName = Literal[
    "unmap-after-unbind",
    "sync-after-unbind",
    "map-after-unbind",
    "sync-after-unmap",
    "double-unmap",
    "unmap-foreign",
    "page-use-after-free",
    "free-while-mapped",
    "pool-use-after-free",
    "device-use-after-free",
    "napi-use-after-free",
    "tracker-corruption",
    "cache-corruption",
    "payload-corruption",
    "dma-to-freed-page",
    "iommu-fault",
    "leak",
    "teardown-stall",
    "wrong-context",
    "accounting",
]

FaultName = Literal[
    "free-page-twice",
    "leak-page",
    "free-past-pool",
    "lose-put",
    "put-twice",
    "put-to-wrong-pool",
    "write-after-put",
    "lose-pp-ref-count",
    "keep-xarray-entry",
    "lose-claim",
    "lose-hold",
    "miss-release",
    "count-release-twice",
    "free-pool-early",
    "free-pool-twice",
    "leak-pool",
    "lose-retry",
    "retry-twice",
    "skip-get-device",
    "put-device-twice",
    "leak-device",
    "unbind-first",
    "remove-first",
    "keep-dma-sync",
    "unmap-twice",
    "skip-unmap",
    "unmap-too-much",
    "lose-dma-addr",
    "stale-dma-addr",
    "skip-sync",
    "short-sync",
    "shifted-sync",
    "last-sync-address",
    "late-clean",
    "skip-sync-for-cpu",
    "keep-skip-sync",
    "skip-tx-sync",
    "iova-twice",
    "lose-map",
    "lose-invalidate",
    "lose-flush",
    "release-iova-early",
    "leak-iova",
    "leak-queued-iova",
    "leak-pte",
    "bounce-slot-twice",
    "leak-bounce-slot",
    "ignore-stop",
    "complete-before-data",
    "fetch-early",
    "keep-work",
    "keep-rx-work",
    "keep-tx-work",
    "lose-completion",
    "skip-grace-period",
    "skip-read-section",
    "skip-napi-grace-period",
    "lose-wakeup",
    "stuck-reader",
    "keep-napi",
    "skip-napi-disable",
    "keep-list-owner",
    "refill-in-task",
    "wrong-cpu",
    "put-in-hardirq",
    "skip-producer-lock",
    "skip-xarray-lock",
    "skip-bh-disable",
    "skip-bh-enable",
    "skip-read-section",
    "skip-grace-period",
    "keep-dma-sync",
    "unmap-twice",
    "skip-unmap",
    "skip-sync",
    "skip-xarray-lock",
    "free-page-twice",
    "put-twice",
    "keep-xarray-entry",
    "leak-page",
    "miss-release",
    "count-release-twice",
    "lose-hold",
    "free-pool-twice",
    "skip-producer-lock",
    "keep-producer-lock",
    "skip-bh-enable",
    "lose-retry",
    "retry-twice",
    "skip-get-device",
    "put-device-twice",
    "keep-napi",
    "skip-napi-grace-period",
    "skip-napi-disable",
]

ProgramName = Literal[
    "destroy-vs-put-preemptible",
    "destroy-vs-put-softirq",
    "destroy-vs-put-bh-off",
    "destroy-vs-put-bulk",
    "destroy-vs-put-frag",
    "destroy-vs-put-return",
    "destroy-vs-put-preemptible-vs-late",
    "destroy-vs-put-softirq-vs-late",
    "destroy-vs-put-bh-off-vs-late",
    "destroy-vs-put-bulk-vs-late",
    "destroy-vs-put-frag-vs-late",
    "destroy-vs-put-return-vs-late",
    "destroy-vs-put-preemptible-vs-worker",
    "destroy-vs-put-softirq-vs-worker",
    "destroy-vs-put-bh-off-vs-worker",
    "destroy-vs-put-bulk-vs-worker",
    "destroy-vs-put-frag-vs-worker",
    "destroy-vs-put-return-vs-worker",
    "destroy-vs-put-preemptible-with-nic",
    "destroy-vs-put-softirq-with-nic",
    "destroy-vs-put-bh-off-with-nic",
    "destroy-vs-put-bulk-with-nic",
    "destroy-vs-put-frag-with-nic",
    "destroy-vs-put-return-with-nic",
    "remove-vs-put-preemptible",
    "remove-vs-put-softirq",
    "remove-vs-put-bh-off",
    "remove-vs-put-bulk",
    "remove-vs-put-frag",
    "remove-vs-put-return",
    "remove-vs-put-preemptible-vs-late",
    "remove-vs-put-softirq-vs-late",
    "remove-vs-put-bh-off-vs-late",
    "remove-vs-put-bulk-vs-late",
    "remove-vs-put-frag-vs-late",
    "remove-vs-put-return-vs-late",
    "remove-vs-put-preemptible-vs-worker",
    "remove-vs-put-softirq-vs-worker",
    "remove-vs-put-bh-off-vs-worker",
    "remove-vs-put-bulk-vs-worker",
    "remove-vs-put-frag-vs-worker",
    "remove-vs-put-return-vs-worker",
    "put-preemptible-vs-put-preemptible",
    "put-preemptible-vs-put-softirq",
    "put-preemptible-vs-put-bh-off",
    "put-preemptible-vs-put-bulk",
    "put-preemptible-vs-put-frag",
    "put-preemptible-vs-put-return",
    "put-softirq-vs-put-softirq",
    "put-softirq-vs-put-bh-off",
    "put-softirq-vs-put-bulk",
    "put-softirq-vs-put-frag",
    "put-softirq-vs-put-return",
    "put-bh-off-vs-put-bh-off",
    "put-bh-off-vs-put-bulk",
    "put-bh-off-vs-put-frag",
    "put-bh-off-vs-put-return",
    "put-bulk-vs-put-bulk",
    "put-bulk-vs-put-frag",
    "put-bulk-vs-put-return",
    "put-frag-vs-put-frag",
    "put-frag-vs-put-return",
    "put-return-vs-put-return",
    "put-preemptible-vs-napi",
    "put-softirq-vs-napi",
    "put-bh-off-vs-napi",
    "put-bulk-vs-napi",
    "put-frag-vs-napi",
    "put-return-vs-napi",
    "destroy-vs-late",
    "destroy-vs-late-vs-worker",
    "remove-vs-late",
    "remove-vs-late-vs-worker",
    "remove-vs-put-return-softirq",
    "remove-vs-put-return-bh-off",
    "recycle-and-post",
    "ring-resize",
    "ring-resize-late",
    "destroy-vs-put-softirq-one-cpu",
    "put-vs-put-softirq-one-cpu",
    "destroy-vs-put-vs-put",
    "destroy-vs-put-softirq-vs-put",
    "destroy-vs-frag-vs-frag",
    "broken-napi",
    "broken-napi-vs-put",
    "broken-rx",
    "broken-rx-vs-put",
]
