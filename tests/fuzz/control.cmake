# The control socket of guichetd.
if(TARGET guichet_daemon)
    gct_fuzz_target(control_frame SOURCES control_frame.c LINKS guichet_daemon)
endif()
