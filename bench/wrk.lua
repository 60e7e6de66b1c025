-- What wrk counted, for a program. With an argument, each connection pauses for so many milliseconds between requests.
function init(arguments)
  if arguments[1] then
    delay = function() return tonumber(arguments[1]) end
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('\nJSON {"requests": %d, "bytes": %d, "microseconds": %d, "failed": %d, "p99": %d}\n',
    summary.requests, summary.bytes, summary.duration, errors.status + errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(99)))
end
