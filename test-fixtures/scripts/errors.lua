-- Errors, protected calls and coroutines: what Lua does with setjmp and longjmp.
local function show(...)
  local words = table.pack(...)
  for i = 1, words.n do
    words[i] = tostring(words[i]):gsub("0x%x+", "ADDRESS")
  end
  print(table.concat(words, " ", 1, words.n))
end

-- Errors of the language, each at its line.
show(pcall(error, "plain"))
show(pcall(error, "with level", 2))
show(pcall(error))
show(pcall(function() local t; return t.x end))
show(pcall(function() local t = {}; t.x.y = 1 end))
show(pcall(function() return 1 + {} end))
show(pcall(function() return "a" < 1 end))
show(pcall(function() return #5 end))
show(pcall(function() return 1 // 0 end))
show(pcall(function() return 1 % 0 end))
show(pcall(function() return 2 ^ 53 | 0.5 end))
show(pcall(function() return ("x"):bad() end))
show(pcall(string.rep, "x", -1))
show(pcall(string.rep, "x", 1 << 40))
show(pcall(string.format, "%d", "3.5"))
show(pcall(setmetatable, 1, {}))
show(pcall(next, {}, "no such key"))
show(pcall(table.concat, {1, {}, 3}))
show(pcall(string.find, "a", "[a"))
show(pcall(load, 5))
show(load("x ="))
show(load("goto nowhere"))
show(load("for i = 1 do end"))
show(select("#", load("return ...")(1, nil, nil)))

-- Objects as errors, nested handlers, errors in handlers.
local Problem = {__tostring = function(p) return "Problem " .. p.code end}
show(pcall(error, setmetatable({code = 7}, Problem)))
show(xpcall(function() error({code = 5}) end, function(e) return e.code * 2 end))
show(xpcall(function() error("a") end, function(e) error("b") end))
show(xpcall(string.rep, debug.traceback, "ab", 3, ","))
show(xpcall(function() local x = nil; x() end, debug.traceback) and "?" or "traced")
show(pcall(pcall))
show(pcall(pcall, error, "inner"))

local function nest(depth)
  local ok, message = pcall(function()
    if depth == 0 then error("bottom", 0) end
    nest(depth - 1)
  end)
  if not ok then error(message .. " " .. depth, 0) end
end
show(pcall(nest, 30))

local function endless(n) return 1 + endless(n + 1) end
local ok, message = pcall(endless, 1)
show(ok, message:match("stack overflow"))
local ok, message = pcall(function() return string.rep("(", 300) .. "x" end)
show(load("return " .. message))
show(pcall(string.gsub, string.rep("a", 500), string.rep("(a", 40), ""))

-- Variables that are closed on every way out.
local function closing(name)
  return setmetatable({}, {__close = function(_, e) show("close", name, e) end})
end
show(pcall(function()
  local a <close> = closing("a")
  local b <close> = closing("b")
  error("while open", 0)
end))
show(pcall(function()
  for i = 1, 3 do
    local c <close> = closing("loop " .. i)
    if i == 2 then return "left" end
  end
end))
show(pcall(function()
  local a <close> = closing("outer")
  local b <close> = setmetatable({}, {__close = function() error("in close", 0) end})
  error("first", 0)
end))

-- Coroutines: yields across protected calls and metamethods, errors inside, closing.
local generate = coroutine.wrap(function(a)
  for i = 1, 3 do a = coroutine.yield(a * 2, i) end
  return "end"
end)
show(generate(1)); show(generate(5)); show(generate(7)); show(generate(9)); show(pcall(generate))

local co = coroutine.create(function()
  local ok, e = pcall(function()
    local x = coroutine.yield("inside pcall")
    error("after " .. x, 0)
  end)
  show("caught", ok, e)
  local sum = setmetatable({}, {__add = function(_, n) return coroutine.yield(n) end}) + 4
  show("sum", sum)
  local d <close> = closing("in coroutine")
  coroutine.yield("open")
  error("never")
end)
show(coroutine.resume(co))
show(coroutine.resume(co, "resume"))
show(coroutine.resume(co, 44))
show(coroutine.status(co), coroutine.close(co), coroutine.status(co))
show(coroutine.resume(co))
show(coroutine.resume(coroutine.create(function() error(setmetatable({code = 9}, Problem)) end)))
show(coroutine.isyieldable(), pcall(coroutine.yield, 1))

local function permutations(list, n)
  n = n or #list
  if n <= 1 then
    coroutine.yield(list)
  else
    for i = 1, n do
      list[n], list[i] = list[i], list[n]
      permutations(list, n - 1)
      list[n], list[i] = list[i], list[n]
    end
  end
end
local count, last = 0, nil
for list in coroutine.wrap(function() permutations({1, 2, 3, 4, 5, 6, 7}) end) do
  count, last = count + 1, table.concat(list, ",")
end
show(count, last)

-- A chain of coroutines, and errors that pass through all of it.
local function chain(depth)
  if depth == 0 then error("end of the chain", 0) end
  local ok, e = coroutine.resume(coroutine.create(chain), depth - 1)
  error(e .. ".", 0)
end
show(pcall(chain, 50))

-- Errors in finalisers are warnings; those in sort's comparison come out.
setmetatable({}, {__gc = function() error("in a finaliser") end})
collectgarbage()
show(pcall(table.sort, {5, 4, 3, 2, 1}, function(a, b)
  if a == 3 then error("three", 0) end
  return a < b
end))
show(pcall(string.gsub, "abc", "b", function() error("in gsub", 0) end))

-- Very many.
local caught = 0
for i = 1, 200000 do
  local ok, e = pcall(error, i)
  if not ok then caught = caught + e end
end
show(caught)
local thrown = 0
for i = 1, 20000 do
  local co = coroutine.wrap(function() coroutine.yield(i) error(i, 0) end)
  thrown = thrown + co()
  local ok, e = pcall(co)
  thrown = thrown + e
end
show(thrown)
show("done")
error("uncaught at last")
