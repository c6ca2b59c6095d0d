-- Sends the requests of a file, one a line: a path, and after a tab the value of If-None-Match. Prints its figures as a line of JSON.
-- wrk -s requests.lua URL -- FILE
local requests, last = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    local path, tag = line:match("^([^\t]*)\t?(.*)$")
    requests[#requests + 1] = wrk.format("GET", path, tag ~= "" and { ["If-None-Match"] = tag } or nil)
  end
end

function request()
  last = last % #requests + 1
  return requests[last]
end

function done(summary, latency)
  local e = summary.errors
  local failed = e.connect + e.read + e.write + e.timeout + e.status
  local figures = '\n{"answers": %d, "rate": %.3f, "p50": %.3f, "p99": %.3f, "failed": %d}\n'
  local rate = summary.requests / summary.duration * 1e6
  io.write(string.format(figures, summary.requests, rate, latency:percentile(50) / 1000, latency:percentile(99) / 1000, failed))
end
