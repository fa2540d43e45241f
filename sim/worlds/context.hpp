// SPDX-License-Identifier: MIT
// A context: one stackful line of execution of the simulated machine (a CPU's task, a softirq, an
// interrupt, a device engine).  It is created by World::spawn, lives as long as its World, and is
// named by its id, never by its address: nothing may order or hash by pointer.  What a context
// does while it runs is plain code; when it runs is decided by the World alone.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "sim/time.hpp"

namespace poolrace::sim {

// Who goes first among equal dates; smaller first.
enum class Priority : std::uint8_t { device = 0, hardirq = 1, softirq = 2, task = 3 };

class Context {
 public:
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  virtual ~Context() = default;

  std::uint32_t id() const { return id_; }  // 0, 1, 2, … in spawn order, per World
  const std::string& name() const { return name_; }
  Priority priority() const { return priority_; }
  bool finished() const { return finished_; }  // returned, threw or was unwound
  bool parked() const { return parked_; }      // in park(), not yet unparked or timed out

  void* user = nullptr;  // for the owner of the context; the engine never looks at it

 protected:
  Context(std::uint32_t id, std::string name, Priority priority, std::function<void()> body)
      : id_(id), priority_(priority), name_(std::move(name)), body_(std::move(body)) {}

 private:
  friend class World;
  friend class Timed;
  friend class Reference;

  // The order of the members is that of heat: what a switch needs shares a cache line with `user`.
  void* resume_ = nullptr;  // where its fiber goes on, in the timed world
  std::uint32_t id_;
  std::uint32_t leaf_ = 0;  // in the tournament
  Priority priority_;
  bool parked_ = false;
  bool permit_ = false;
  bool suspended_ = false;
  bool past_body_ = false;  // its body has returned or been unwound
  bool finished_ = false;
  std::uint32_t waits_unwinding_ = 0;  // waits asked for while being unwound
  Ps remainder_ = 0;                   // of the sleep, while suspended
  Ps deadline_ = ps_never;             // of park_until
  std::string name_;
  std::function<void()> body_;
};

}  // namespace poolrace::sim
