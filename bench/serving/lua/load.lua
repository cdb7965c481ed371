-- What wrk asks. Arguments (after `--`): FILE ORDER RATE OUT
-- FILE: one request a line: method, path, body, separated by tabs. {n} in the path or body, and the Idempotency-Key
--   of a POST, are new in every request.
-- ORDER: `loop` asks the lines again and again; `once` asks each once, every thread (of one connection) its own part.
-- RATE: requests a second of all connections together, 0 for as many as can be. A request is sent at its time as long
--   as a connection is free, whether or not those before have been answered.
-- OUT: where what was counted is written, as JSON; in `once`, OUT.<thread> by each thread when it is through.
-- Statuses are counted only at a rate and in `once`: a callback for each answer would slow wrk down.
local ffi = require("ffi")
ffi.cdef [[
typedef struct { long sec; long nsec; } moment;
int clock_gettime(int clock, moment *now);
]]
local clock = ffi.new("moment")
local function now()
    ffi.C.clock_gettime(1, clock)
    return tonumber(clock.sec) + tonumber(clock.nsec) / 1e9
end

local threads = {}
function setup(thread)
    thread:set("number", #threads)
    table.insert(threads, thread)
    thread:set("statuses", {})
end

local requests, begun, asked, slots, sent = {}, nil, 0, 0, nil
local verified = false
local taken, bytes, largest = {}, 0, 0
local order, rate, run

local function read(path, step)
    local at = 0
    for line in io.lines(path) do
        if at % step == (order == "once" and number or 0) then
            local method, target, body = line:match("^(%S+)\t([^\t]*)\t(.*)$")
            table.insert(requests, {method = method, path = target, body = body ~= "" and body or nil})
        end
        at = at + 1
    end
end

local function formatted(it, n)
    if it.method == "GET" and not it.path:find("{n}", 1, true) then
        it.text = it.text or wrk.format(it.method, it.path)
        return it.text
    end
    local unique = run .. "-" .. number .. "-" .. n
    local headers = {["Idempotency-Key"] = unique}
    for name, value in pairs(wrk.headers) do headers[name] = value end
    local body = it.body and it.body:gsub("{n}", unique)
    local path = it.path:gsub("{n}", unique)
    return wrk.format(it.method, path, headers, body)
end

local function wait()
    if order == "once" then return asked < #requests and 0 or 3600000 end
    local due = begun + slots / rate
    slots = slots + 1
    return math.max(0, math.floor((due - now()) * 1000))
end

local function count(status)
    statuses[tostring(status)] = (statuses[tostring(status)] or 0) + 1
end

local function each(status, headers, body)
    count(status)
    table.insert(taken, now() - sent)
    bytes, largest = bytes + #body, math.max(largest, #body)
    if #taken == #requests then
        local out = io.open(out .. "." .. number, "w")
        local words = {}
        for name, times in pairs(statuses) do table.insert(words, string.format('"%s": %d', name, times)) end
        out:write(string.format('{"began": %.6f, "ended": %.6f, "bytes": %d, "largest": %d, "statuses": {%s}, "taken": [',
            begun, now(), bytes, largest, table.concat(words, ", ")))
        for n, seconds in ipairs(taken) do out:write(n > 1 and ", " or "", string.format("%.6f", seconds)) end
        out:write("]}")
        out:close()
        wrk.thread:stop()
    end
end

function init(args)
    order, rate, out = args[2], tonumber(args[3]), args[4]
    run = string.format("%x", math.floor(now() * 1e6))
    read(args[1], order == "once" and tonumber(args[5]) or 1)
    begun = now()
    if order == "once" then
        response, delay = each, wait
    elseif rate > 0 then
        response, delay = count, wait
    end
end

function request()
    if number == 0 and not verified then  -- wrk looks at one request before it begins
        verified = true
        return formatted(requests[1], 0)
    end
    if asked == 0 and order == "once" then begun = now() end
    asked = asked + 1
    sent = now()
    return formatted(requests[(asked - 1) % #requests + 1], asked)
end

function done(summary, latency, counts)
    local words, all, errors = {}, {}, summary.errors
    for _, thread in ipairs(threads) do
        for name, times in pairs(thread:get("statuses")) do all[name] = (all[name] or 0) + times end
    end
    for name, times in pairs(all) do table.insert(words, string.format('"%s": %d', name, times)) end
    print(string.format(
        'RESULT {"requests": %d, "seconds": %.6f, "p50": %.3f, "p95": %.3f, "p99": %.3f, "max": %.3f, "bytes": %d, '
            .. '"refused": %d, "broken": %d, "late": %d, "statuses": {%s}}',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
        latency:percentile(99) / 1e3, latency.max / 1e3, summary.bytes, errors.status,
        errors.connect + errors.read + errors.write, errors.timeout, table.concat(words, ", ")))
end
