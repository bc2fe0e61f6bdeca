/* Program guichetctl. */
#include "base/log.h"
#include "cli/run.h"

int main(int argc, char **argv)
{
    /* Standard error is for the one sentence; the store's own reports are the gateway's. */
    gct_log_start(GCT_LOG_LOGFMT, GCT_LEVEL_ERROR);
    return cli_run(argc, argv, stdin, stdout, stderr);
}
