# The control socket: what guichetd is asked, what guichetctl is answered.
if(TARGET guichet_daemon)
    gct_fuzz_target(control_frame SOURCES control_frame.c LINKS guichet_daemon)
endif()
if(TARGET guichet_cli)
    gct_fuzz_target(control_answer SOURCES control_answer.c LINKS guichet_cli)
endif()
