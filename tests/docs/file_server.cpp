#include "tests/docs/file_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/temporary_folder.hpp"

namespace transformer::test {
namespace {

// Constants, since the server's thread still asks for them while the program ends.
std::string media_type(const std::filesystem::path& file) {
  constexpr std::pair<std::string_view, std::string_view> types[] = {
      {".html", "text/html; charset=utf-8"},
      {".css", "text/css"},
      {".js", "text/javascript"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"}};
  for (const auto& [extension, type] : types) {
    if (file.extension() == extension) return std::string(type);
  }
  return "application/octet-stream";
}

// The path that the first line of a request asks for, without the query: GET /path?query HTTP/1.1
std::string asked_path(const std::string& request) {
  const std::size_t begin = request.find('/');
  const std::size_t end = request.find_first_of(" ?#", begin);
  if (!request.starts_with("GET ") || end == std::string::npos) return {};
  return request.substr(begin + 1, end - begin - 1);
}

void send_all(int connection, const std::string& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t n = send(connection, bytes.data() + sent, bytes.size() - sent, 0);
    if (n <= 0) return;  // the browser does not want the rest
    sent += static_cast<std::size_t>(n);
  }
}

}  // namespace

FileServer::FileServer(std::filesystem::path folder) : folder_(std::move(folder)) {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));  // browsers hang up when they like
  listener_ = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* any_address = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (bind(listener_, any_address, size) != 0 || listen(listener_, 64) != 0 ||
      getsockname(listener_, any_address, &size) != 0) {
    throw std::runtime_error("cannot listen on the loopback interface");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

FileServer::~FileServer() {
  stopping_ = true;
  thread_.join();
  close(listener_);
}

std::set<std::string> FileServer::missing() const {
  const std::lock_guard lock(mutex_);
  return missing_;
}

// Browsers open connections ahead of need, so an idle one must not keep the others waiting: all are
// watched at once, and each is answered when its request has come.
void FileServer::serve() {
  std::vector<pollfd> watched = {{listener_, POLLIN, 0}};
  while (!stopping_) {
    poll(watched.data(), watched.size(), 50);
    for (std::size_t i = watched.size(); i-- > 1;) {
      if (watched[i].revents == 0) continue;
      answer(watched[i].fd);
      close(watched[i].fd);
      watched.erase(watched.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if ((watched[0].revents & POLLIN) == 0) continue;
    const int connection = accept(listener_, nullptr, nullptr);
    if (connection >= 0) watched.push_back({connection, POLLIN, 0});
  }
  for (std::size_t i = 1; i < watched.size(); ++i) close(watched[i].fd);
}

void FileServer::answer(int connection) {
  std::string request(16384, '\0');
  const ssize_t n = recv(connection, request.data(), request.size(), 0);
  if (n <= 0) return;
  request.resize(static_cast<std::size_t>(n));

  const std::string path = asked_path(request);
  const std::filesystem::path file = folder_ / path;
  const bool found = std::filesystem::is_regular_file(file);
  if (!found) {
    const std::lock_guard lock(mutex_);
    missing_.insert(path);
  }
  const std::string body = found ? bytes_of(file) : "";
  send_all(connection, std::string("HTTP/1.1 ") + (found ? "200 OK" : "404 Not Found") +
                           "\r\nContent-Type: " + media_type(file) +
                           "\r\nContent-Length: " + std::to_string(body.size()) +
                           "\r\nCache-Control: max-age=3600\r\nConnection: close\r\n\r\n" + body);
}

}  // namespace transformer::test
