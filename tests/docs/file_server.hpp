// A server of one folder on the loopback interface, for tests in a browser.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

namespace httplib {
class Server;
}

namespace transformer::test {

/// Serves the files of a folder over HTTP from its construction to its destruction.
class FileServer {
 public:
  explicit FileServer(const std::filesystem::path& folder);
  ~FileServer();

  /// Where the folder is: "http://127.0.0.1:PORT/".
  std::string address() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }
  /// The paths that were asked for and are not there.
  std::set<std::string> missing() const;

 private:
  std::unique_ptr<httplib::Server> server_;
  int port_;
  mutable std::mutex mutex_;
  std::set<std::string> missing_;
  std::thread thread_;
};

}  // namespace transformer::test
