// SPDX-License-Identifier: MIT
// SQLite's C interface with owners: a database, its statements, a transaction.  Errors that the
// user can mend (a full disk, a read-only or damaged file) are ConfigErrors of one line that name
// the file; anything else is our bug, an InternalError.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace poolrace::experiments {

class Statement;

class Database {
 public:
  enum class Mode { read, write };  // write creates the file if there is none
  // `what` begins error texts: "store study.sqlite".
  Database(const std::string& path, Mode mode, std::string what);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Statements without parameters and results; `doing` is for an error text: "cannot DOING: …".
  void run(const char* sql, const std::string& doing = "use it");
  std::int64_t number(const char* sql);
  std::string text(const char* sql);
  [[noreturn]] void fail(const std::string& doing) const;  // says what SQLite said last

 private:
  friend class Statement;
  sqlite3* handle_ = nullptr;
  std::string what_;
};

// A prepared statement.  bind() fills ?1, ?2, … in order; columns are read in order of their index.
class Statement {
 public:
  Statement(Database& database, const std::string& sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(std::int64_t value);
  Statement& bind(std::string_view text);
  Statement& bind_blob(std::string_view bytes);
  bool step();  // true: there is a row
  void done();  // steps to the end and makes it ready to be bound again

  std::int64_t number(int column) const;
  std::string text(int column) const;
  std::string blob(int column) const;

 private:
  void bound(int result);

  Database& database_;
  sqlite3_stmt* handle_ = nullptr;
  int next_ = 1;
};

// Everything between construction and commit() happens or nothing does.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace poolrace::experiments
