#include "tests/docs/file_server.hpp"

#include <httplib.h>

#include <stdexcept>

namespace transformer::test {

FileServer::FileServer(const std::filesystem::path& folder)
    : server_(std::make_unique<httplib::Server>()), port_(server_->bind_to_any_port("127.0.0.1")) {
  if (port_ < 0) throw std::runtime_error("cannot listen on the loopback interface");
  server_->set_mount_point("/", folder.string());
  server_->set_default_headers({{"Cache-Control", "max-age=3600"}});
  server_->set_error_handler([this](const httplib::Request& request, httplib::Response&) {
    const std::lock_guard lock(mutex_);
    missing_.insert(request.path);
  });
  thread_ = std::thread([this] { server_->listen_after_bind(); });
  while (!server_->is_running()) std::this_thread::yield();  // only what runs can be stopped
}

FileServer::~FileServer() {
  server_->stop();
  thread_.join();
}

std::set<std::string> FileServer::missing() const {
  const std::lock_guard lock(mutex_);
  return missing_;
}

}  // namespace transformer::test
