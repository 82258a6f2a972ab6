local counts = {}
for i = 1, 200000 do
  local key = string.format("%x", i * i % 1021)
  counts[key] = (counts[key] or 0) + 1
end
local keys = {}
for key in pairs(counts) do keys[#keys + 1] = key end
table.sort(keys)
for _, key in ipairs(keys) do io.write(key, "=", counts[key], " ") end
print()

-- closures, metatables, varargs
local Vector = {}
Vector.__index = Vector
Vector.__add = function(a, b) return setmetatable({x = a.x + b.x, y = a.y + b.y}, Vector) end
Vector.__tostring = function(v) return "(" .. v.x .. ", " .. v.y .. ")" end
local sum = setmetatable({x = 0, y = 0.5}, Vector)
for i = 1, 10 do sum = sum + setmetatable({x = i, y = 1 / i}, Vector) end
print(tostring(sum))
local function count(...) return select("#", ...), (...) end
print(count(nil, nil, 3))
local function fibonacci(n) if n < 2 then return n end return fibonacci(n - 1) + fibonacci(n - 2) end
print(fibonacci(24))

-- numbers
print(7 // 2, -7 // 2, 7 % -3, -7 % 3, 7.5 // 2, -7.5 % 2, 1 << 62, 1 << 64, ~0, 3 & 5 | 8)
print(math.maxinteger + 1 == math.mininteger, 2 ^ 53, 1e100, 0 / 0 ~= 0 / 0, math.tointeger(3.0))
print(string.format("%5.3f %g %q %10s|%-10s| %x %a", math.pi, 1e-10, 'a "quote"\n', "right", "left", 255, 0.1))

-- strings and garbage
local text = {}
for i = 1, 5000 do text[#text + 1] = ("%d:%s"):format(i, ("x"):rep(i % 7)) end
local joined = table.concat(text, ",")
print(#joined, joined:sub(-20), select(2, joined:gsub("%d+:x", "%0!")))
for word, digits in ("key1=10, key2=20"):gmatch("(%w+)=(%d+)") do io.write(word, "->", digits + 1, ";") end
print(("héllo"):byte(1, -1))
collectgarbage()
print(utf8.len("héllo"), #table.pack(utf8.codepoint("héllo", 1, -1)))
table.sort(text, function(a, b) return a > b end)
print(text[1], text[#text])
print("done")
