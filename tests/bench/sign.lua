-- Messenger webhooks for wrk, each signed and with an id of its own: one with a fixed body would measure repeats.
--
--   BENCH_SECRET the app secret   BENCH_PAGE the Page's id   BENCH_PATH the hook's path   BENCH_SENDERS how many (20000)

local ffi = require("ffi")
ffi.cdef [[
unsigned char *HMAC(const void *, const void *, int, const unsigned char *, size_t, unsigned char *, unsigned int *);
const void *EVP_sha256(void);
]]
local crypto = ffi.load("libcrypto.so.3")
local sha256 = crypto.EVP_sha256()
local digest = ffi.new("unsigned char[32]")

local secret = os.getenv("BENCH_SECRET")
local page = os.getenv("BENCH_PAGE")
local path = os.getenv("BENCH_PATH")
local senders = tonumber(os.getenv("BENCH_SENDERS") or "20000")
local text_bytes = 540

-- Numbers above 10^14 are printed by %d: Lua's own form would make them equal.
local form = '{"object":"page","entry":[{"id":"' .. page .. '","time":%d,"messaging":[{"sender":{"id":"24680135%08d"},' ..
    '"recipient":{"id":"' .. page .. '"},"timestamp":%d,"message":{"mid":"m_%s_%d","text":"%s"}}]}]}'

-- Some hundred texts of four thousand words, the first ones often: of four words only, each would be in every message,
-- and the search index something that no index is.
local texts = {}

local function write_texts()
    local syllables = { "xin", "chào", "tôi", "hỏi", "là", "de", "mon", "col", "is", "ré", "ti", "na", "vo", "shop", "à", "le" }
    local words = {}
    math.randomseed(47)
    for i = 1, 4000 do
        local word = {}
        for _ = 1, 1 + i % 3 do word[#word + 1] = syllables[math.random(#syllables)] end
        words[i] = table.concat(word)
    end
    for i = 1, 512 do
        local text = ""
        while #text < text_bytes do text = text .. words[1 + math.floor(#words * math.random() ^ 4)] .. " " end
        texts[i] = text
    end
end

local run, began, n = "", 0, 0
local threads = 0

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

function init()
    began = os.time() * 1000
    write_texts()
    local random = io.open("/dev/urandom", "rb")
    run = random:read(8):gsub(".", function(c) return string.format("%02x", c:byte()) end) .. "_" .. number
    random:close()
end

function request()
    n = n + 1
    local body = string.format(form, began + n % 60000, (n * 7919) % senders, began + n % 60000, run, n, texts[1 + n % #texts])
    crypto.HMAC(sha256, secret, #secret, ffi.cast("const unsigned char *", body), #body, digest, nil)
    local hex = {}
    for i = 0, 31 do hex[i + 1] = string.format("%02x", digest[i]) end
    return "POST " .. path .. " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" ..
        "X-Hub-Signature-256: sha256=" .. table.concat(hex) .. "\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

local others = 0
function response(status)
    if status ~= 200 then others = others + 1 end
end

function done(summary, latency)
    io.write(string.format("BENCH %d %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
        latency:percentile(99), summary.errors.status + summary.errors.read + summary.errors.write + summary.errors.connect,
        summary.errors.timeout))
end
