/* Program guichetctl, from its arguments to its exit status. */
#ifndef GUICHET_CORE_CLI_RUN_H
#define GUICHET_CORE_CLI_RUN_H

#include <stdio.h>

/* 0: done; 1: refused, with one sentence on errors; 2: usage. in is read only for --password-stdin. */
int cli_run(int argc, char **argv, FILE *in, FILE *out, FILE *errors);

#endif
