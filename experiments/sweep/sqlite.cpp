// SPDX-License-Identifier: MIT
#include "experiments/sweep/sqlite.hpp"

#include <sqlite3.h>

#include <cstring>

#include "sim/errors.hpp"

namespace poolrace::experiments {
namespace {

// What the user can mend, in the words of somebody who has a file; null: our bug.
const char* mendable(int code) {
  switch (code) {
    case SQLITE_FULL:
      return "the disk is full";
    case SQLITE_IOERR:
      return "the file cannot be read or written";
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return "the file is read-only";
    case SQLITE_CANTOPEN:
      return "the file cannot be opened";
    case SQLITE_CORRUPT:
      return "the file is damaged";
    case SQLITE_NOTADB:
      return "the file is no store (nor any SQLite file)";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another program is using the file";
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG:
      return "it does not fit the memory";
    default:
      return nullptr;
  }
}

}  // namespace

Database::Database(const std::string& path, Mode mode, std::string what) : what_(std::move(what)) {
  // Where it may, a reader too opens for writing (else SQLite falls back by itself): what a kill
  // left half done must be rolled back before anything can be read.
  const int flags = SQLITE_OPEN_READWRITE | (mode == Mode::write ? SQLITE_OPEN_CREATE : 0);
  const int result = ::sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr);
  if (result == SQLITE_OK) {
    ::sqlite3_busy_timeout(handle_, 5000);
    return;
  }
  try {
    fail("open");
  } catch (...) {
    ::sqlite3_close_v2(handle_);
    throw;
  }
}

Database::~Database() {
  ::sqlite3_close_v2(handle_);
}

void Database::fail(const std::string& doing) const {
  const int code = ::sqlite3_errcode(handle_) & 0xff;
  const char* reason = mendable(code);
  const int error = ::sqlite3_system_errno(handle_);
  std::string text = what_ + ": cannot " + doing + ": ";
  if (!reason) throw InternalError(text + ::sqlite3_errmsg(handle_));
  text += reason;
  const bool told = code == SQLITE_IOERR || code == SQLITE_CANTOPEN || code == SQLITE_FULL;
  if (told && error != 0) text += std::string(" (") + std::strerror(error) + ")";
  if (code == SQLITE_IOERR && error == 0) text += " (a full disk, or a limit on file sizes?)";
  throw ConfigError(text);
}

void Database::run(const char* sql, const std::string& doing) {
  if (::sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(doing);
}

std::int64_t Database::number(const char* sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.number(0) : 0;
}

std::string Database::text(const char* sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.text(0) : "";
}

Statement::Statement(Database& database, const std::string& sql) : database_(database) {
  const int result = ::sqlite3_prepare_v2(database_.handle_, sql.c_str(),
                                          static_cast<int>(sql.size()), &handle_, nullptr);
  if (result != SQLITE_OK) database_.fail("read");
}

Statement::~Statement() {
  ::sqlite3_finalize(handle_);
}

void Statement::bound(int result) {
  if (result != SQLITE_OK) database_.fail("prepare to write");
}

Statement& Statement::bind(std::int64_t value) {
  bound(::sqlite3_bind_int64(handle_, next_++, value));
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  bound(::sqlite3_bind_text64(handle_, next_++, text.data(), text.size(), SQLITE_TRANSIENT,
                              SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_blob(std::string_view bytes) {
  // An empty view may have no data(), which SQLite would take for NULL.
  const char* data = bytes.empty() ? "" : bytes.data();
  bound(::sqlite3_bind_blob64(handle_, next_++, data, bytes.size(), SQLITE_TRANSIENT));
  return *this;
}

bool Statement::step() {
  const int result = ::sqlite3_step(handle_);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE)
    database_.fail(::sqlite3_stmt_readonly(handle_) != 0 ? "read" : "write");
  return false;
}

void Statement::done() {
  while (step()) {
  }
  ::sqlite3_reset(handle_);
  ::sqlite3_clear_bindings(handle_);
  next_ = 1;
}

std::int64_t Statement::number(int column) const {
  return ::sqlite3_column_int64(handle_, column);
}

std::string Statement::text(int column) const {
  const unsigned char* text = ::sqlite3_column_text(handle_, column);
  return text ? reinterpret_cast<const char*>(text) : "";
}

std::string Statement::blob(int column) const {
  const void* bytes = ::sqlite3_column_blob(handle_, column);
  const auto size = static_cast<std::size_t>(::sqlite3_column_bytes(handle_, column));
  return bytes ? std::string(static_cast<const char*>(bytes), size) : std::string();
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.run("BEGIN IMMEDIATE", "write");
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.run("ROLLBACK");  // SQLite may have rolled back by itself: then there is none to end
  } catch (const std::exception&) {
  }
}

void Transaction::commit() {
  database_.run("COMMIT", "write");
  open_ = false;
}

}  // namespace poolrace::experiments
