/* SPDX-License-Identifier: MIT
 *
 * All of the shim.  Every kernel header that is not taken from the tree is a line that includes
 * this one; `pr_generated.h` holds what was read out of the taken files (trace points, features).
 */
#ifndef POOLRACE_SHIM_KERNEL_H
#define POOLRACE_SHIM_KERNEL_H

#include "pr_sizes.h"

#define CONFIG_64BIT 1
#define CONFIG_SMP 1
#define CONFIG_PAGE_POOL 1
#define CONFIG_HAS_DMA 1
#define CONFIG_DMA_NEED_SYNC 1
#define CONFIG_NUMA 1
#define CONFIG_ILLEGAL_POINTER_VALUE 0xdead000000000000
#ifndef XA_CHUNK_SHIFT
#define XA_CHUNK_SHIFT 6
#endif
#ifdef PR_PREEMPT_RCU
#define CONFIG_PREEMPTION 1
#define CONFIG_PREEMPT_RCU 1
#endif

#include "pr_device.h"
#ifdef PR_NATIVE
#include "pr_native.h"
#endif
#include "pr_generated.h"
#include "pr_extra.h" /* the user's own, or nothing */

#endif
