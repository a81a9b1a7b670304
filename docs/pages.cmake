# pages/...: what stands on the pages is what the programs print, draw and are made of.
if(TRANSFORMER_TESTS)
  file(GLOB chapter_folders CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/chapters/[0-9][0-9]_*)
  foreach(folder ${chapter_folders})
    get_filename_component(chapter ${folder} NAME)
    # A page counts from its first marker on.
    set(page ${folder}/README.md)
    set(markers "")
    if(EXISTS ${page})
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${page})
      file(STRINGS ${page} markers REGEX "<!-- (code|output|value): " LIMIT_COUNT 1)
    endif()
    if(markers AND TARGET ${chapter})
      add_test(NAME pages/${chapter}
               COMMAND weave check ${folder} --program $<TARGET_FILE:${chapter}>)
    endif()
  endforeach()

  file(GLOB other_pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/*.md ${PROJECT_SOURCE_DIR}/docs/*.md
       ${PROJECT_SOURCE_DIR}/data/*/*.md)
  add_test(NAME pages/others COMMAND weave check ${other_pages})
endif()
