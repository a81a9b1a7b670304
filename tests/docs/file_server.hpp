// A server of one folder on the loopback interface, for tests in a browser.
#pragma once

#include <atomic>
#include <filesystem>
#include <mutex>
#include <set>
#include <string>
#include <thread>

namespace transformer::test {

/// Serves the files of a folder over HTTP from its construction to its destruction.
class FileServer {
 public:
  explicit FileServer(std::filesystem::path folder);
  ~FileServer();
  FileServer(const FileServer&) = delete;
  FileServer& operator=(const FileServer&) = delete;

  /// Where the folder is: "http://127.0.0.1:PORT/".
  std::string address() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }
  /// The paths that were asked for and are not there.
  std::set<std::string> missing() const;

 private:
  void serve();
  void answer(int connection);

  std::filesystem::path folder_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::set<std::string> missing_;
  std::thread thread_;
};

}  // namespace transformer::test
