/* TLS 1.2 and 1.3, forward secrecy only, HTTP/1.1 the only protocol offered (rule 1). */
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "net/serve/inside.h"

#define TLS_12_CIPHERS                                                                                       \
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"               \
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
#define TLS_13_CIPHERS "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"

/* Nobody is there to type it. */
static int no_password(char *buffer, int size, int writing, void *arg)
{
    (void)buffer;
    (void)size;
    (void)writing;
    (void)arg;
    return -1;
}

enum gct_status gct_server_tls_check(const char *certificate, const char *key, struct gct_error *err)
{
    enum gct_status status = GCT_OK;
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    const char *what = NULL;

    GCT_CHECK(context != NULL);
    SSL_CTX_set_default_passwd_cb(context, no_password);
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1) {
        what = certificate;
    } else if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1 ||
               SSL_CTX_check_private_key(context) != 1) {
        what = key;
    }
    if (what != NULL) {
        const char *reason = ERR_reason_error_string(ERR_peek_last_error());

        status = gct_error_set(err, GCT_INVALID, "the TLS %s %s cannot be used: %s",
                               what == certificate ? "certificate" : "key", what,
                               reason != NULL ? reason : "the file cannot be read");
    }
    ERR_clear_error();
    SSL_CTX_free(context);
    return status;
}

void tls_fill(struct lws_context_creation_info *info, const char *certificate, const char *key)
{
    info->options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info->ssl_cert_filepath = certificate;
    info->ssl_private_key_filepath = key;
    info->ssl_cipher_list = TLS_12_CIPHERS;
    info->tls1_3_plus_cipher_list = TLS_13_CIPHERS;
    info->ssl_options_set =
        (long)(SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_RENEGOTIATION |
               SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    info->alpn = "http/1.1";
}
