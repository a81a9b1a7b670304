# pages/...: what stands on a page is what its program prints and draws and what it is made of; no
# link dangles.
if(TRANSFORMER_TESTS)
  file(GLOB folders CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/chapters/[0-9][0-9]*_*)
  foreach(folder ${folders})
    get_filename_component(chapter ${folder} NAME)
    add_test(NAME pages/${chapter}
             COMMAND weave check ${folder} --program $<TARGET_FILE:${chapter}>)
  endforeach()

  file(GLOB others CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/*.md ${PROJECT_SOURCE_DIR}/docs/*.md
       ${PROJECT_SOURCE_DIR}/data/*/*.md)
  add_test(NAME pages/others COMMAND weave check ${others})
endif()
