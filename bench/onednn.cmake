# The target onednn, or in onednn_is_absent the reason why there is none: a peer that cannot be used
# stops nobody. oneDNN's own package file is not asked, since it stops who lacks OpenCL's headers.
set(onednn_is_absent "")
find_path(DNNL_INCLUDE_DIR oneapi/dnnl/dnnl.hpp)
find_library(DNNL_LIBRARY dnnl)
find_package(OpenMP QUIET COMPONENTS CXX)
if(NOT DNNL_INCLUDE_DIR OR NOT DNNL_LIBRARY)
  set(onednn_is_absent "libdnnl-dev is not installed")
elseif(NOT OpenMP_CXX_FOUND)
  set(onednn_is_absent "the compiler has no OpenMP")
else()
  add_library(onednn INTERFACE)
  target_include_directories(onednn SYSTEM INTERFACE ${DNNL_INCLUDE_DIR})
  target_link_libraries(onednn INTERFACE ${DNNL_LIBRARY} OpenMP::OpenMP_CXX)

  include(CheckCXXSourceCompiles)
  set(CMAKE_REQUIRED_INCLUDES ${DNNL_INCLUDE_DIR})
  set(CMAKE_REQUIRED_LIBRARIES ${DNNL_LIBRARY} OpenMP::OpenMP_CXX)
  unset(onednn_works CACHE)  # what was missing may have been installed
  check_cxx_source_compiles("
    #include <oneapi/dnnl/dnnl.hpp>
    int main() { dnnl::engine engine(dnnl::engine::kind::cpu, 0); }" onednn_works)
  if(NOT onednn_works)
    set(onednn_is_absent "a program of one line that uses libdnnl-dev cannot be built")
  endif()
endif()
