-- A force's system, for wrk: a search, its outcome three times, its own list once; again.
-- The file `calls.lua` beside the working directory returns the token and the bodies.
local given = dofile("calls.lua")
local number, found = 0, nil

function setup(thread)
   thread:set("seed", math.random(1, 2 ^ 20))
end

function init(args)
   math.randomseed(seed)
   headers = {
      ["Authorization"] = "Bearer " .. given.token,
      ["Content-Type"] = "application/json",
      ["X-Purpose"] = "arrest",
   }
end

function request()
   number = number + 1
   local step = number % 5
   if step == 1 or found == nil then
      local body = given.bodies[math.random(#given.bodies)]
      return wrk.format("POST", given.path .. "/v1/searches", headers, body)
   end
   if step == 0 then
      return wrk.format("GET", given.path .. "/v1/searches?reference=LOAD-1", headers)
   end
   return wrk.format("GET", given.path .. "/v1/searches/" .. found, headers)
end

function response(status, _, body)
   if status == 201 or status == 202 then
      found = string.match(body, '"search_id":%s*"(%w+)"') or found
   end
   if status >= 400 then
      io.stderr:write(status, " ", body, "\n")
   end
end

function done(summary, latency, _)
   local errors = summary.errors
   io.write(string.format(
      '{"calls": %d, "seconds": %.1f, "connect": %d, "read": %d, "write": %d, "status": %d, '
         .. '"timeout": %d, "p50_ms": %.1f, "p95_ms": %.1f, "p99_ms": %.1f, "max_ms": %.1f}\n',
      summary.requests, summary.duration / 1e6, errors.connect, errors.read, errors.write,
      errors.status, errors.timeout, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
      latency:percentile(99) / 1e3, latency.max / 1e3
   ))
end
