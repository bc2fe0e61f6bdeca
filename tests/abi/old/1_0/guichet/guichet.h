/* The whole SDK, ABI 1.0. A channel plugin includes this and links nothing but the C library. */
#ifndef GUICHET_GUICHET_H
#define GUICHET_GUICHET_H

#include <guichet/abi.h>
#include <guichet/config.h>
#include <guichet/engagement.h>
#include <guichet/event.h>
#include <guichet/host.h>
#include <guichet/http.h>
#include <guichet/json.h>
#include <guichet/manifest.h>
#include <guichet/message.h>
#include <guichet/plugin.h>
#include <guichet/poll.h>
#include <guichet/profile.h>
#include <guichet/rules.h>
#include <guichet/status.h>
#include <guichet/thread_check.h>
#include <guichet/verify.h>

#endif
