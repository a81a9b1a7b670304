// What a piece of code prints.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <functional>
#include <string>

namespace transformer::test {

/// Runs `code` and returns what it wrote to `stream`, which is stdout or stderr.
inline std::string captured(std::FILE* stream, const std::function<void()>& code) {
  std::fflush(stream);
  const int descriptor = fileno(stream), saved = dup(descriptor);
  std::FILE* file = std::tmpfile();
  dup2(fileno(file), descriptor);
  code();
  std::fflush(stream);
  dup2(saved, descriptor);
  close(saved);

  std::string text;
  std::rewind(file);
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) text += static_cast<char>(c);
  std::fclose(file);
  return text;
}

}  // namespace transformer::test
