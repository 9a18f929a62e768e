-- Questions in turn, each a search by words and meaning.
local questions = {
   "read the next block of a compressed file", "where is a failed request retried", "how are offsets committed",
   "leader election", "validate the configuration", "rebalance listener", "serialize a batch of records",
   "throttle a client", "timeout of a pending request", "restore a store", "parse command line options",
   "check who may do what", "thread that fetches", "roll a segment", "report metrics", "marker of a transaction",
   "join two streams", "delete a topic", "parse an expression", "connection pool",
}
local n = 0

function request()
   n = n + 1
   local body = string.format('{"query": ["%s"], "project": "%s"}', questions[n % #questions + 1], os.getenv("PROJECT"))
   return wrk.format("POST", "/api/v1/search", {
      ["Content-Type"] = "application/json",
      ["Authorization"] = "Bearer " .. os.getenv("CODEGRAPH_API_KEY"),
   }, body)
end
