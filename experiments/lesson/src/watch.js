// SPDX-License-Identifier: MIT
export class Watch {}
